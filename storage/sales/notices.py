"""Who is told of a meeting of an account team: all who are in it, but who did it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base import notices, people
from storage.sales.store import HELD, find, last_done

if TYPE_CHECKING:
    from datetime import datetime

    from storage.base.db import Unit
    from storage.base.person import Person
    from storage.sales.record import Meeting

INVITED, WAS_HELD, TAKEN_BACK = "team_meeting_invited", "team_meeting_held", "team_meeting_taken_back"


def invite(unit: Unit, meeting: Meeting, was_at: datetime | None) -> list[Person]:
    """They get the invitation, with its calendar file, also to another time than before; who gets it."""
    return _invite(unit, _who(unit, meeting), meeting, was_at)


def _invite(unit: Unit, whom: list[Person], meeting: Meeting, was_at: datetime | None) -> list[Person]:
    subject, at = _subject(unit, meeting), meeting.scheduled_at
    return notices.tell(unit, whom, INVITED, subject, meeting=meeting.id, scheduled_at=at, was_at=was_at)


def held(unit: Unit, meeting: Meeting) -> list[Person]:
    """They hear what comes next; who is told."""
    return notices.tell(unit, _who(unit, meeting), WAS_HELD, _subject(unit, meeting), meeting=meeting.id)


def taken_back(unit: Unit, meeting: Meeting, action: str) -> list[Person]:
    """Who heard of it hears that it was not scheduled, or not held, after all, or is where it was; who is told."""
    was = "held" if action == HELD else "scheduled"
    at = meeting.scheduled_at if was == "scheduled" else None
    heard = notices.who_heard(unit, _who(unit, meeting), WAS_HELD if action == HELD else INVITED, str(meeting.id))
    if at and (still := find(unit.db, meeting.id)):
        return _invite(unit, [person for person in heard if person.id in still.who], still, at)
    subject = _subject(unit, meeting)
    return notices.tell(
        unit, heard, TAKEN_BACK, subject, was=was, scheduled_at=at, csm=meeting.csm_id, ae=meeting.ae_id
    )


def _subject(unit: Unit, meeting: Meeting) -> str:
    """What makes the note the same note: what was done, by its audit row."""
    return f"{meeting.id}:{last_done(unit.db, meeting.id)[0]}"


def _who(unit: Unit, meeting: Meeting) -> list[Person]:
    return list(people.many(unit.db, meeting.who).values())
