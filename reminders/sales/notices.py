"""The notes about meetings of account teams, handed in: invitations, with a calendar file, and what came of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base import people
from storage.base.moments import instant, zone
from storage.base.switches import area_on
from storage.sales import store
from storage.sales.notices import INVITED, TAKEN_BACK, WAS_HELD
from storage.sales.record import AREA
from templates.blocks import ics
from templates.sales import meetings as show

if TYPE_CHECKING:
    from reminders.outbox.notes import Note
    from storage.sales.record import Meeting


def _calendar(note: Note) -> tuple[str, bytes]:
    meeting = store.get(note.db, int(note.payload["meeting"]))
    known = people.many(note.db, meeting.who)
    organizer = note.person("by")
    content = ics.invitation(
        uid=f"team-meeting-{meeting.id}",
        title=f"Account team: {', '.join(known[i].name for i in meeting.who if i in known)}",
        about="Renewals in six months, Expand CTAs, deferred ones, triage, seats.",
        starts_at=instant(note.payload["scheduled_at"]),
        made_at=note.row.post_at,
        organizer=organizer,
        attendees=[one for one in known.values() if organizer is None or one.id != organizer.id],
    )
    return "account-team-meeting.ics", content


def _meeting(note: Note) -> Meeting | None:
    """The meeting that it is about; None where its reader is not in that any more, or the area is off."""
    meeting = store.get(note.db, int(note.payload["meeting"]))
    is_in = note.reader is None or note.reader.id in meeting.who
    return meeting if is_in and area_on(note.policy, AREA) else None


def _invited(note: Note) -> dict[str, Any] | None:
    meeting, at = _meeting(note), instant(note.payload["scheduled_at"])
    if meeting is None or meeting.held_on or meeting.scheduled_at != at:
        return None  # moved or held meanwhile: that has a note of its own
    known = people.many(note.db, meeting.who)
    return show.invitation(meeting, known, note.person("by"), at.astimezone(zone(note.zone_name)))


def _held(note: Note) -> dict[str, Any] | None:
    meeting = _meeting(note)
    if meeting is None or meeting.held_on is None:
        return None
    return show.was_held(meeting, people.many(note.db, meeting.who), note.person("by"), note.today)


def _taken_back(note: Note) -> dict[str, Any] | None:
    if not area_on(note.policy, AREA):
        return None
    now = store.find(note.db, int(note.payload.get("meeting") or 0))
    is_ahead = now is not None and now.scheduled_at is not None and now.scheduled_at > note.now
    if is_ahead and now and note.reader and note.reader.id in now.who:
        return None  # invited again meanwhile
    said = note.payload.get("scheduled_at")
    at = instant(said).astimezone(zone(note.zone_name)) if said else None
    without = bool(note.payload.get("without"))
    return show.taken_back(note.person("csm"), note.person("ae"), note.person("by"), at, without=without)


NOTICES = {INVITED: _invited, WAS_HELD: _held, TAKEN_BACK: _taken_back}
FILES = {INVITED: _calendar}
