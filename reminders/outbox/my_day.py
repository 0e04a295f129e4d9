"""My day: what is due for one person at one moment, as one message. Called by `messages.py` when it is sent.

Its other callers are edits of a message that stands (`storage/base/outbox.py`, `redraw`) and "Show all".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reminders.engine.kinds import readers, rows_of
from storage.base import day as days
from storage.base import people
from storage.base.keys import destination_of
from storage.base.moments import civil_day, zone
from templates.blocks import day as view

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from sqlite3 import Connection

    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy
    from templates.blocks.render import Renderer

NOON, EVENING = 12, 18


def my_day(
    db: Connection, renderer: Renderer, policy: Policy, rows: Sequence[OutboxRow], now: datetime
) -> dict[str, Any]:
    """All rows as one message: several as a list, one alone with the brief that a list has no room for."""
    reader = view.Reader(policy, *_day_and_zone(db, policy, rows[0], now))
    items = days.items(db, policy, rows, reader.today, readers())
    alone = len(items) == 1
    lines = [line for item in items for line in rows_of(item, reader, alone)]
    shown = view.message(items, lines, reader)
    found: dict[str, Any]
    if alone:
        found = renderer.render("day/alone", **shown)
    else:
        greeting = _greeting(rows[0].not_before, reader.zone)
        found = renderer.render("day/my_day", greeting=greeting, **shown)
    return found


def _day_and_zone(db: Connection, policy: Policy, row: OutboxRow, now: datetime) -> tuple[Any, str]:
    person_id = destination_of(row.destination).person_id
    person = people.get(db, person_id) if person_id is not None else None
    zone_name = (person.zone if person else None) or policy.timezone
    return civil_day(now, zone_name), zone_name


def _greeting(now: datetime, zone_name: str) -> str:
    hour = now.astimezone(zone(zone_name)).hour
    return "Good morning" if hour < NOON else "Good afternoon" if hour < EVENING else "Good evening"
