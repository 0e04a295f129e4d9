"""Executive Business Reviews: scheduled and held, their cadence, and which are due.

Written by `/ebr`, its forms and the terminal; read by the planner, Home and the lists. Every change has the planner
look at the account again.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from storage.account import store as accounts
from storage.base import outbox
from storage.base.errors import Stale, UserError
from storage.base.moments import civil_day, day_said, instant_text, lived_day_said, maybe_day, maybe_instant
from storage.base.outbox_row import Draft
from storage.base.recipients import put_off_by
from storage.ebr.record import Ebr
from storage.ebr.undos import PLANNED
from storage.renewal.store import not_after_today

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from sqlite3 import Connection, Row

    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.base.person import Person
    from storage.ebr.due import EbrDue

COLUMNS = "id, account_id, state, scheduled_at, scheduled_on, scheduled_known_at, held_on, note"
NOTE_LIMIT = 3000
LEADERS_DECIDE_MONTHS = 3
"""This often or oftener is agreed by CSM, AE and leadership (docs/domain.md, "EBRs")."""
LONGEST_CADENCE_MONTHS = 60
NONE_TO_COME = "No EBR is to come."


def from_row(row: Row | tuple[Any, ...]) -> Ebr:
    """The EBR of a row selected with COLUMNS."""
    return Ebr(
        id=row[0],
        account_id=row[1],
        state=row[2],
        scheduled_at=maybe_instant(row[3]),
        scheduled_on=maybe_day(row[4]),
        scheduled_known_at=maybe_instant(row[5]),
        held_on=maybe_day(row[6]),
        note=row[7],
    )


def scheduled(db: Connection, account_id: int) -> Ebr | None:
    """The EBR that is scheduled, if one is: there is one at a time."""
    row = db.execute(
        f"SELECT {COLUMNS} FROM ebrs WHERE account_id = ? AND state = 'scheduled'", (account_id,)
    ).fetchone()
    return from_row(row) if row else None


def held(db: Connection, account_id: int) -> list[Ebr]:
    """The EBRs held, the latest first."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM ebrs WHERE account_id = ? AND state = 'held' ORDER BY held_on DESC", (account_id,)
    )
    return [from_row(row) for row in rows]


def of_accounts(db: Connection, ids: Iterable[int]) -> dict[int, list[Ebr]]:
    """The EBRs of several accounts, by account."""
    found: dict[int, list[Ebr]] = {i: [] for i in ids}
    of_these = f"SELECT {COLUMNS} FROM ebrs WHERE account_id IN (SELECT value FROM json_each(?))"
    for row in db.execute(of_these, (json.dumps(list(found)),)):
        found[row[1]].append(from_row(row))
    return found


def schedule(unit: Unit, account_id: int, at: datetime, on: date) -> Ebr:
    """Have an EBR at an instant; `on` is its civil day for the person who picked it. Again: it is moved."""
    account = accounts.get(unit.db, account_id)
    account.refuse_gone("There is nothing to schedule.")
    if at <= unit.now:
        raise UserError("That time has passed.", "Pick one ahead, or log the EBR as held.", field="scheduled_on")
    before = scheduled(unit.db, account_id)
    row = unit.db.execute(
        "INSERT INTO ebrs(account_id, state, scheduled_at, scheduled_on, scheduled_known_at, by_id, updated_at)"
        " VALUES (?, 'scheduled', ?, ?, ?, ?, ?)"
        " ON CONFLICT (account_id) WHERE state = 'scheduled' DO UPDATE SET scheduled_at = excluded.scheduled_at,"
        " scheduled_on = excluded.scheduled_on, scheduled_known_at = excluded.scheduled_known_at,"
        f" by_id = excluded.by_id, updated_at = excluded.updated_at RETURNING {COLUMNS}",
        (account_id, instant_text(at), on.isoformat(), unit.at, unit.actor_id, unit.at),
    ).fetchone()
    accounts.look_again(unit, account_id, ebr=True)
    was = {"scheduled_at": before.scheduled_at} if before else {}
    unit.audit("ebr.schedule", f"account:{account_id}", was, {"scheduled_at": at})
    return from_row(row)


def call_off(unit: Unit, account_id: int, on: date | None = None) -> Ebr:
    """Take a scheduled EBR out: nudges follow its due date again. Returns what was called off.

    Raises Stale where none is scheduled, or not for the day `on` any more.
    """
    account, planned = accounts.get(unit.db, account_id), scheduled(unit.db, account_id)
    if planned is None or planned.scheduled_on is None:
        raise Stale(f"No EBR of {account.name} is scheduled.", "Nothing was changed.")
    if on and planned.scheduled_on != on:
        raise Stale(
            f"{account.name}'s EBR is on {day_said(planned.scheduled_on, unit.own_today)} now.", "Nothing was changed."
        )
    unit.db.execute("DELETE FROM ebrs WHERE id = ?", (planned.id,))
    accounts.look_again(unit, account_id, ebr=True)
    unit.audit("ebr.call_off", f"account:{account_id}", {"scheduled_at": planned.scheduled_at}, {})
    return planned


