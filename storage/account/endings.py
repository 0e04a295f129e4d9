"""Why archived accounts are gone, and what merged ones are now: growth, adoption and surveys count them by it.

An answer is of the archiving that it followed: it says nothing while the account is back, and goes when that is
archived anew; who takes back that it is back has the answer again. Answers are written by `storage/growth/endings.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.moments import civil_day, instant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from sqlite3 import Connection

    from storage.base.db import Unit

MERGED, DUPLICATE, NEVER, LEFT = "merged", "duplicate", "never", "left"
STANDS = "account_endings.account_id = accounts.id AND accounts.archived_at IS NOT NULL"
"""The SQL condition of why an account is archived; of one that is not, none stands."""
COUNTS = f"NOT EXISTS (SELECT 1 FROM account_endings WHERE {STANDS} AND account_endings.why IN ('duplicate', 'never'))"
"""Not of an account that turned out to be a duplicate, or never a customer: it counts nowhere."""


def forget(unit: Unit, account_id: int) -> None:
    """Drop why an account was archived before: it is archived anew, and nobody has said why."""
    unit.db.execute("DELETE FROM account_endings WHERE account_id = ?", (account_id,))


def became(db: Connection, zone: str, day: date | None = None) -> Mapping[int, int]:
    """What each account is that was merged (by a day, else by now), also where that was merged in its turn.

    None of a circle is another.
    """
    rows = db.execute(
        "SELECT accounts.id, into_id, archived_at FROM account_endings"
        f" JOIN accounts ON {STANDS} WHERE why = 'merged' AND into_id IS NOT NULL"
    )
    into = {row[0]: row[1] for row in rows if day is None or civil_day(instant(row[2]), zone) <= day}
    found = {}
    for account_id, next_one in into.items():
        seen, now = {account_id}, next_one
        while now in into and now not in seen:
            seen.add(now)
            now = into[now]
        if now not in seen:
            found[account_id] = now
    return found
