"""Two records of one person become one: seen in Slack under one address, and named by a file under the one of today.

Whatever points at the one points at the other then: accounts, CTAs, words, what they have muted, and the audit, by
which words are erased and deeds are undone; also what waits, and what stands on their Home. What was planned for an
address goes by the new one. Called by `people.from_slack`, in its unit of work.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from storage.base import marks, outbox
from storage.base.db import to_json
from storage.base.dialect import pointing_at
from storage.base.keys import to_person
from storage.base.outbox_row import CANCELLED, PENDING, SENDING, SENT, UNKNOWN
from storage.base.reminder import HAD_ALREADY

if TYPE_CHECKING:
    from collections.abc import Collection

    from storage.base.db import Unit
    from storage.base.person import Person

_ONE_EACH = {
    ("mutes", "person_id"): ("kind",),
    ("routines", "person_id"): ("kind",),
    ("manager_reviews", "manager_id"): ("month", "section", "account_id"),
}
"""Of what a person has one each, by what tells them apart; of two the one of the record that stays is kept."""

_NAMED = frozenset({"by", "csm", "ae", "giver", "taker", "person"})
"""Under which a row of the outbox has somebody's id (`notices.tell`, `telling.tell`); the audit names columns."""
_NOTED = (("outbox", ("payload",)), ("audit", ("before", "after")))
"""Where ids stand within JSON."""
_GONE_OUT = (SENDING, SENT, UNKNOWN)


def join(unit: Unit, gone: Person, stays: Person) -> None:
    """Have all that is of the one record be of the other, and drop the one."""
    ids = (stays.id, gone.id)
    columns = pointing_at(unit.db, "people")
    since = unit.db.execute(
        "SELECT csm_since_at, plans.id FROM plans JOIN accounts ON accounts.id = account_id WHERE csm_id = ?",
        (gone.id,),
    ).fetchall()
    for table, column in columns:
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
    _join_noted(unit, gone.id, stays.id, _NAMED | {column for _, column in columns})
    _join_said(unit, gone.id, stays.id)
    unit.db.execute("DELETE FROM import_bases WHERE kind = 'people' AND record_id = ?", (gone.id,))
    unit.db.execute("DELETE FROM conflicts WHERE kind = 'people' AND record_id = ?", (gone.id,))
    unit.db.execute("DELETE FROM people WHERE id = ?", (gone.id,))
    # Where one stood in for the other, nobody is away.
    stood_in = [one for one in (stays, gone) if one.away_until and _another(ids, one.backup_id)]
    away = stood_in[0] if stood_in else None
    unit.db.execute(
        "UPDATE people SET role = ?, manager_id = ?, team = ?, region = ?, away_until = ?, backup_id = ?,"
        " dm_channel = ? WHERE id = ?",
        (
            stays.role or gone.role,
            _another(ids, stays.manager_id, gone.manager_id),
            stays.team or gone.team,
            stays.region or gone.region,
            away.away_until.isoformat() if away and away.away_until else None,
            away.backup_id if away else None,
            stays.dm_channel or gone.dm_channel,
            stays.id,
        ),
    )


def rename_keys(unit: Unit, was: str, now: str) -> None:
    """Have what was planned for an address be of the one that takes its place: what was sent is not planned anew.

    What was planned for both is said once. What is on its way keeps its key: by that it is found in Slack.
    """
    bounded = re.compile(rf"(?<=:){re.escape(was)}(?=:|$)")
    rows = unit.db.execute(
        "SELECT id, dedupe_key, state FROM outbox WHERE dedupe_key LIKE ? ORDER BY id", (f"%:{was}%",)
    ).fetchall()
    for row_id, key, state in rows:
        if (renamed := bounded.sub(lambda _: now, key)) == key:
            continue
        there = outbox.by_key(unit.db, renamed)
        if there and _weight(there.state) >= _weight(state):
            if state == there.state == PENDING:
                marks.copy_news(unit, row_id, renamed)
            if state not in _GONE_OUT:
                unit.db.execute("DELETE FROM outbox WHERE id = ?", (row_id,))
            continue
        unit.db.execute("DELETE FROM outbox WHERE dedupe_key = ?", (renamed,))
        if state in (SENDING, UNKNOWN):
            _told_as(unit, row_id, renamed)
        else:
            unit.db.execute("UPDATE outbox SET dedupe_key = ? WHERE id = ?", (renamed, row_id))


def _weight(state: str) -> int:
    """Of two rows that say the same: what went out stands, and what waits goes before what does not."""
    return 2 if state in _GONE_OUT else int(state == PENDING)


def _told_as(unit: Unit, row_id: int, key: str) -> None:
    """Have it known under another key, too, that what a row says is being said."""
    kept = outbox.DRAFTED.removeprefix("dedupe_key, ")
    unit.db.execute(
        f"INSERT INTO outbox(dedupe_key, state, error, {kept}) SELECT ?, ?, ?, {kept} FROM outbox WHERE id = ?",
        (key, CANCELLED, HAD_ALREADY, row_id),
    )


def _join_noted(unit: Unit, gone: int, stays: int, named: Collection[str]) -> None:
    """Have ids within JSON be those of the other: whose a reminder is, by whom a note is, what an undo puts back."""

    def joined(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: joined(part, key) for key, part in value.items()}
        if isinstance(value, list):
            return [joined(part) for part in value]
        if value == to_person(gone):
            return to_person(stays)
        return stays if name in named and value == gone and not isinstance(value, bool) else value

    for table, noted in _NOTED:
        traces = (f'%":{gone},%', f'%":{gone}}}%', f'%{to_person(gone)}"%')
        some = " OR ".join(f"{column} LIKE ?" for column in noted for _ in traces)
        found = unit.db.execute(
            f"SELECT id, {', '.join(noted)} FROM {table} WHERE {some}",
            traces * len(noted),
        ).fetchall()
        for row_id, *texts in found:
            values = [json.loads(text) for text in texts]
            if (now := [joined(value) for value in values]) != values:
                sets = ", ".join(f"{column} = ?" for column in noted)
                unit.db.execute(f"UPDATE {table} SET {sets} WHERE id = ?", (*map(to_json, now), row_id))


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
