"""Who is told of renewal reviews: invited, asked for a time, told what came of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.account.team import managers_of, parts_of, team_of
from storage.base import notices
from storage.base.errors import Stale, UserError
from storage.base.keys import to_person
from storage.base.moments import day, day_said, instant

if TYPE_CHECKING:
    from datetime import date, datetime
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.base.person import Person
    from storage.renewal.review_steps import ReviewStep


def invite(unit: Unit, account: Account, step: ReviewStep, at: datetime) -> list[Person]:
    """Send CSM, AE and SA the invitation to a review, with its calendar file; who gets it."""
    told, was_at = [], step.review and step.review.scheduled_at
    for person in team_of(unit.db, account, ("csm_id", "ae_id", "sa_id")):
        subject = f"{step.value}:{at.isoformat()}"
        if _has_another_time(unit, person, step, at):
            subject = f"{subject}:{unit.at}"
        times = {"scheduled_at": at, "was_at": was_at}
        told += _about_review(unit, [person], "review_scheduled", subject, step, account, **times)
    return told


def _has_another_time(unit: Unit, person: Person, step: ReviewStep, at: datetime) -> bool:
    """Whether the last invitation that somebody got to a review is of another time than this one."""
    rows = [row for one in _subjects(unit.db, step) for row in notices.rows_of(unit.db, "review_scheduled", one)]
    got = [row for row in rows if row.destination == to_person(person.id) and notices.is_heard(row)]
    last = max(got, key=lambda row: row.id, default=None)
    return last is not None and instant(last.payload["scheduled_at"]) != at


def first_named(db: Connection, step: ReviewStep) -> date:
    """The renewal date under which people were first invited to a review.

    Calendars know it by that: it is no other review once the date of the same renewal has moved.
    """
    rows = [row for one in _subjects(db, step) for row in notices.rows_of(db, "review_scheduled", one)]
    first = min(rows, key=lambda row: row.id, default=None)
    return day(first.payload["renewal_on"]) if first else step.renewal_on


def _subjects(db: Connection, step: ReviewStep) -> list[str]:
    """How the notes about a review begin: under each date that the same renewal has had."""
    was = db.execute(
        "SELECT was_on FROM renewal_dates WHERE account_id = ? AND renewal_on = ?",
        (step.account_id, step.renewal_on.isoformat()),
    )
    dates = (step.renewal_on, *(day(row[0]) for row in was.fetchall()))
    return [f"{step.account_id}:{renewal_on}:{step.months}" for renewal_on in dates]


def ask_for_time(unit: Unit, account: Account, step: ReviewStep) -> list[Person]:
    """Ask AE and SA for a time for a review, once a day; who is asked. The whole deed, for every door.

    Raises UserError where nobody would be asked: nothing is recorded then.
    """
    name = account.name
    account.refuse_gone("Nobody was asked.")
    if step.renewal_on < unit.own_today:
        raise Stale(f"{name}'s renewal day has passed.", f"/renewals {name} asks what became of it; nobody was asked.")
    if step.done:
        raise Stale(f"That review of {name} is {step.state} already.", "Nobody was asked.")
    if step.review and step.review.scheduled_on:
        on = day_said(step.review.scheduled_on, unit.own_today)
        raise Stale(f"That review of {name} is on {on} already.", f"/renewals schedule {name} moves it.")
    team = team_of(unit.db, account, ("ae_id", "sa_id"))
    if not team:
        raise UserError(f"{name} has no AE and no SA to ask.", f"Name them with /account edit {name}.")
    if unit.actor and all(person.id == unit.actor.id for person in team):
        raise UserError(f"Nobody but you is there to ask for {name}.", f"/renewals schedule {name} picks a time.")
    told = _about_review(unit, team, "review_asked", f"{step.value}:{unit.today.isoformat()}", step, account)
    if not told:
        raise Stale(f"They were asked today already, for {name}.", "Nobody was asked again.")
    unit.audit("review.ask", f"account:{account.id}", {}, {"asked": [person.name for person in told]})
    return told


def review_held(unit: Unit, account: Account, step: ReviewStep) -> list[Person]:
    """Tell CSM, AE and SA what came out of a review; who is told."""
    team = team_of(unit.db, account, ("csm_id", "ae_id", "sa_id"))
    return _about_review(unit, team, "review_held", f"{step.value}:{unit.at}", step, account)


def review_skipped(unit: Unit, account: Account, step: ReviewStep) -> list[Person]:
    """Let the CSM's manager see that a review is left out, and why; who is told."""
    return _about_review(unit, _managers(unit, account), "review_skipped", f"{step.value}:{unit.at}", step, account)


def review_taken_back(unit: Unit, step: ReviewStep, was: str) -> list[Person]:
    """Tell whom it was told that a review was held or skipped (`was`) that it was not; who is told."""
    heard = notices.who_heard(unit.db, f"review_{was}", _subjects(unit.db, step))
    return _about_review(unit, heard, "review_taken_back", f"{step.value}:{unit.at}", step, was=was)


def _about_review(
    unit: Unit,
    whom: list[Person],
    notice: str,
    subject: str,
    step: ReviewStep,
    for_parts_in: Account | None = None,
    **facts: Any,
) -> list[Person]:
    """Tell them; `for_parts_in`: of its team, or as its CSM's manager, whoever that is by their morning."""
    return notices.tell(
        unit,
        whom,
        notice,
        subject,
        account_id=step.account_id,
        parts=parts_of(unit.db, unit.policy, for_parts_in, whom) if for_parts_in else None,
        renewal_on=step.renewal_on,
        months=step.months,
        **facts,
    )


def _managers(unit: Unit, account: Account) -> list[Person]:
    return managers_of(unit.db, unit.policy, account)
