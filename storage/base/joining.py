"""Two records of one person become one: seen in Slack under one address, and named by a file under the one of today.

Whatever points at the one points at the other then: accounts, CTAs, words, what they have muted, and the audit, by
which words are erased. Called by `people.from_slack`, in its unit of work.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from storage.base.dialect import pointing_at

if TYPE_CHECKING:
    from storage.base.db import Unit
    from storage.base.person import Person

_ONE_EACH = {
    ("mutes", "person_id"): ("kind",),
    ("routines", "person_id"): ("kind",),
    ("manager_reviews", "manager_id"): ("month", "section", "account_id"),
}
"""Of what a person has one each, by what tells them apart; of two the one of the record that stays is kept."""


def join(unit: Unit, gone: Person, stays: Person) -> None:
    """Have all that is of the one record be of the other, and drop the one."""
    ids = (stays.id, gone.id)
    since = unit.db.execute(
        "SELECT csm_since_at, plans.id FROM plans JOIN accounts ON accounts.id = account_id WHERE csm_id = ?",
        (gone.id,),
    ).fetchall()
    for table, column in pointing_at(unit.db, "people"):
        if apart := _ONE_EACH.get((table, column)):
            same = " AND ".join(f"same.{name} = {table}.{name}" for name in apart)
            unit.db.execute(
                f"DELETE FROM {table} WHERE {column} = ? AND EXISTS"
                f" (SELECT 1 FROM {table} AS same WHERE same.{column} = ? AND {same})",
                (gone.id, stays.id),
            )
        unit.db.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", ids)
    unit.db.executemany("UPDATE plans SET csm_since_at = ? WHERE id = ?", since)  # it is no other CSM
    unit.db.execute("UPDATE audit SET person_id = ? WHERE person_id = ?", ids)
    subjects = tuple(f"person:{person_id}" for person_id in ids)
    unit.db.execute("UPDATE audit SET subject = ? WHERE subject = ?", subjects)
    unit.db.execute(  # also what is being sent, or was: edits go the same way
        "UPDATE outbox SET destination = ?, recipient = CASE WHEN state = 'sent' THEN recipient ELSE ? END"
        " WHERE destination = ?",
        (subjects[0], stays.address, subjects[1]),
    )
    _join_said(unit, gone.id, stays.id)
    unit.db.execute("DELETE FROM import_bases WHERE kind = 'people' AND record_id = ?", (gone.id,))
    unit.db.execute("DELETE FROM conflicts WHERE kind = 'people' AND record_id = ?", (gone.id,))
    unit.db.execute("DELETE FROM people WHERE id = ?", (gone.id,))
    away = stays if stays.away_until else gone
    unit.db.execute(
        "UPDATE people SET role = ?, manager_id = ?, team = ?, region = ?, away_until = ?, backup_id = ?,"
        " dm_channel = ? WHERE id = ?",
        (
            stays.role or gone.role,
            _another(ids, stays.manager_id, gone.manager_id),
            stays.team or gone.team,
            stays.region or gone.region,
            away.away_until.isoformat() if away.away_until else None,
            _another(ids, away.backup_id),
            stays.dm_channel or gone.dm_channel,
            stays.id,
        ),
    )


def _join_said(unit: Unit, gone: int, stays: int) -> None:
    """Have what files of people said of the one be said of the other, so that it can be taken back."""
    for table, of, same in (
        ("import_bases", "kind = 'people'", "kind"),
        ("import_changes", "import_id IN (SELECT id FROM imports WHERE kind = 'people')", "import_id"),
    ):
        unit.db.execute(
            f"UPDATE {table} SET record_id = ? WHERE record_id = ? AND {of} AND NOT EXISTS"
            f" (SELECT 1 FROM {table} AS same WHERE same.record_id = ? AND same.{same} = {table}.{same})",
            (stays, gone, stays),
        )
    rows = unit.db.execute("SELECT id, said FROM imports WHERE kind = 'people' AND said <> '[]'").fetchall()
    for import_id, said in rows:
        ranges = json.loads(said)
        if any(first <= gone <= last for first, last in ranges):
            joined = json.dumps([*ranges, [stays, stays]])
            unit.db.execute("UPDATE imports SET said = ? WHERE id = ?", (joined, import_id))


def _another(own: tuple[int, int], *named: int | None) -> int | None:
    """The first who is named and is somebody else: nobody is their own manager or backup, under neither record."""
    return next((person_id for person_id in named if person_id is not None and person_id not in own), None)
