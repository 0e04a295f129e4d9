"""Which kinds of reminder a person does not want (docs/domain.md: renewal reviews are muted by a manager only).

Who may mute is decided by the caller with `permissions.may`. A muted reminder is recorded as cancelled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.base.db import Unit


def of_person(db: Connection, person_id: int) -> frozenset[str]:
    """The kinds that a person muted, or that a manager muted for them."""
    rows = db.execute("SELECT kind FROM mutes WHERE person_id = ?", (person_id,))
    return frozenset(row[0] for row in rows)


def mute(unit: Unit, person_id: int, kind: str) -> bool:
    """No more reminders of this kind; False if they were muted before."""
    done = unit.db.execute(
        "INSERT INTO mutes(person_id, kind, muted_by, muted_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (person_id, kind, unit.actor_id, unit.at),
    )
    if done.rowcount == 1:
        unit.audit("mute", f"person:{person_id}", {}, {"kind": kind})
    return done.rowcount == 1


def unmute(unit: Unit, person_id: int, kind: str) -> bool:
    """Reminders of this kind again, from now on; False if they were not muted."""
    done = unit.db.execute("DELETE FROM mutes WHERE person_id = ? AND kind = ?", (person_id, kind))
    if done.rowcount == 1:
        unit.audit("unmute", f"person:{person_id}", {"kind": kind}, {})
    return done.rowcount == 1
