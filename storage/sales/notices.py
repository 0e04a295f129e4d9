"""Who is told of a meeting of an account team: all who are in it, but who did it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base import notices, people
from storage.sales.store import HELD, last_done

if TYPE_CHECKING:
    from storage.base.db import Unit
    from storage.base.person import Person
    from storage.sales.record import Meeting

INVITED, WAS_HELD, TAKEN_BACK = "team_meeting_invited", "team_meeting_held", "team_meeting_taken_back"


def invite(unit: Unit, meeting: Meeting) -> list[Person]:
    """They get the invitation, with its calendar file; who gets it."""
    at = meeting.scheduled_at
    return notices.tell(
        unit, _who(unit, meeting), INVITED, _subject(unit, meeting), meeting=meeting.id, scheduled_at=at
    )


def held(unit: Unit, meeting: Meeting) -> list[Person]:
    """They hear what comes next; who is told."""
    return notices.tell(unit, _who(unit, meeting), WAS_HELD, _subject(unit, meeting), meeting=meeting.id)


def taken_back(unit: Unit, meeting: Meeting, action: str) -> list[Person]:
    """They hear that it was not scheduled, or not held, after all; who is told."""
    was = "held" if action == HELD else "scheduled"
    at = meeting.scheduled_at if was == "scheduled" else None
    subject = _subject(unit, meeting)
    return notices.tell(
        unit, _who(unit, meeting), TAKEN_BACK, subject, was=was, scheduled_at=at, csm=meeting.csm_id, ae=meeting.ae_id
    )


def _subject(unit: Unit, meeting: Meeting) -> str:
    """What makes the note the same note: what was done, by its audit row."""
    return f"{meeting.id}:{last_done(unit.db, meeting.id)[0]}"


def _who(unit: Unit, meeting: Meeting) -> list[Person]:
    return list(people.many(unit.db, meeting.who).values())
