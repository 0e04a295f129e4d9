"""A manager's nudges: what a CSM is asked to look at, once a day and CSM, in one note (docs/domain.md)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

from storage.base import outbox
from storage.base.db import to_json
from storage.base.errors import Stale, UserError
from storage.base.keys import destination_of, to_person
from storage.base.moments import instant_text
from storage.base.outbox_row import PENDING, Draft
from storage.base.recipients import Directory

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.base.outbox_row import OutboxRow
    from storage.base.person import Person
    from storage.home.record import Matter

NUDGE = "nudge"
GATHERED = timedelta(minutes=2)
"""After the last click: what a manager goes through is one note."""
SHOWN_FOR = timedelta(days=14)


def nudge(unit: Unit, csm: Person, matter: Matter) -> date:
    """Ask a CSM, or who stands in, to look at something; the day of it. Raises Stale for one who was asked today.

    Clicks of one day are one note, as long as it has not gone out.
    """
    if csm.deactivated:
        raise UserError(f"{csm.name} has left.", "Reassign it to somebody who is there.")
    if unit.actor and unit.actor.id == csm.id:
        raise UserError("That is your own.", "“My day” shows what is due today.")
    to = Directory(unit.db, unit.policy.timezone).csm(csm.id).on(unit.today)
    if unit.actor and destination_of(to.destination).person_id == unit.actor.id:
        raise UserError(f"{csm.name} is away, and you stand in.", "“My day” shows what is due today.")
    by = unit.actor_id
    waiting = _waiting(unit.db, csm.id, by)
    key = waiting or f"notice:{NUDGE}:{unit.today.isoformat()}:{csm.id}"
    draft = Draft(
        dedupe_key=key,
        kind="notice",
        destination=to.destination,
        recipient=to.address,
        not_before=unit.now + GATHERED,
        why="a manager asks",
        payload={
            "notice": NUDGE,
            "by": by,
            "csm": csm.id,
            "owner": to_person(csm.id),
            "on": unit.today.isoformat(),
            "matters": [matter.value],
        },
    )
    if waiting or not outbox.put(unit, draft):
        row = outbox.by_key(unit.db, key)
        if row and matter.value in row.payload["matters"]:
            when = "already; that goes out in the morning" if waiting and _of(row) < unit.today else "today already"
            raise Stale(f"{csm.name} was nudged about it {when}.", "Nothing more was sent.")
        if row is None or row.state != PENDING or row.payload.get("by") != by:
            raise Stale(f"{csm.name} was nudged today already.", "Once a day is enough: tomorrow again.")
        payload = {**row.payload, "matters": [*row.payload["matters"], matter.value]}
        unit.db.execute(
            "UPDATE outbox SET payload = ?, not_before = ? WHERE id = ? AND state = 'pending'",
            (to_json(payload), instant_text(max(row.not_before, unit.now + GATHERED)), row.id),
        )
    unit.audit("team.nudge", f"person:{csm.id}", {}, {"about": matter.value})
    return unit.today


def _of(row: OutboxRow) -> date:
    return date.fromisoformat(row.payload["on"])


def _waiting(db: Connection, csm_id: int, by: int | None) -> str | None:
    """The key of the note of somebody's that waits for the CSM's morning, of whichever day."""
    rows = db.execute(
        "SELECT dedupe_key, payload FROM outbox WHERE dedupe_key > ? AND dedupe_key < ? AND state = 'pending'"
        " ORDER BY id DESC",
        (f"notice:{NUDGE}:", f"notice:{NUDGE}:~"),
    )
    for key, text in rows.fetchall():
        payload = json.loads(text)
        if payload["csm"] == csm_id and payload.get("by") == by:
            return str(key)
    return None


def nudged(db: Connection, csm_id: int, today: date) -> dict[str, date]:
    """The last day on which each thing of a CSM's was nudged, of those not long ago."""
    rows = db.execute(
        "SELECT payload FROM outbox WHERE kind = 'notice' AND dedupe_key >= ? AND dedupe_key < ?"
        " AND state <> 'cancelled' ORDER BY dedupe_key",
        (f"notice:{NUDGE}:{(today - SHOWN_FOR).isoformat()}", f"notice:{NUDGE}:~"),
    )
    found: dict[str, date] = {}
    for row in rows:
        payload = json.loads(row[0])
        if payload["csm"] == csm_id:
            found |= dict.fromkeys(payload["matters"], date.fromisoformat(payload["on"]))
    return found
