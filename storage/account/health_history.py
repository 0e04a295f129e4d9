"""How an account's health was: every setting with its day, who set it, what they said, and where it came from.

The one place that remembers a setting, whoever writes it: commands and forms (`store.write`), a review that was held,
files (`storage/importing/accounts.py`). A file that says what it said before sets nothing. What follows from a setting
is handed in by later nouns (`followers.py`, `health_set` and `health_taken_back`).
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from storage.base.moments import maybe_day
from storage.base.nouns import handed_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from sqlite3 import Connection

    from storage.base.db import Unit

PERSON, IMPORT, REVIEW, ESCALATION = "person", "import", "review", "escalation"
"""Where a setting came from: somebody said so, a file did, it came out of a renewal review, or ended an escalation."""


class Setting(NamedTuple):
    """One setting of an account's health; None where it was taken out. `by_id` is None for a file, or nobody known."""

    account_id: int
    on: date
    health: str | None
    by_id: int | None
    note: str | None
    source: str


class HealthSet(NamedTuple):
    """What the followers of a setting hear: the day as of which it is said, and what it was until now."""

    account_id: int
    on: date
    health: str | None
    was: str | None
    source: str


_COLUMNS = "account_id, set_on, health, by_id, note, source"
_STANDS = "undone_at IS NULL"


def keep(unit: Unit, account_ids: Iterable[int], *, note: str | None = None, source: str = PERSON) -> None:
    """Remember the health that these accounts have now, as of its day; a day that is not known is today."""
    rows = unit.db.execute(
        "SELECT id, health, health_on, (SELECT health FROM health_settings WHERE account_id = accounts.id"
        f" AND {_STANDS} ORDER BY id DESC LIMIT 1) FROM accounts"
        " WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(list(account_ids)),),
    ).fetchall()
    by_id = unit.actor_id if source != IMPORT else None
    found = [HealthSet(row[0], maybe_day(row[2]) or unit.today, row[1], row[3], source) for row in rows]
    unit.db.executemany(
        "INSERT INTO health_settings(account_id, at, set_on, health, by_id, note, source) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(one.account_id, unit.at, one.on.isoformat(), one.health, by_id, note, source) for one in found],
    )
    for noun in handed_in("storage", "followers"):
        if hasattr(noun, "health_set"):
            for one in found:
                noun.health_set(unit, one)


def take_back(unit: Unit, account_ids: Iterable[int], *, said_at: str | None = None) -> None:
    """The newest setting of these accounts (if it was `said_at` an instant) was a mistake: it never stood."""
    rows = unit.db.execute(
        "SELECT id, account_id, at, source FROM health_settings WHERE id IN (SELECT max(id) FROM health_settings"
        f" WHERE {_STANDS} AND account_id IN (SELECT value FROM json_each(?)) GROUP BY account_id)",
        (json.dumps(list(account_ids)),),
    ).fetchall()
    rows = [row for row in rows if said_at in (None, row[2])]
    unit.db.executemany("UPDATE health_settings SET undone_at = ? WHERE id = ?", [(unit.at, row[0]) for row in rows])
    for noun in handed_in("storage", "followers"):
        if hasattr(noun, "health_taken_back"):
            for row in rows:
                noun.health_taken_back(unit, row[1], at=row[2], source=row[3])


def of_account(db: Connection, account_id: int, *, limit: int = 1000) -> list[Setting]:
    """How an account's health was set, the newest first; what was taken back is left out."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM health_settings WHERE account_id = ? AND {_STANDS}"
        " ORDER BY set_on DESC, id DESC LIMIT ?",
        (account_id, limit),
    )
    return [Setting(row[0], date.fromisoformat(row[1]), *row[2:]) for row in rows]


def health_at(settings: Sequence[Setting], day: date) -> str | None:
    """The health at the end of a day, by settings that stand with the newest first; None where none was known. Pure."""
    return next((one.health for one in settings if one.on <= day), None)
