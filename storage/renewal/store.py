"""Renewal reviews: scheduled, held, skipped, put off, taken back (how renewals end: `outcomes.py`).

Written by `/renewals`, its forms and the terminal; read by the planner, Home and the lists. Every change has the
planner look at the account again.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from storage.account import health_history
from storage.account import store as accounts
from storage.account.record import HEALTHS, OUTLOOKS
from storage.base import outbox
from storage.base.errors import Stale, UserError
from storage.base.moments import (
    civil_end,
    day,
    day_said,
    instant_text,
    latest_today,
    lived_day_said,
    maybe_day,
    maybe_instant,
)
from storage.base.outbox_row import Draft
from storage.base.recipients import put_off_by
from storage.renewal.record import HELD, SCHEDULED, SKIPPED, Review
from storage.renewal.review_steps import ReviewStep, review_steps

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from sqlite3 import Connection, Row

    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.base.person import Person
    from storage.base.policy import Policy

COLUMNS = (
    "id, account_id, renewal_on, offset_months, state, scheduled_at, scheduled_on, scheduled_known_at, held_on,"
    " health, outlook, next_step, skip_reason"
)
NEXT_STEP_LIMIT = 3000
NONE_TO_REVIEW = "There is no renewal to review."
_FOUND_OUT = (("health", "health_on"), ("outlook",))
"""Fields of the account that a review held may set, each with what goes with it."""


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
    found: dict[int, list[Review]] = {i: [] for i in ids}
    of_these = f"SELECT {COLUMNS} FROM reviews WHERE account_id IN (SELECT value FROM json_each(?))"
    for row in db.execute(of_these, (json.dumps(list(found)),)):
        found[row[1]].append(from_row(row))
    return found


def steps(db: Connection, account: Account, policy: Policy) -> list[ReviewStep]:
    """The reviews before the account's present renewal date, the earliest first."""
    return review_steps(account, of_account(db, account.id), policy)


def dates_of(db: Connection, account: Account) -> frozenset[date]:
    """The days of the account's present renewal: the one that it has, and those that the same one had before."""
    if account.renewal_on is None:
        return frozenset()
    rows = db.execute(
        "SELECT was_on FROM renewal_dates WHERE account_id = ? AND renewal_on = ?",
        (account.id, account.renewal_on.isoformat()),
    )
    return frozenset({account.renewal_on, *(day(row[0]) for row in rows)})


def schedule_review(unit: Unit, account_id: int, renewal_on: date, months: int, at: datetime, on: date) -> Review:
    """Have a review at an instant; `on` is its civil day for the person who picked it.

    Again: it is moved. Raises UserError for a time that has passed or lies after the renewal, Stale for a review
    that was held or a renewal date that has changed.
    """
    before = _not_held(unit, account_id, renewal_on, months)
    if at <= unit.now:
        raise UserError("That time has passed.", "Pick one that is still ahead.", field="scheduled_on")
    if on > renewal_on:
        raise UserError(
            f"That is after the renewal on {day_said(renewal_on, unit.own_today)}.",
            "Pick a day before it.",
            field="scheduled_on",
        )
    return _keep(
        unit,
        account_id,
        renewal_on,
        months,
        "review.schedule",
        _was(before),
        state=SCHEDULED,
        scheduled_at=instant_text(at),
        scheduled_on=on.isoformat(),
        scheduled_known_at=unit.at,
        skip_reason=None,
    )


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
    before = _not_held(unit, account_id, renewal_on, months)
    not_after_today(unit, held_on, "held_on")
    if next_step and len(next_step) > NEXT_STEP_LIMIT:
        raise UserError(f"The next step may have at most {NEXT_STEP_LIMIT:,} characters.", field="next_step")
    for name, said, allowed in (("health", health, HEALTHS), ("outlook", outlook, OUTLOOKS)):
        if said and said not in allowed:
            raise UserError(f"'{said[:80]}' is none of those.", f"Pick one of {', '.join(allowed)}.", field=name)
    news: dict[str, Any] = {"health": health, "health_on": unit.today.isoformat()} if health else {}
    news |= {"outlook": outlook} if outlook else {}
    account_was, account_is = (
        accounts.write(unit, account_id, news, note=next_step or None, source=health_history.REVIEW)
        if news
        else ({}, {})
    )
    return _keep(
        unit,
        account_id,
        renewal_on,
        months,
        "review.hold",
        {**_was(before), **account_was},
        account_is,
        state=HELD,
        held_on=held_on.isoformat(),
        health=health,
        outlook=outlook,
        next_step=next_step,
    )


def skip_review(unit: Unit, account_id: int, renewal_on: date, months: int, reason: str) -> Review:
    """Leave a review out, for a reason that the manager sees; raises UserError without one."""
    before = _not_held(unit, account_id, renewal_on, months)
    if not reason.strip():
        raise UserError("Why is the review skipped?", "A short reason is enough; the manager sees it.", field="reason")
    if len(reason) > NEXT_STEP_LIMIT:
        raise UserError(f"The reason may have at most {NEXT_STEP_LIMIT:,} characters.", field="reason")
    return _keep(
        unit,
        account_id,
        renewal_on,
        months,
        "review.skip",
        _was(before),
        state=SKIPPED,
        skip_reason=reason.strip(),
    )


