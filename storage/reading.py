"""How far the paged readings of Slack have come: kept page by page, so that a limit or a restart costs nothing.

Called by reminders/slack_people.py; a reading that is wanted, or was cut short, is one with a place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from storage.model.moments import instant, instant_text

if TYPE_CHECKING:
    from datetime import datetime
    from sqlite3 import Connection

    from storage.db import Unit

DIRECTORY, CHANNELS = "directory", "channels"


class Place(NamedTuple):
    """When a reading began, and Slack's cursor of the page that comes next."""

    begun: datetime
    cursor: str


def place(db: Connection, what: str) -> Place | None:
    """Where the reading goes on; None if none is under way."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (f"reading_{what}",)).fetchone()
    if row is None:
        return None
    begun, _, cursor = row[0].partition(" ")
    return Place(instant(begun), cursor)


def keep(unit: Unit, what: str, place: Place) -> None:
    """Remember where the reading goes on."""
    unit.db.execute(
        "INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (f"reading_{what}", f"{instant_text(place.begun)} {place.cursor}"),
    )


def begin(unit: Unit, what: str) -> Place:
    """A reading is wanted, from the first page on."""
    keep(unit, what, found := Place(unit.now, ""))
    return found


def done(unit: Unit, what: str) -> None:
    """The last page was read."""
    unit.db.execute("DELETE FROM meta WHERE key = ?", (f"reading_{what}",))
