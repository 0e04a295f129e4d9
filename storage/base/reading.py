"""How far the paged readings of Slack have come: kept page by page, so that a limit or a restart costs nothing.

Called by reminders/outbox/slack_people.py and histories.py; one that is wanted, or was cut short, has a place.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from storage.base.moments import instant, instant_text

if TYPE_CHECKING:
    from datetime import datetime
    from sqlite3 import Connection

    from storage.base.db import Unit

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


class Part(NamedTuple):
    """A history that was read in part: since when and from where on, the next page's cursor, and what it showed."""

    begun: datetime
    oldest: str
    cursor: str
    found: dict[str, str]


def part(db: Connection, what: str) -> Part | None:
    """What was read of a history; None if no reading of it is under way."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (f"reading_{what}",)).fetchone()
    if row is None:
        return None
    begun, oldest, cursor, found = json.loads(row[0])
    return Part(instant(begun), oldest, cursor, found)


def keep_part(unit: Unit, what: str, part: Part) -> None:
    """Remember where the reading of a history goes on."""
    unit.db.execute(
        "INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (f"reading_{what}", json.dumps([instant_text(part.begun), *part[1:]])),
    )
