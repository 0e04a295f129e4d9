"""One-off notes to people, worded when they are sent: each noun hands in its own (`reminders/<noun>/notices.py`).

Called by `messages.compose` for a row of kind `notice`. Its payload names the template and carries ids and small
facts (storage/base/notices.py); what is no longer true by then is not said any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from storage.base import groups, people
from storage.base.errors import NotFound
from storage.base.moments import own_day
from storage.base.nouns import merged
from storage.base.permissions import HasTeam, Rights, may
from storage.base.recipients import stood_in_for

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.base.outbox_row import OutboxRow
    from storage.base.person import Person
    from storage.base.policy import Policy
    from templates.blocks.render import Renderer


class Note:
    """A note about to be worded: its payload, and who reads it when and where."""

    def __init__(self, db: Connection, policy: Policy, row: OutboxRow, now: datetime) -> None:
        self.db, self.policy, self.row, self.now = db, policy, row, now
        self.payload = row.payload
        kind, _, reader_id = row.destination.partition(":")
        self.reader = people.get(db, int(reader_id)) if kind == "person" else None
        self.zone_name = (self.reader.zone if self.reader else None) or policy.timezone
        self.today = own_day(now, self.zone_name, policy.timezone)

    def person(self, name: str) -> Person | None:
        """The person whose id the payload has under this name."""
        person_id = self.payload.get(name)
        return people.many(self.db, [person_id]).get(person_id) if person_id else None

    def day(self, name: str) -> date:
        """The day that the payload has under this name."""
        return date.fromisoformat(self.payload[name])

    def shows_arr(self, record: HasTeam) -> bool:
        """Whether the reader may see the ARR of an account; operations may only where everybody does."""
        if (reader := self.reader) is None:
            return self.policy.arr_visible_to == "everyone"
        rights = Rights(
            reader,
            self.policy,
            leads=lambda: people.leads_somebody(self.db, reader.id),
            members=lambda group: groups.members(self.db, group),
            stands_in_for=lambda: stood_in_for(self.db, self.policy.timezone, reader.id, self.now),
        )
        return may(rights, "see_arr", self.policy, record)


Facts = Callable[[Note], dict[str, Any] | None]
"""What a note's template needs; None where it is no longer true."""
File = Callable[[Note], tuple[str, bytes]]
"""The name and content of the file that goes with a note."""


@cache
def notices() -> Mapping[str, Facts]:
    """The notes that are worded here, by name; `trouble`, for operations, is delivery's own."""
    return merged("reminders", "notices", "NOTICES")


@cache
def files() -> Mapping[str, File]:
    """The files that go with notes, by the note's name."""
    return merged("reminders", "notices", "FILES")


def message(db: Connection, renderer: Renderer, policy: Policy, row: OutboxRow, now: datetime) -> Any | None:
    """The text and blocks of a note; None where it is no longer true, or about something that is gone."""
    name = str(row.payload["notice"])
    try:
        context = notices()[name](Note(db, policy, row, now))
    except NotFound:
        return None
    return None if context is None else renderer.render(f"notice/{name}", **context)


def file_of(db: Connection, policy: Policy, row: OutboxRow, now: datetime) -> tuple[str, bytes] | None:
    """The name and content of the file that goes with a note, if one does."""
    file = files().get(str(row.payload.get("notice")))
    return file(Note(db, policy, row, now)) if file else None
