"""What people have themselves reminded of, each for themselves: switched on and off, why there is reason to, and Done.

Done is nobody's business but theirs: it is in no audit, export or count, and goes with who leaves.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from storage.base import message_edits
from storage.base.marks import look_at_calendar
from storage.base.moments import day, instant
from storage.sales.settings import SalesArea
from storage.success.store import segments

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy

DAILY, WEEKLY = "sales_daily", "sales_weekly"
ON, OFF = "routine.on", "routine.off"


def of_person(db: Connection, person_id: int) -> list[str]:
    """The kinds that a person has switched on."""
    rows = db.execute("SELECT kind FROM routines WHERE person_id = ? ORDER BY kind", (person_id,))
    return [row[0] for row in rows]


def switch_on(unit: Unit, person_id: int, kind: str) -> bool:
    """From now on; False where it was on."""
    made = unit.db.execute(
        "INSERT INTO routines(person_id, kind, since_at) VALUES (?, ?, ?) ON CONFLICT (person_id, kind) DO NOTHING",
        (person_id, kind, unit.at),
    )
    if made.rowcount == 1:
        look_at_calendar(unit)
        unit.audit(ON, f"person:{person_id}", {}, {"kind": kind})
    return made.rowcount == 1


def switch_off(unit: Unit, person_id: int, kinds: Iterable[str]) -> list[str]:
    """No more of these; those that were on."""
    gone = [kind for kind in of_person(unit.db, person_id) if kind in set(kinds)]
    for kind in gone:
        unit.db.execute("DELETE FROM routines WHERE person_id = ? AND kind = ?", (person_id, kind))
        unit.audit(OFF, f"person:{person_id}", {"kind": kind}, {})
    return gone


def forget(unit: Unit, person_id: int) -> None:
    """Of somebody who has left."""
    unit.db.execute("DELETE FROM routines WHERE person_id = ?", (person_id,))


def who(db: Connection, kind: str) -> list[int]:
    """All who have switched a kind on, and are here."""
    rows = db.execute(
        "SELECT person_id FROM routines JOIN people ON people.id = person_id WHERE kind = ? AND deactivated = 0"
        " ORDER BY person_id",
        (kind,),
    )
    return [row[0] for row in rows]


def since(db: Connection, kind: str, person_id: int | None) -> datetime | None:
    """When somebody switched it on; None for who has not, or has left."""
    row = db.execute(
        "SELECT since_at FROM routines JOIN people ON people.id = person_id WHERE kind = ? AND person_id = ?"
        " AND deactivated = 0",
        (kind, person_id),
    ).fetchone()
    return instant(row[0]) if row else None


def has_reason(db: Connection, policy: Policy, person_id: int, today: date) -> bool:
    """Whether one of their accounts renews within the window, or an Expand CTA of theirs or of those is open."""
    area = policy.settings(SalesArea)
    of_segments, covered = segments(area.segments)
    active = f"archived_at IS NULL AND churned_on IS NULL AND {of_segments}"
    mine = "(csm_id = ? OR ae_id = ? OR sa_id = ? OR pse_id = ?)"
    until = (today + timedelta(days=area.window_days)).isoformat()
    renews = db.execute(
        f"SELECT 1 FROM accounts WHERE {active} AND {mine} AND renewal_on BETWEEN ? AND ? LIMIT 1",
        (*covered, *[person_id] * 4, today.isoformat(), until),
    ).fetchone()
    if renews:
        return True
    works = db.execute(
        f"SELECT 1 FROM ctas JOIN accounts ON accounts.id = ctas.account_id WHERE {active}"
        f" AND ctas.motion = 'expand' AND ctas.status IN ('new', 'work_in_progress')"
        f" AND (owner_id = ? OR {mine}) LIMIT 1",
        (*covered, *[person_id] * 5),
    ).fetchone()
    return works is not None


def done_on(db: Connection, row: OutboxRow, person_id: int) -> date | None:
    """Up to which day, or week by its Monday, the reader of a row said Done; None for never."""
    found = db.execute(
        "SELECT done_on FROM routines WHERE person_id = ? AND kind = ? AND done_on IS NOT NULL", (person_id, row.kind)
    ).fetchone()
    return day(found[0]) if found else None


def done(unit: Unit, row: OutboxRow, person_id: int) -> None:
    """Its reader did it: the row is closed, wherever it stands, and nobody else hears of it."""
    on = (row.due_on or unit.own_today).isoformat()
    unit.db.execute(
        "UPDATE routines SET done_on = ? WHERE person_id = ? AND kind = ? AND (done_on IS NULL OR done_on < ?)",
        (on, person_id, row.kind, on),
    )
    message_edits.redraw(unit.db, f"routine:{row.id}", -int(unit.now.timestamp() * 1000), unit.now)
