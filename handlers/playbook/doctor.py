"""What doctor looks at: the catalogue of playbooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handlers.terminal import Terminal
    from handlers.terminal.doctor import Finding


def _catalogue(_terminal: Terminal) -> Iterator[Finding]:
    from storage.base.policy import Policy
    from templates.playbook.catalogue import CATALOGUE, load_catalogue

    playbooks, faults = load_catalogue(CATALOGUE, Policy().use_cases)
    yield True, counted(len(playbooks), "playbook")
    for fault in faults:
        yield False, f"playbook file {fault}"


CHECKS = (_catalogue,)
