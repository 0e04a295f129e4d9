"""One-off notes to people (AE and SA told, manager told, packets): outbox rows of kind `notice`.

A row's payload names its template (`templates/notice/<name>.json.j2`) and carries ids and small facts; the words
are made when it is sent (reminders/outbox/notes.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base import outbox, people
from storage.base.keys import destination_of
from storage.base.outbox_row import SENDING, SENT, UNKNOWN, Draft

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.base.outbox_row import OutboxRow
    from storage.base.person import Person


def tell(
    unit: Unit,
    whom: Iterable[Person],
    notice: str,
    subject: str,
    *,
    account_id: int | None = None,
    not_before: datetime | None = None,
    parts: Mapping[int, Sequence[str]] | None = None,
    **facts: Any,
) -> list[Person]:
    """Tell these people something, once per `subject`; who was told. The actor and those gone are left out.

    Not before an instant where one is given: what is planned is looked at again then.
    `parts`: those in a record for which each is told; it goes to who has them by their morning.
    `subject` is what makes the note the same note, e.g. `7:2027-04-30:5:2026-12-03T14:00:00Z`.
    """
    told = []
    actor_id = unit.actor_id
    for person in {p.id: p for p in whom}.values():
        if person.id == actor_id or person.deactivated:
            continue
        told_for = parts.get(person.id) if parts else None
        draft = Draft(
            dedupe_key=f"notice:{notice}:{subject}:{person.id}",
            kind="notice",
            destination=f"person:{person.id}",
            recipient=person.address,
            not_before=not_before or unit.now,
            account_id=account_id,
            payload={"notice": notice, "by": actor_id, **facts, **({"parts": told_for} if told_for else {})},
        )
        if outbox.put(unit, draft):
            told.append(person)
    return told


def rows_of(db: Connection, notice: str, subject: str) -> list[OutboxRow]:
    """The notes of this name to people, of subjects that begin so, the oldest first."""
    first = f"notice:{notice}:{subject}:"
    rows = db.execute(
        f"SELECT {outbox.COLUMNS} FROM outbox WHERE dedupe_key > ? AND dedupe_key < ? AND destination LIKE 'person:%'"
        " ORDER BY id",
        (first, f"{first}~"),
    )
    return [outbox.from_row(row) for row in rows.fetchall()]


def is_heard(row: OutboxRow) -> bool:
    """Whether its reader has a note, or may have it: it was tried."""
    return row.state in (SENT, UNKNOWN) or (row.state == SENDING and row.conversation is not None)


def who_heard(db: Connection, notice: str, subjects: Iterable[str]) -> list[Person]:
    """Who has heard the last that was told in such notes, of subjects that begin so.

    Who has not heard of it needs not hear that it was taken back: a note that waits has nothing to say then.
    """
    rows = sorted((row for one in subjects for row in rows_of(db, notice, one)), key=lambda row: row.id)
    last = [row for row in rows if _subject_of(row) == _subject_of(rows[-1]) and is_heard(row)]
    return list(people.many(db, [destination_of(row.destination).person_id for row in last]).values())


def _subject_of(row: OutboxRow) -> str:
    return row.dedupe_key.rpartition(":")[0]
