"""My day: what is due for one person at one moment, as one message. Called by `messages.py` when it is sent.

Its other callers are edits of a message that stands (`storage/base/outbox.py`, `redraw`) and "Show all".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reminders.engine.kinds import items_of, rows_of, standing_rows
from storage.base import day as days
from storage.base import people
from storage.base.keys import destination_of
from storage.base.moments import own_day, zone
from templates.blocks import day as view

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from sqlite3 import Connection

    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy
    from templates.blocks.render import Renderer

NOON, EVENING = 12, 18


def my_day(
    db: Connection, renderer: Renderer, policy: Policy, rows: Sequence[OutboxRow], now: datetime
) -> dict[str, Any] | None:
    """All rows as one message: several things as a list, one alone with the brief that a list has no room for.

    None where it does not stand yet, and all that it was about has gone meanwhile.
    """
    reader = view.Reader(policy, *_day_and_zone(db, policy, rows[0], now))
    lines = lines_of(db, policy, rows, reader, now)
    if not lines and rows[0].slack_ts is None:
        return None
    found: dict[str, Any]
    if len(lines) > 1:
        person = destination_of(rows[0].destination).person_id is not None
        greeting = _greeting(rows[0].not_before, reader.zone) if person else ""  # nobody greets a channel
        shown = view.message(lines, reader)
        found = renderer.render("day/my_day", greeting=greeting, first_row_id=rows[0].id, **shown)
    else:
        found = renderer.render("day/alone", **view.message_alone(_of_rows(db, policy, rows, reader, now, alone=True)))
    return found


def lines_of(
    db: Connection, policy: Policy, rows: Sequence[OutboxRow], reader: view.Reader, now: datetime
) -> list[view.Row]:
    """The lines of a message, and of the list behind its button: its rows, and what stands in the day by itself."""
    lines = _of_rows(db, policy, rows, reader, now)
    return [*lines, *_standing(db, reader, rows, lines, now)]


def _of_rows(
    db: Connection,
    policy: Policy,
    rows: Sequence[OutboxRow],
    reader: view.Reader,
    now: datetime,
    *,
    alone: bool = False,
) -> list[view.Row]:
    items = items_of(db, policy, rows, reader.today, now)
    return [line for item, handed_on in items for line in rows_of(item, reader, alone, handed_on=handed_on)]


def _standing(
    db: Connection, reader: view.Reader, rows: Sequence[OutboxRow], lines: Sequence[view.Row], now: datetime
) -> list[view.Row]:
    person_id = destination_of(rows[0].destination).person_id
    if person_id is None:
        return []
    return standing_rows(db, reader, days.of_whom(db, reader.policy.timezone, person_id, rows, now), lines)


def stood_by_itself(
    db: Connection, policy: Policy, rows: Sequence[OutboxRow], now: datetime
) -> Iterator[tuple[str, str, str, str]]:
    """What stands in a message without a row of its own, as news of its first row: so the message is edited with it."""
    reader = view.Reader(policy, *_day_and_zone(db, policy, rows[0], now))
    for line in _standing(db, reader, rows, _of_rows(db, policy, rows, reader, now), now):
        if line["place"].account_id is None:
            continue  # a count of many: its list is read when it is opened
        yield rows[0].dedupe_key, f"account:{line['place'].account_id}", "standing", reader.today.isoformat()


def _day_and_zone(db: Connection, policy: Policy, row: OutboxRow, now: datetime) -> tuple[Any, str]:
    person_id = destination_of(row.destination).person_id
    person = people.get(db, person_id) if person_id is not None else None
    zone_name = (person.zone if person else None) or policy.timezone
    return own_day(now, zone_name, policy.timezone), zone_name


def _greeting(now: datetime, zone_name: str) -> str:
    hour = now.astimezone(zone(zone_name)).hour
    return "Good morning" if hour < NOON else "Good afternoon" if hour < EVENING else "Good evening"
