"""All SQL of escalations: opened, updated, closed, open again, taken back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from storage.account import store as accounts
from storage.account.health_history import ESCALATION
from storage.base.dialect import put, update_row
from storage.base.errors import NotFound, Stale, UserError
from storage.base.moments import day, instant, maybe_day, maybe_instant
from storage.base.plurals import counted
from storage.base.texts import text_of
from storage.escalation.record import CLOSED, MONITORING, OPEN, OUTCOMES, SEVERITIES, Escalation, same_again
from storage.escalation.settings import EscalationArea
from storage.renewal.store import not_after_today

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.account.lists import Whose
    from storage.base.db import Unit

FIELDS = (
    "id, account_id, severity, reason, criteria, next_step, project, state, opened_on, opened_at, opened_by, last_on,"
    " last_at, closed_on, closed_at, closed_by, outcome, criteria_met, agreed_by, agreed_on, helped"
)
_QUALIFIED = ", ".join(f"escalations.{name.strip()}" for name in FIELDS.split(","))
OPENED, UPDATED, ENDED, AGAIN = "escalation.open", "escalation.update", "escalation.close", "escalation.reopen"
NAME_LIMIT = 255
NONE_TO_OPEN = "There is nothing to escalate."


def get(db: Connection, escalation_id: int) -> Escalation:
    """The escalation of an id; raises NotFound."""
    row = db.execute(f"SELECT {FIELDS} FROM escalations WHERE id = ?", (escalation_id,)).fetchone()
    if row is None:
        raise NotFound("That escalation is not known here.", "It may have been taken back.")
    return from_row(row)


def of_accounts(db: Connection, account_ids: Iterable[int]) -> list[Escalation]:
    """The escalations of these accounts, open ones first, the newest of each first."""
    rows = db.execute(
        f"SELECT {FIELDS} FROM escalations WHERE account_id IN (SELECT value FROM json_each(?))"
        " ORDER BY state = 'closed', id DESC",
        (json.dumps(list(account_ids)),),
    )
    return [from_row(row) for row in rows]


def open_ones(db: Connection, account_ids: Iterable[int]) -> list[Escalation]:
    """Those of them that are open, or watched."""
    return [one for one in of_accounts(db, account_ids) if one.is_open]


def open_of(db: Connection, whose: Whose) -> list[Escalation]:
    """All open ones of active accounts of a scope."""
    return open_where(db, *whose.condition)


def open_where(db: Connection, condition: str, values: Sequence[Any]) -> list[Escalation]:
    """All open ones of active accounts of a condition on `accounts`."""
    rows = db.execute(
        f"SELECT {_QUALIFIED} FROM escalations JOIN accounts ON accounts.id = account_id WHERE state <> 'closed'"
        f" AND archived_at IS NULL AND churned_on IS NULL AND {condition} ORDER BY escalations.id",
        tuple(values),
    )
    return [from_row(row) for row in rows]


def open_of_owners(db: Connection, person_ids: Sequence[int]) -> list[Escalation]:
    """All open ones that these people see to, of active accounts."""
    rows = db.execute(
        f"SELECT {_QUALIFIED} FROM escalations"
        " JOIN accounts ON accounts.id = account_id WHERE state <> 'closed' AND archived_at IS NULL"
        " AND churned_on IS NULL AND coalesce(CASE WHEN project = 1 THEN pse_id END, csm_id)"
        " IN (SELECT value FROM json_each(?)) ORDER BY escalations.id",
        (json.dumps(list(person_ids)),),
    )
    return [from_row(row) for row in rows]


def open_(
    unit: Unit,
    account_id: int,
    severity: str,
    criteria: str,
    *,
    reason: str | None = None,
    next_step: str | None = None,
    project: bool = False,
    red: bool = False,
) -> Escalation:
    """Open one, with `red` as the account's health.

    Raises UserError for an unknown severity, without exit criteria, and for an account that is gone.
    """
    account = accounts.get(unit.db, account_id)
    account.refuse_gone(NONE_TO_OPEN)
    _check_severity(severity)
    needed = text_of(criteria, "criteria")
    if needed is None:
        raise UserError(
            "What has to be so for it to end?", "Exit criteria are needed from the start.", field="criteria"
        )
    kept: dict[str, Any] = {
        "severity": severity,
        "reason": text_of(reason, "reason"),
        "criteria": needed,
        "next_step": text_of(next_step, "next_step"),
        "project": int(project),
    }
    values = {
        "account_id": account_id,
        **kept,
        "state": OPEN,
        **dict.fromkeys(("opened_on", "last_on"), unit.today.isoformat()),
        **dict.fromkeys(("opened_at", "last_at"), unit.at),
        "opened_by": unit.actor_id,
    }
    row = put(unit.db, "escalations", values, FIELDS)
    told = {name: value for name, value in kept.items() if value}
    was, now = accounts.say_health(unit, account_id, "red" if red else None, kept["reason"])
    unit.audit(OPENED, f"account:{account_id}", was, {**now, **told, "escalation": row[0]})
    return from_row(row)


def update(
    unit: Unit, escalation_id: int, *, state: str, severity: str, progress: str | None, next_step: str | None
) -> Escalation:
    """An update: how it goes and what comes next; raises UserError without any word, Stale for a closed one."""
    before = _still_open(unit, escalation_id)
    _check_severity(severity)
    if state not in (OPEN, MONITORING):
        raise UserError("An escalation is open or watched until it is closed.", field="state")
    said, step = text_of(progress, "progress"), text_of(next_step, "next_step")
    if said is None:
        raise UserError("How does it go?", "A line is enough.", field="progress")
    unit.db.execute(
        "INSERT INTO escalation_updates(escalation_id, at, given_on, by_id, state, severity, progress, next_step)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (escalation_id, unit.at, unit.today.isoformat(), unit.actor_id, state, severity, said, step),
    )
    changed = {"state": state, "severity": severity, "next_step": step, "last_on": unit.today.isoformat()}
    update_row(unit.db, "escalations", escalation_id, {**changed, "last_at": unit.at})
    was = {name: value for name in ("state", "severity") if (value := getattr(before, name)) != changed[name]}
    after = {name: changed[name] for name in was} | {"progress": said, **({"next_step": step} if step else {})}
    unit.audit(UPDATED, f"account:{before.account_id}", was, {**after, "escalation": escalation_id})
    return get(unit.db, escalation_id)


def close(
    unit: Unit,
    escalation_id: int,
    outcome: str,
    *,
    criteria_met: bool,
    agreed_by: str | None = None,
    agreed_on: date | None = None,
    helped: str | None = None,
    health: str | None = None,
) -> Escalation:
    """How it ended, and how the account is from now on.

    Raises UserError for an unknown outcome, Stale for one that is closed already.
    """
    before = _still_open(unit, escalation_id)
    if outcome not in OUTCOMES:
        raise UserError("How did it end?", f"Pick one of {', '.join(OUTCOMES)}.", field="outcome")
    if agreed_on is not None:
        not_after_today(unit, agreed_on, "agreed_on")
    kept: dict[str, Any] = {
        "outcome": outcome,
        "criteria_met": int(criteria_met),
        "agreed_by": text_of(agreed_by, "agreed_by", NAME_LIMIT),
        "agreed_on": agreed_on.isoformat() if agreed_on else None,
        "helped": text_of(helped, "helped"),
    }
    ended = {"state": CLOSED, "closed_on": unit.today.isoformat(), "closed_at": unit.at, "closed_by": unit.actor_id}
    update_row(unit.db, "escalations", escalation_id, {**kept, **ended})
    told = {name: value for name, value in kept.items() if value is not None}
    was, now = accounts.say_health(unit, before.account_id, health, kept["helped"], source=ESCALATION)
    after = {**now, "state": CLOSED, **told, "escalation": escalation_id}
    unit.audit(ENDED, f"account:{before.account_id}", {**was, "state": before.state}, after)
    return get(unit.db, escalation_id)


def reopen(unit: Unit, escalation_id: int) -> Escalation:
    """It is open again, the same one; raises Stale where it is open, UserError once it was closed for too long."""
    before = get(unit.db, escalation_id)
    if before.is_open:
        raise Stale("That escalation is open.", "Nothing was changed.")
    accounts.get(unit.db, before.account_id).refuse_archived()
    days = unit.policy.settings(EscalationArea).reopen_days
    if not same_again(before.closed_on, unit.today, days):
        name = accounts.get(unit.db, before.account_id).name
        raise UserError(
            f"It was closed more than {counted(days, 'day')} ago.", f"Open a new one: /success escalate {name} high …"
        )
    update_row(
        unit.db,
        "escalations",
        escalation_id,
        {**_NOT_CLOSED, "state": OPEN, "last_on": unit.today.isoformat(), "last_at": unit.at},
    )
    after = {"state": OPEN, "escalation": escalation_id}
    unit.audit(AGAIN, f"account:{before.account_id}", {"state": CLOSED}, after)
    return get(unit.db, escalation_id)


def remove(unit: Unit, escalation_id: int) -> bool:
    """Take one out that was opened by mistake; False where it was worked on since."""
    gone = unit.db.execute(
        "DELETE FROM escalations WHERE id = ? AND state = 'open' AND NOT EXISTS"
        " (SELECT 1 FROM escalation_updates WHERE escalation_id = escalations.id)",
        (escalation_id,),
    )
    return gone.rowcount > 0


def unclose(unit: Unit, escalation_id: int, state: str) -> bool:
    """Take back that one was closed: it is in the state that it was in; False where it is closed no more."""
    if get(unit.db, escalation_id).is_open:
        return False
    update_row(unit.db, "escalations", escalation_id, {**_NOT_CLOSED, "state": state})
    return True


_NOT_CLOSED = dict.fromkeys(
    ("closed_on", "closed_at", "closed_by", "outcome", "criteria_met", "agreed_by", "agreed_on", "helped")
)


def _still_open(unit: Unit, escalation_id: int) -> Escalation:
    found = get(unit.db, escalation_id)
    if not found.is_open:
        raise Stale("That escalation is closed.", "It can be opened again.")
    return found


def _check_severity(severity: str) -> None:
    if severity not in SEVERITIES:
        raise UserError(f"'{severity}' is no severity.", f"Pick one of {', '.join(SEVERITIES)}.", field="severity")


def from_row(row: Sequence[Any]) -> Escalation:
    """The escalation of a row selected with FIELDS."""
    return Escalation(
        id=row[0],
        account_id=row[1],
        severity=row[2],
        reason=row[3],
        criteria=row[4],
        next_step=row[5],
        project=bool(row[6]),
        state=row[7],
        opened_on=day(row[8]),
        opened_at=instant(row[9]),
        opened_by=row[10],
        last_on=day(row[11]),
        last_at=instant(row[12]),
        closed_on=maybe_day(row[13]),
        closed_at=maybe_instant(row[14]),
        closed_by=row[15],
        outcome=row[16],
        criteria_met=None if row[17] is None else bool(row[17]),
        agreed_by=row[18],
        agreed_on=maybe_day(row[19]),
        helped=row[20],
    )
