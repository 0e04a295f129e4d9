"""What doctor looks at: areas that are switched on, of which nothing is built in this version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.errors import UserError
from storage.base.switches import areas_on
from storage.success.settings import UNBUILT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handlers.terminal import Terminal
    from handlers.terminal.doctor import Finding


def _areas(terminal: Terminal) -> Iterator[Finding]:
    try:
        on = areas_on(terminal.policy)
    except UserError:
        return  # a policy that can't be read is said elsewhere
    for name in sorted(on & set(UNBUILT)):
        yield True, f"note: [{name}] is switched on, and this version has nothing of it yet"


CHECKS = (_areas,)
