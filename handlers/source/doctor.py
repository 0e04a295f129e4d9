"""What doctor looks at: whether each source's data is there and young, and whether it could be asked at all."""

from __future__ import annotations

from contextlib import closing
from importlib.util import find_spec
from typing import TYPE_CHECKING

from storage.base.address import is_there
from storage.base.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handlers.terminal import Terminal
    from handlers.terminal.doctor import Finding


def _sources(terminal: Terminal) -> Iterator[Finding]:
    from storage.source import store as sources
    from templates.source import show

    try:
        policy = terminal.policy
    except UserError:
        return  # told elsewhere
    for rule in policy.sources:
        if rule.url_env and not terminal.secret(rule.url_env):
            yield False, f"source {rule.name}: {rule.url_env} is not set"
        if rule.kind in _NEEDED and find_spec(_NEEDED[rule.kind]) is None:
            yield False, f"source {rule.name}: what reads it is not installed: pip install '.[{rule.kind}]'"
    if not policy.sources or not is_there(terminal.settings.cta_bot_db):
        return
    try:
        with closing(terminal.reading()) as store:
            found = sources.states(store.connection(), policy, terminal.clock())
    except UserError:
        return  # told elsewhere
    now = terminal.clock()
    for rule, state in found:
        good = not state.failed and not state.is_old(rule, now)
        yield good, show.doctor_words(rule, state, now, policy.timezone)


_NEEDED = {"sql": "sqlalchemy", "salesforce": "simple_salesforce", "hubspot": "hubspot"}
CHECKS = (_sources,)