def log(unit: Unit, account_id: int, held_on: date, note: str | None = None) -> Ebr:
    """Record that an EBR was held.

    One that is scheduled becomes the one held, unless that was held before it was planned. Raises UserError for a
    day after today, or one that is logged already.
    """
    account = accounts.get(unit.db, account_id)
    not_after_today(unit, held_on, "held_on")
    if note and len(note) > NOTE_LIMIT:
        raise UserError(f"A note may have at most {NOTE_LIMIT:,} characters.", field="note")
    day = held_on.isoformat()
    if is_logged(unit.db, account_id, held_on):
        raise UserError(f"The EBR of {lived_day_said(held_on, unit.own_today)} is logged already.", field="held_on")
    planned, ends = scheduled(unit.db, account_id), _planned(unit.db, account_id)
    if planned and planned.scheduled_known_at and held_on >= civil_day(planned.scheduled_known_at, unit.own_zone):
        unit.db.execute("DELETE FROM ebrs WHERE id = ?", (planned.id,))
    row = unit.db.execute(
        "INSERT INTO ebrs(account_id, state, held_on, note, by_id, updated_at)"
        f" VALUES (?, 'held', ?, ?, ?, ?) RETURNING {COLUMNS}",
        (account_id, day, note or None, unit.actor_id, unit.at),
    ).fetchone()
    latest = max(day, account.last_ebr_on.isoformat() if account.last_ebr_on else day)
    before, after = accounts.write(unit, account_id, {"last_ebr_on": latest})
    accounts.look_again(unit, account_id, ebr=True)
    if ends and not scheduled(unit.db, account_id):
        before = {**before, "planned": ends}
    said = {"held_on": held_on, **({"note": note} if note else {})}
    unit.audit("ebr.log", f"account:{account_id}", before, {**after, **said})
    return from_row(row)


def is_logged(db: Connection, account_id: int, held_on: date) -> bool:
    """Whether an EBR of that day is recorded as held."""
    day = held_on.isoformat()
    query = "SELECT 1 FROM ebrs WHERE account_id = ? AND state = 'held' AND held_on = ?"
    return db.execute(query, (account_id, day)).fetchone() is not None


def set_cadence(unit: Unit, account_id: int, months: int | None, agreed_by: str = "") -> Account:
    """Set how often the account has an EBR; None goes back to its segment's cadence.

    Every three months or oftener needs to say who agreed (CSM, AE and leadership decide that together). Raises Stale
    for an account that is gone.
    """
    account = accounts.get(unit.db, account_id)
    account.refuse_archived()
    account.refuse_gone(NONE_TO_COME)
    if months is not None and not 1 <= months <= LONGEST_CADENCE_MONTHS:
        raise UserError(
            "That is no cadence.", f"Give the months between EBRs, 1 to {LONGEST_CADENCE_MONTHS}.", field="months"
        )
    if months is not None and months <= LEADERS_DECIDE_MONTHS and not agreed_by.strip():
        raise UserError(
            "Who agreed to it?", "CSM, AE and leadership decide together on a quarterly rhythm.", field="agreed_by"
        )
    fields = {"ebr_cadence_months": months, "ebr_cadence_agreed_by": agreed_by.strip() or None}
    before, after = accounts.write(unit, account_id, fields)
    if after:
        unit.audit("ebr.cadence", f"account:{account_id}", before, after)
    return accounts.get(unit.db, account_id)


def agreed_by(db: Connection, account_id: int) -> str | None:
    """Who agreed to how often the account has its EBR."""
    row = db.execute("SELECT ebr_cadence_agreed_by FROM accounts WHERE id = ?", (account_id,)).fetchone()
    return str(row[0]) if row and row[0] else None


def remind_later(unit: Unit, due: EbrDue, step: int, person: Person, at: datetime, on: date) -> None:
    """Bring the nudge of a step up again for a person at an instant, which lies on the day `on` for them."""
    due.account.refuse_gone(NONE_TO_COME)
    account_id, due_on = due.account.id, due.due_on
    outbox.put(
        unit,
        Draft(
            dedupe_key=f"ebr_nudge:{account_id}:{due_on}:{step}:later:{on}:{person.id}",
            kind="ebr_nudge",
            destination=f"person:{person.id}",
            recipient=person.address,
            not_before=at,
            due_on=due_on - timedelta(days=step) if due_on else None,
            account_id=account_id,
            step=step,
            why="you asked to be reminded",
            payload=put_off_by(unit, person.id, due.account.csm_id),
        ),
    )
    unit.audit("ebr.later", f"account:{account_id}", {}, {"on": on})


def _planned(db: Connection, account_id: int) -> dict[str, Any]:
    """The scheduled EBR as it is kept for the case that it is to be again."""
    row = db.execute(
        f"SELECT {', '.join(PLANNED)} FROM ebrs WHERE account_id = ? AND state = 'scheduled'", (account_id,)
    ).fetchone()
    return dict(zip(PLANNED, row, strict=True)) if row else {}
