"""Who is told of a meeting of an account team: all who are in it, but who did it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base import notices, people
from storage.base.keys import destination_of
from storage.base.moments import maybe_instant
from storage.base.outbox_row import PENDING, SENDING
from storage.sales.store import HELD, find, last_done

if TYPE_CHECKING:
    from datetime import datetime

    from storage.base.db import Unit
    from storage.base.person import Person
    from storage.sales.record import Meeting

INVITED, WAS_HELD, TAKEN_BACK = "team_meeting_invited", "team_meeting_held", "team_meeting_taken_back"


def invite(unit: Unit, meeting: Meeting, was_at: datetime | None) -> tuple[list[Person], list[Person]]:
    """They get the invitation, with its calendar file, also to another time than before; who gets it.

    And who was invited and is not in it any more, and hears so.
    """
    without = [
        person
        for person_id, at in _invited(unit, meeting.id, meeting).items()
        if at and person_id not in meeting.who
        for person in _not_in_it(unit, meeting, person_id, at, without=True)
    ]
    return _invite(unit, _who(unit, meeting), meeting, was_at), without


def _invited(unit: Unit, meeting_id: int, now: Meeting | None) -> dict[int, datetime | None]:
    """To which time each was invited last; None who heard since that they are not in it, or that it is not.

    Of notes that wait only those count that will be true in the morning.
    """
    notes = [
        *notices.rows_of(unit.db, INVITED, str(meeting_id)),
        *notices.rows_of(unit.db, TAKEN_BACK, str(meeting_id)),
    ]
    found: dict[int, datetime | None] = {}
    for row in sorted(notes, key=lambda row: row.id):
        person_id, at = destination_of(row.destination).person_id, maybe_instant(row.payload.get("scheduled_at"))
        if person_id is None or at is None:
            continue
        invites = row.payload["notice"] == INVITED
        is_in = now is not None and person_id in now.who
        true_then = is_in and now is not None and now.scheduled_at == at if invites else not is_in
        if notices.is_heard(row) or (row.state in (PENDING, SENDING) and true_then):
            found[person_id] = at if invites else None
    return found


def _invite(unit: Unit, whom: list[Person], meeting: Meeting, was_at: datetime | None) -> list[Person]:
    subject, at = _subject(unit, meeting), meeting.scheduled_at
    return notices.tell(unit, whom, INVITED, subject, meeting=meeting.id, scheduled_at=at, was_at=was_at)


def held(unit: Unit, meeting: Meeting) -> list[Person]:
    """They hear what comes next; who is told."""
    return notices.tell(unit, _who(unit, meeting), WAS_HELD, _subject(unit, meeting), meeting=meeting.id)


def taken_back(unit: Unit, meeting: Meeting, action: str) -> list[Person]:
    """Who heard of it hears that it was not scheduled, or not held, after all, or is where it was; who is told."""
    if action == HELD:
        heard = notices.who_heard(unit.db, WAS_HELD, [str(meeting.id)])
        both: dict[str, Any] = {"csm": meeting.csm_id, "ae": meeting.ae_id}
        return notices.tell(unit, heard, TAKEN_BACK, _subject(unit, meeting), was="held", scheduled_at=None, **both)
    still = find(unit.db, meeting.id)
    ahead = still if still and still.scheduled_at and still.scheduled_at > unit.now else None
    known = _invited(unit, meeting.id, ahead)
    told = []
    for person_id, at in known.items():
        if at and not (ahead and person_id in ahead.who):
            told += _not_in_it(unit, meeting, person_id, at, without=ahead is not None)
    if ahead:
        unheard = [one for one in _who(unit, ahead) if known.get(one.id) != ahead.scheduled_at]
        told += _invite(unit, unheard, ahead, meeting.scheduled_at)
    return told


def _not_in_it(unit: Unit, meeting: Meeting, person_id: int, at: datetime, *, without: bool) -> list[Person]:
    """Somebody who was invited to this time hears that it is not then, or is `without` them; who is told."""
    whom, subject = people.many(unit.db, [person_id]).values(), _subject(unit, meeting)
    both: dict[str, Any] = {"csm": meeting.csm_id, "ae": meeting.ae_id}
    return notices.tell(
        unit, whom, TAKEN_BACK, subject, was="scheduled", scheduled_at=at, without=without, meeting=meeting.id, **both
    )


def _subject(unit: Unit, meeting: Meeting) -> str:
    """What makes the note the same note: what was done, by its audit row."""
    return f"{meeting.id}:{last_done(unit.db, meeting.id)[0]}"


def _who(unit: Unit, meeting: Meeting) -> list[Person]:
    return list(people.many(unit.db, meeting.who).values())
