"""The calendar file of a renewal review, for AE and SA (RFC 5545). Pure; icalendar is imported when needed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from storage.base.person import Person

LENGTH = timedelta(minutes=30)


def invitation(
    *,
    uid: str,
    title: str,
    about: str,
    starts_at: datetime,
    made_at: datetime,
    organizer: Person | None,
    attendees: Sequence[Person],
) -> bytes:
    """An invitation of half an hour. A later one of the same `uid` moves the meeting in people's calendars.

    People without an e-mail address are left out of the file; without an organizer it is a note of the meeting.
    """
    from icalendar import Calendar, Event, vCalAddress, vText  # noqa: PLC0415 - slow to import, rarely needed

    def address(person: Person) -> vCalAddress:
        found = vCalAddress(f"mailto:{person.email}")
        found.params["CN"] = vText(person.name)
        return found

    event = Event()
    event.add("uid", f"{uid}@cta-bot")
    event.add("dtstamp", made_at)
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + LENGTH)
    event.add("sequence", int(made_at.timestamp()) // 60 - _EPOCH_MINUTES)
    event.add("summary", title)
    event.add("description", about)
    event.add("status", "CONFIRMED")
    has_organizer = organizer is not None and organizer.email is not None
    if organizer is not None and has_organizer:
        event.add("organizer", address(organizer))
        for person in attendees:
            if person.email:
                invited = address(person)
                invited.params["PARTSTAT"] = vText("NEEDS-ACTION")
                invited.params["RSVP"] = vText("TRUE")
                event.add("attendee", invited)
    calendar = Calendar()
    calendar.add("prodid", "-//CTA Bot//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "REQUEST" if has_organizer else "PUBLISH")
    calendar.add_component(event)
    found: bytes = calendar.to_ical()
    return found


_EPOCH_MINUTES = 28_000_000  # 2023: keeps the sequence within 32 bits for a long time
