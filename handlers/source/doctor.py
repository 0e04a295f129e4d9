"""What doctor looks at: whether each source's data is there and young, could be asked at all, and is written to."""

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
    from storage.source import writes
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
            backlog = writes.BACKLOG.counts(store.connection())
            first = {rule.name: writes.failing(store.connection(), rule.name)[:1] for rule in policy.sources}
    except UserError:
        return  # told elsewhere
    now = terminal.clock()
    for rule, state in found:
        good = not state.failed and not state.is_old(rule, now)
        yield good, show.doctor_words(rule, state, now, policy.timezone)
        if rule.write:
            mine, trouble = backlog.get(rule.name, {}), first[rule.name]
            words = trouble[0].error or "" if trouble else ""
            yield not trouble, show.written_words(rule.name, mine.get("pending", 0), mine.get("dead", 0), words)


_NEEDED = {"sql": "sqlalchemy", "salesforce": "simple_salesforce", "hubspot": "hubspot"}
CHECKS = (_sources,)
