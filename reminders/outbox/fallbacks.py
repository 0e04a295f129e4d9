"""Who is told instead where a destination is gone: the owner, then the manager, then the operations channel.

And where what it tells is another's by now: they.

The row that can't be delivered stays `blocked`, with its error; the next in line gets a row of its own under the
same key with the recipient behind it. Called by posting, inside its unit of work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.engine.kinds import is_alone, sources
from reminders.outbox.naming import called
from storage.base import marks, outbox, people
from storage.base.keys import destination_of, to_person
from storage.base.outbox_row import OPERATIONS, Draft

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storage.base.db import Unit
    from storage.base.outbox_row import OutboxRow
    from storage.base.person import Person

WORDS = {
    "is_archived": "the channel is archived",
    "channel_not_found": "there is no such channel, or the bot is not in it",
    "not_in_channel": "the bot is not in the channel: invite it",
    "shared": "the channel is shared with another company",
    "user_disabled": "the person has left",
    "users_not_found": "Slack knows nobody with this e-mail address",
    "no_operations": "the policy names no operations_channel",
}
"""Why a destination can't be used, in words; other codes stand for themselves."""


def pass_on(unit: Unit, row: OutboxRow, code: str) -> str | None:
    """Have the next in line told what this row could not tell; their destination, None where the line ends."""
    if row.op == "update" or row.destination == OPERATIONS or is_alone(row):
        return None
    heir = _next_in_line(unit, row)
    original = str(row.payload.get("instead_of", row.dedupe_key))
    recipient, destination = (heir.address, to_person(heir.id)) if heir else (OPERATIONS, OPERATIONS)
    whom = called(unit.db, row.destination)
    tried = [*row.payload.get("tried", ()), row.destination]
    draft = Draft(
        dedupe_key=f"{original}:{recipient}",
        kind=row.kind,
        destination=destination,
        recipient=recipient,
        not_before=unit.now,
        due_on=row.due_on,
        expires_at=row.expires_at,
        account_id=row.account_id,
        cta_id=row.cta_id,
        step=row.step,
        late=row.late,
        why=f"{row.why}; to you since {whom} can't be reached: {WORDS.get(code, code)}".lstrip("; "),
        # Why the first of the line could not have it: that is what the last one is told.
        payload={"because": code, **row.payload, "instead_of": original, "tried": tried},
    )
    outbox.put(unit, draft)
    marks.copy_news(unit, row.id, draft.dedupe_key)
    return destination


def hand_on(unit: Unit, row: OutboxRow, heirs: Iterable[Person]) -> None:
    """Have those told whose it is by now, who were not told already."""
    subject = row.dedupe_key.rpartition(":")[0]
    for heir in heirs:
        draft = Draft(
            dedupe_key=f"{subject}:{heir.id}",
            kind=row.kind,
            destination=to_person(heir.id),
            recipient=heir.address,
            not_before=unit.now,
            expires_at=row.expires_at,
            account_id=row.account_id,
            cta_id=row.cta_id,
            why=row.why,
            payload=row.payload,
        )
        outbox.put(unit, draft)


def _next_in_line(unit: Unit, row: OutboxRow) -> Person | None:
    """The owner after a channel, the manager after a person; None for operations.

    Nobody is told of what they did or asked themselves.
    """
    tried = {row.destination, *row.payload.get("tried", ())}
    people_tried = sum(destination_of(name).person_id is not None for name in tried)
    person_id = destination_of(row.destination).person_id
    if person_id is not None and people_tried > 1:
        return None
    in_line = _owner(unit, row) if person_id is None else _manager(unit, person_id)
    reachable = in_line and not (in_line.deactivated or in_line.guest or in_line.foreign)
    others = {*tried, to_person(row.payload.get("by") or 0)}
    return in_line if in_line and reachable and to_person(in_line.id) not in others else None


def _manager(unit: Unit, person_id: int) -> Person | None:
    return people.manager_of(unit.db, unit.policy, people.get(unit.db, person_id))


def _owner(unit: Unit, row: OutboxRow) -> Person | None:
    """Whose it is: as the latest noun says that the row is about, else the one before (a CTA's, else its account's)."""
    for source in reversed(sources()):
        record_id = getattr(row, source.column)
        owner_id = source.looks.owner_of(unit.db, record_id) if record_id else None
        if owner_id is not None:
            return people.get(unit.db, owner_id)
    return None
