"""The user groups of Slack that the policy names for managers and admins: who is in them, as Slack said last.

Read by reminders/outbox/slack_people.py of the bot that delivers, and kept in the database, so that all processes and
both rooms go by the same.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from storage.base.areas import is_group
from storage.base.moments import instant, instant_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.base.policy import Policy

_KEY = "user_groups"
_EVERY = timedelta(hours=1)


def named(policy: Policy) -> list[str]:
    """What the policy names user groups by: their ids, or their handles with an @."""
    return sorted({name for name in (*policy.managers, *policy.admins) if is_group(name)})


def members(db: Connection, group: str) -> Collection[str]:
    """The Slack ids of those in a group; none where Slack was not asked yet, or knows no such group."""
    return _kept(db).get(group.casefold(), ())


def want_reading(db: Connection, policy: Policy, now: datetime) -> bool:
    """Whether Slack is to be asked: it says nothing of itself when somebody joins a group."""
    wanted = named(policy)
    if not wanted:
        return False
    row = db.execute("SELECT value FROM meta WHERE key = ?", (f"{_KEY}_read",)).fetchone()
    at, _, asked_for = row[0].partition(" ") if row else ("", "", "")
    return not at or asked_for != " ".join(wanted) or not timedelta() <= now - instant(at) < _EVERY


def keep(unit: Unit, found: Mapping[str, Collection[str]] | None, policy: Policy) -> None:
    """Who is in each of all groups, by id and by handle; None where Slack does not say: what was known stays."""
    if found is not None:
        mine = {name.casefold() for name in named(policy)}
        _put(unit, _KEY, json.dumps({n.casefold(): sorted(ids) for n, ids in found.items() if n.casefold() in mine}))
    _put(unit, f"{_KEY}_read", f"{instant_text(unit.now)} {' '.join(named(policy))}")


def _kept(db: Connection) -> dict[str, list[str]]:
    row = db.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
    kept: dict[str, list[str]] = json.loads(row[0]) if row else {}
    return kept


def _put(unit: Unit, key: str, value: str) -> None:
    unit.db.execute(
        "INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )
