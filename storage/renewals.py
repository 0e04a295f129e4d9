"""Renewal reviews and how renewals ended: scheduled, held, skipped; renewed, churned, with their history.

Written by `/renewals`, its forms and the terminal; read by the planner, Home and the lists. Every change has the
planner look at the account again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage import accounts, outbox
from storage.model.errors import Stale, UserError
from storage.model.moments import civil_end, instant, instant_text, maybe_day, maybe_instant
from storage.model.outbox import Draft
from storage.model.renewal import HELD, SCHEDULED, SKIPPED, Renewal, Review
from storage.model.review_steps import ReviewStep, review_steps

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from sqlite3 import Connection, Row

    from storage.db import Unit
    from storage.model.account import Account
    from storage.model.person import Person
    from storage.model.policy import Policy

COLUMNS = (
    "id, account_id, renewal_on, offset_months, state, scheduled_at, scheduled_on, scheduled_known_at, held_on,"
    " health, outlook, next_step, skip_reason"
)
NEXT_STEP_LIMIT = 3000


def from_row(row: Row | tuple[Any, ...]) -> Review:
    """The review of a row selected with COLUMNS."""
    return Review(
        id=row[0],
        account_id=row[1],
        renewal_on=maybe_day(row[2]),  # type: ignore[arg-type]  # the column is NOT NULL
        offset_months=row[3],
        state=row[4],
        scheduled_at=maybe_instant(row[5]),
        scheduled_on=maybe_day(row[6]),
        scheduled_known_at=maybe_instant(row[7]),
        held_on=maybe_day(row[8]),
        health=row[9],
        outlook=row[10],
        next_step=row[11],
        skip_reason=row[12],
    )


def of_account(db: Connection, account_id: int) -> list[Review]:
    """All reviews of an account, the latest renewal first."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM reviews WHERE account_id = ? ORDER BY renewal_on DESC, offset_months",
        (account_id,),
    )
    return [from_row(row) for row in rows]


def of_accounts(db: Connection, ids: Iterable[int]) -> dict[int, list[Review]]:
    """The reviews of several accounts, by account."""
    wanted = list(ids)
    found: dict[int, list[Review]] = {i: [] for i in wanted}
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        marks = ",".join("?" * len(part))
        for row in db.execute(f"SELECT {COLUMNS} FROM reviews WHERE account_id IN ({marks})", part):
            found[row[1]].append(from_row(row))
    return found


def steps(db: Connection, account: Account, policy: Policy) -> list[ReviewStep]:
    """The reviews before the account's present renewal date, the earliest first."""
    return review_steps(account, of_account(db, account.id), policy)


def history(db: Connection, account_id: int) -> list[Renewal]:
    """How the account's renewals ended, the latest first."""
    rows = db.execute(
        "SELECT id, account_id, renewal_on, outcome, next_renewal_on, decided_at, decided_by FROM renewals"
        " WHERE account_id = ? ORDER BY decided_at DESC, id DESC",
        (account_id,),
    )
    return [
        Renewal(row[0], row[1], maybe_day(row[2]), row[3], maybe_day(row[4]), instant(row[5]), row[6])  # type: ignore[arg-type]  # the column is NOT NULL
        for row in rows
    ]


def schedule_review(unit: Unit, account_id: int, renewal_on: date, months: int, at: datetime, on: date) -> Review:
    """Have a review at an instant; `on` is its civil day for the person who picked it.

    Again: it is moved. Raises UserError for a time that has passed or lies after the renewal, Stale for a review
    that was held or a renewal date that has changed.
    """
    before = _current(unit, account_id, renewal_on, months)
    if at <= unit.now:
        raise UserError("That time has passed.", "Pick one that is still ahead.", field="scheduled_on")
    if on > renewal_on:
        raise UserError(
            f"That is after the renewal on {_said(renewal_on)}.", "Pick a day before it.", field="scheduled_on"
        )
    values = {"state": SCHEDULED, "scheduled_at": instant_text(at), "scheduled_on": on.isoformat()}
    return _keep(unit, account_id, renewal_on, months, before, "review.schedule", scheduled_known_at=unit.at, **values)


def hold_review(
    unit: Unit,
    account_id: int,
    renewal_on: date,
    months: int,
    *,
    held_on: date,
    health: str | None = None,
    outlook: str | None = None,
    next_step: str | None = None,
) -> Review:
    """Record that a review was held, and what came out of it; health and outlook become the account's."""
    before = _current(unit, account_id, renewal_on, months)
    not_after_today(unit, held_on, "held_on")
    if next_step and len(next_step) > NEXT_STEP_LIMIT:
        raise UserError(f"The next step may have at most {NEXT_STEP_LIMIT:,} characters.", field="next_step")
    if health:
        accounts.write(unit, account_id, {"health": health, "health_on": unit.today.isoformat()})
    if outlook:
        accounts.write(unit, account_id, {"outlook": outlook})
    return _keep(
        unit,
        account_id,
        renewal_on,
        months,
        before,
        "review.hold",
        state=HELD,
        held_on=held_on.isoformat(),
        health=health,
        outlook=outlook,
        next_step=next_step,
    )


def skip_review(unit: Unit, account_id: int, renewal_on: date, months: int, reason: str) -> Review:
    """Leave a review out, for a reason that the manager sees; raises UserError without one."""
    before = _current(unit, account_id, renewal_on, months)
    if not reason.strip():
        raise UserError("Why is the review skipped?", "A short reason is enough; the manager sees it.", field="reason")
    if len(reason) > NEXT_STEP_LIMIT:
        raise UserError(f"The reason may have at most {NEXT_STEP_LIMIT:,} characters.", field="reason")
    return _keep(unit, account_id, renewal_on, months, before, "review.skip", state=SKIPPED, skip_reason=reason.strip())


def renew(unit: Unit, account_id: int, next_on: date) -> Account:
    """Record that the account renewed until `next_on`: its renewal date from now on, its reviews armed anew.

    A churned account that renews after all is active again. Raises UserError for a date that is not ahead.
    """
    account = accounts.get(unit.db, account_id)
    if next_on <= unit.today or (account.renewal_on and next_on <= account.renewal_on):
        than = f"the present one, {_said(account.renewal_on)}" if account.renewal_on else "today"
        raise UserError(f"The next renewal date must be later than {than}.", field="next_renewal_on")
    _decide(unit, account, "renewed", next_on)
    fields = {"renewal_on": next_on.isoformat(), "churned_on": None, "outlook": None}
    before, after = accounts.write(unit, account_id, fields)
    unit.audit("renewal.renewed", f"account:{account_id}", before, after)
    return accounts.get(unit.db, account_id)


def churn(unit: Unit, account_id: int, on: date | None = None) -> Account:
    """Record that the account does not renew: no reminders, and it leaves the coverage. Kept, not archived."""
    account = accounts.get(unit.db, account_id)
    if account.churned_on:
        raise Stale(f"{account.name} was recorded as churned on {_said(account.churned_on)}.")
    day = on or unit.today
    not_after_today(unit, day, "churned_on")
    _decide(unit, account, "churned", None)
    before, after = accounts.write(unit, account_id, {"churned_on": day.isoformat(), "outlook": "churn"})
    unit.audit("renewal.churned", f"account:{account_id}", before, after)
    return accounts.get(unit.db, account_id)


def remind_later(unit: Unit, step: ReviewStep, person: Person, at: datetime, on: date) -> None:
    """Bring a review up again for a person at an instant, which lies on the day `on` for them."""
    outbox.put(
        unit,
        Draft(
            dedupe_key=f"renewal_review:{step.value}:later:{on.isoformat()}:{person.id}",
            kind="renewal_review",
            destination=f"person:{person.id}",
            recipient=person.address,
            not_before=at,
            due_on=step.due_on,
            expires_at=civil_end(step.renewal_on, person.zone or unit.policy.timezone),
            account_id=step.account_id,
            step=step.months,
            why="you asked to be reminded",
            payload={"later": True},
        ),
    )
    unit.audit("review.later", f"account:{step.account_id}", {}, {"months": step.months, "on": on})


def not_after_today(unit: Unit, day: date, field: str) -> None:
    """Refuse a day after today, in the policy's zone or in the person's, whichever is ahead."""
    if day > accounts.latest_today(unit):
        raise UserError(f"{_said(day)} is still ahead.", "What was held lies in the past, or is today.", field=field)


def _current(unit: Unit, account_id: int, renewal_on: date, months: int) -> Review | None:
    account = accounts.get(unit.db, account_id)
    if account.renewal_on != renewal_on:
        now = f"renews on {_said(account.renewal_on)} now" if account.renewal_on else "has no renewal date any more"
        raise Stale(f"{account.name} {now}.", "This was about the old date; nothing was changed.")
    if account.archived_at or account.churned_on:
        what = "is archived" if account.archived_at else "was recorded as churned"
        raise Stale(f"{account.name} {what}.", "There is no renewal to review.")
    row = unit.db.execute(
        f"SELECT {COLUMNS} FROM reviews WHERE account_id = ? AND renewal_on = ? AND offset_months = ?",
        (account_id, renewal_on.isoformat(), months),
    ).fetchone()
    found = from_row(row) if row else None
    if found and found.state == HELD and found.held_on:
        raise Stale(f"{account.name}'s {months}-month review was held on {_said(found.held_on)} already.")
    return found


def _keep(
    unit: Unit,
    account_id: int,
    renewal_on: date,
    months: int,
    before: Review | None,
    action: str,
    **fields: str | None,
) -> Review:
    values = {**fields, "by_id": unit.actor.id if unit.actor else None, "updated_at": unit.at}
    names = ", ".join(values)
    marks = ", ".join("?" * (3 + len(values)))
    updates = ", ".join(f"{name} = excluded.{name}" for name in values)
    row = unit.db.execute(
        f"INSERT INTO reviews(account_id, renewal_on, offset_months, {names}) VALUES ({marks})"
        f" ON CONFLICT (account_id, renewal_on, offset_months) DO UPDATE SET {updates} RETURNING {COLUMNS}",
        (account_id, renewal_on.isoformat(), months, *values.values()),
    ).fetchone()
    accounts.look_again(unit, account_id)
    was = {"state": before.state, "scheduled_at": before.scheduled_at} if before else {}
    told = {name: value for name, value in fields.items() if value is not None and name != "scheduled_known_at"}
    unit.audit(action, f"account:{account_id}", was, {"renewal_on": renewal_on, "months": months, **told})
    return from_row(row)


def _decide(unit: Unit, account: Account, outcome: str, next_on: date | None) -> None:
    unit.db.execute(
        "INSERT INTO renewals(account_id, renewal_on, outcome, next_renewal_on, decided_at, decided_by)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            account.id,
            (account.renewal_on or unit.today).isoformat(),
            outcome,
            next_on.isoformat() if next_on else None,
            unit.at,
            unit.actor.id if unit.actor else None,
        ),
    )


def _said(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
