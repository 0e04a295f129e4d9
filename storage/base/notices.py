"""One-off notes to people (AE and SA told, manager told, packets): outbox rows of kind `notice`.

A row's payload names its template (`templates/notice/<name>.json.j2`) and carries ids and small facts; the words
are made when it is sent (reminders/outbox/notes.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base import outbox
from storage.base.outbox_row import Draft

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from storage.base.db import Unit
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


def who_heard(unit: Unit, whom: Iterable[Person], notice: str, subject: str) -> list[Person]:
    """Those of these people for whom no such note still waits, of subjects that begin so.

    It has nothing to say once what it tells of was taken back, and its reader never heard of that.
    """
    first = f"notice:{notice}:{subject}:"
    rows = unit.db.execute(
        "SELECT destination FROM outbox WHERE dedupe_key > ? AND dedupe_key < ? AND state = 'pending'",
        (first, f"{first}~"),
    )
    waiting = {row[0] for row in rows}
    return [person for person in whom if f"person:{person.id}" not in waiting]