def take_back(unit: Unit, account_id: int, renewal_on: date, months: int) -> Review:
    """Take back that a review was held or skipped: it is what it was before. Returns it as it was until now.

    Health and outlook go back with it, unless they were set anew since. Raises Stale where nothing is to take back.
    """
    review = _current(unit, account_id, renewal_on, months)
    if review is None or review.state not in (HELD, SKIPPED):
        raise Stale("That review is neither held nor skipped any more.", "Nothing was changed.")
    restored = _account_before(unit, review) if review.state == HELD else {}
    account_was, account_is = accounts.write(unit, account_id, restored, takes_back=True) if restored else ({}, {})
    if review.state == HELD and account_is.keys().isdisjoint(("health", "health_on")):
        # It found what had been said on the same day: nothing changed, and it was a setting all the same.
        at = unit.db.execute("SELECT updated_at FROM reviews WHERE id = ?", (review.id,)).fetchone()[0]
        health_history.take_back(unit, [account_id], said_at=at)
    # A row keeps what came before: one held may have been skipped first, either may have been scheduled.
    skipped_before = review.state == HELD and review.skip_reason is not None
    state = SKIPPED if skipped_before else SCHEDULED if review.scheduled_at else None
    if state is None:
        unit.db.execute("DELETE FROM reviews WHERE id = ?", (review.id,))
    else:
        unit.db.execute(
            "UPDATE reviews SET state = ?, held_on = NULL, health = NULL, outlook = NULL, next_step = NULL,"
            " skip_reason = ?, updated_at = ? WHERE id = ?",
            (state, review.skip_reason if skipped_before else None, unit.at, review.id),
        )
    accounts.look_again(unit, account_id)
    after = {"renewal_on": renewal_on, "months": months, "state": state}
    unit.audit("review.undo", f"account:{account_id}", {"state": review.state, **account_was}, {**after, **account_is})
    return review


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
            payload=put_off_by(unit, person.id, accounts.get(unit.db, step.account_id).csm_id),
        ),
    )
    unit.audit("review.later", f"account:{step.account_id}", {}, {"months": step.months, "on": on})


def not_after_today(unit: Unit, on: date, field: str) -> None:
    """Refuse a day after today, in the policy's zone or in the person's, whichever is ahead."""
    if on > latest_today(unit.own_today):
        ahead = f"{day_said(on, unit.own_today)} is still ahead."
        raise UserError(ahead, "What was held lies in the past, or is today.", field=field)


def _current(unit: Unit, account_id: int, renewal_on: date, months: int) -> Review | None:
    account = accounts.get(unit.db, account_id)
    if account.renewal_on != renewal_on:
        renewal = account.renewal_on
        now = f"renews on {day_said(renewal, unit.own_today)} now" if renewal else "has no renewal date any more"
        raise Stale(f"{account.name} {now}.", "This was about the old date; nothing was changed.")
    account.refuse_gone(NONE_TO_REVIEW)
    row = unit.db.execute(
        f"SELECT {COLUMNS} FROM reviews WHERE account_id = ? AND renewal_on = ? AND offset_months = ?",
        (account_id, renewal_on.isoformat(), months),
    ).fetchone()
    return from_row(row) if row else None


def _not_held(unit: Unit, account_id: int, renewal_on: date, months: int) -> Review | None:
    found = _current(unit, account_id, renewal_on, months)
    if found and found.state == HELD and found.held_on:
        name = accounts.get(unit.db, account_id).name
        raise Stale(
            f"{name}'s {months}-month review was held on {lived_day_said(found.held_on, unit.own_today)} already."
        )
    return found


def _account_before(unit: Unit, review: Review) -> dict[str, Any]:
    """What the account's health and outlook were before a review that was held, where they are still its own."""
    row = unit.db.execute(
        "SELECT before, after FROM audit WHERE subject = ? AND action = 'review.hold' ORDER BY id DESC LIMIT 1",
        (f"account:{review.account_id}",),
    ).fetchone()
    if row is None:
        return {}
    before, after = json.loads(row[0]), json.loads(row[1])
    held = after.get("renewal_on"), after.get("months")
    same = {was.isoformat() for was in dates_of(unit.db, accounts.get(unit.db, review.account_id))}
    if held[0] not in same or held[1] != review.offset_months:
        return {}  # another review was held since: what it found out stands
    now = unit.db.execute(
        "SELECT health, health_on, outlook FROM accounts WHERE id = ?", (review.account_id,)
    ).fetchone()
    return {
        name: before[name]
        for names in _FOUND_OUT
        if all(now[name] == after.get(name, now[name]) for name in names)
        for name in names
        if name in before
    }


def _was(review: Review | None) -> dict[str, Any]:
    return {"state": review.state, "scheduled_at": review.scheduled_at} if review else {}


def _keep(
    unit: Unit,
    account_id: int,
    renewal_on: date,
    months: int,
    action: str,
    was: dict[str, Any],
    also: dict[str, Any] | None = None,
    **fields: str | None,
) -> Review:
    values = {**fields, "by_id": unit.actor_id, "updated_at": unit.at}
    names = ", ".join(values)
    marks = ", ".join("?" * (3 + len(values)))
    updates = ", ".join(f"{name} = excluded.{name}" for name in values)
    row = unit.db.execute(
        f"INSERT INTO reviews(account_id, renewal_on, offset_months, {names}) VALUES ({marks})"
        f" ON CONFLICT (account_id, renewal_on, offset_months) DO UPDATE SET {updates} RETURNING {COLUMNS}",
        (account_id, renewal_on.isoformat(), months, *values.values()),
    ).fetchone()
    accounts.look_again(unit, account_id)
    told = {name: value for name, value in fields.items() if value is not None and name != "scheduled_known_at"}
    after = {"renewal_on": renewal_on, "months": months, **told, **(also or {})}
    unit.audit(action, f"account:{account_id}", was, after)
    return from_row(row)
