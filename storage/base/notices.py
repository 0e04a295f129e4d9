"""One-off notes to people (AE and SA told, manager told, packets): outbox rows of kind `notice`.

A row's payload names its template (`templates/notice/NAME.json.j2`) and carries ids and small facts; the words
are made when it is sent (reminders/outbox/notice_texts.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base import outbox, people
from storage.base.errors import Stale, UserError
from storage.base.moments import day_in_words
from storage.base.outbox_row import Draft
from storage.renewal.record import HELD

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.base.person import Person
    from storage.renewal.review_steps import ReviewStep


def tell(
    unit: Unit,
    whom: Iterable[Person],
    notice: str,
    subject: str,
    *,
    account_id: int | None = None,
    **facts: Any,
) -> list[Person]:
    """Tell these people something, once per `subject`; who was told. The actor and those gone are left out.

    `subject` is what makes the note the same note, e.g. `7:2027-04-30:5:2026-12-03T14:00:00Z`.
    """
    told = []
    actor_id = unit.actor.id if unit.actor else None
    for person in {p.id: p for p in whom}.values():
        if person.id == actor_id or person.deactivated:
            continue
        draft = Draft(
            dedupe_key=f"notice:{notice}:{subject}:{person.id}",
            kind="notice",
            destination=f"person:{person.id}",
            recipient=person.address,
            not_before=unit.now,
            account_id=account_id,
            payload={"notice": notice, "by": actor_id, **facts},
        )
        if outbox.put(unit, draft):
            told.append(person)
    return told


def team_of(db: Connection, account: Account, parts: Iterable[str]) -> list[Person]:
    """The people in these parts (`csm_id`, `ae_id` …) of an account team, in this order, without those gone."""
    ids = [getattr(account, part) for part in parts]
    known = people.many(db, ids)
    return [known[i] for i in ids if i in known and not known[i].deactivated]


def managers_of(unit: Unit, account: Account) -> list[Person]:
    """The manager of the account's CSM, if there are both."""
    csm = people.many(unit.db, [account.csm_id]).get(account.csm_id or 0)
    manager = people.manager_of(unit.db, unit.policy, csm) if csm else None
    return [manager] if manager else []


def invite(unit: Unit, account: Account, step: ReviewStep, at: datetime) -> list[Person]:
    """Send CSM, AE and SA the invitation to a review, with its calendar file; who gets it."""
    team = team_of(unit.db, account, ("csm_id", "ae_id", "sa_id"))
    subject = f"{step.value}:{at.isoformat()}"
    return _about_review(unit, team, "review_scheduled", subject, step, scheduled_at=at)


def ask_for_time(unit: Unit, account: Account, step: ReviewStep) -> list[Person]:
    """Ask AE and SA for a time for a review, once a day; who is asked. The whole deed, for every door.

    Raises UserError where nobody would be asked: nothing is recorded then.
    """
    name = account.name
    if not account.active:
        raise Stale(f"{name} {'churned' if account.churned_on else 'is archived'}.", "Nobody was asked.")
    if step.done:
        raise Stale(f"That review of {name} is {step.state} already.", "Nobody was asked.")
    if step.review and step.review.scheduled_on:
        on = day_in_words(step.review.scheduled_on)
        raise Stale(f"That review of {name} is on {on} already.", f"/renewals schedule {name} moves it.")
    team = team_of(unit.db, account, ("ae_id", "sa_id"))
    if not team:
        raise UserError(f"{name} has no AE and no SA to ask.", f"Name them with /account edit {name}.")
    if unit.actor and all(person.id == unit.actor.id for person in team):
        raise UserError(f"Nobody but you is there to ask for {name}.", f"/renewals schedule {name} picks a time.")
    told = _about_review(unit, team, "review_asked", f"{step.value}:{unit.today.isoformat()}", step)
    if not told:
        raise Stale(f"They were asked today already, for {name}.", "Nobody was asked again.")
    unit.audit("review.ask", f"account:{account.id}", {}, {"asked": [person.name for person in told]})
    return told


def review_held(unit: Unit, account: Account, step: ReviewStep) -> list[Person]:
    """Tell CSM, AE and SA what came out of a review; who is told."""
    team = team_of(unit.db, account, ("csm_id", "ae_id", "sa_id"))
    return _about_review(unit, team, "review_held", f"{step.value}:{unit.at}", step)


def review_skipped(unit: Unit, account: Account, step: ReviewStep) -> list[Person]:
    """Let the CSM's manager see that a review is left out, and why; who is told."""
    return _about_review(unit, managers_of(unit, account), "review_skipped", f"{step.value}:{unit.at}", step)


def review_taken_back(unit: Unit, account: Account, step: ReviewStep, was: str) -> list[Person]:
    """Tell whom it was told that a review was held or skipped (`was`) that it was not; who is told."""
    team = team_of(unit.db, account, ("csm_id", "ae_id", "sa_id")) if was == HELD else managers_of(unit, account)
    # A note that is still waiting has nothing to say any more: that reader never heard of it.
    first = f"notice:review_{was}:{step.value}:"
    waiting = {
        row[0]
        for row in unit.db.execute(
            "SELECT destination FROM outbox WHERE dedupe_key > ? AND dedupe_key < ? AND state = 'pending'",
            (first, f"{first}~"),
        )
    }
    heard = [person for person in team if f"person:{person.id}" not in waiting]
    return _about_review(unit, heard, "review_taken_back", f"{step.value}:{unit.at}", step, was=was)


def cadence_changed(unit: Unit, account: Account, months: int, agreed_by: str) -> list[Person]:
    """Tell the AE and the CSM's manager how often an account has its EBR now; who is told."""
    whom = [*team_of(unit.db, account, ("csm_id", "ae_id")), *managers_of(unit, account)]
    subject = f"{account.id}:{months}:{unit.at}"
    return tell(unit, whom, "ebr_cadence", subject, account_id=account.id, months=months, agreed_by=agreed_by)


def _about_review(
    unit: Unit, whom: list[Person], notice: str, subject: str, step: ReviewStep, **facts: Any
) -> list[Person]:
    return tell(
        unit,
        whom,
        notice,
        subject,
        account_id=step.account_id,
        renewal_on=step.renewal_on,
        months=step.months,
        **facts,
    )
