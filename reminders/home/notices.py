"""The note of a manager's nudge, handed in: what of it is true still when it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.home import team
from storage.home.nudges import NUDGE
from templates.blocks.day import Reader
from templates.home import team as show

if TYPE_CHECKING:
    from reminders.outbox.notes import Note


def _nudge(note: Note) -> dict[str, Any] | None:
    csm = note.person("csm")
    if csm is None:
        return None
    asked = set(note.payload["matters"])
    found = [one for one in team.matters(note.db, note.policy, csm, note.today) if one.value in asked]
    if not found:
        return None
    reader = Reader(note.policy, note.today, note.zone_name)
    to_stand_in = note.reader is None or note.reader.id != csm.id
    return show.nudge(note.person("by"), csm, found, reader, to_stand_in=to_stand_in)


NOTICES = {NUDGE: _nudge}
