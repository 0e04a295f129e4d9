"""What can be done with a renewal and its reviews, each once: the change, who is told, and what is answered.

Called by `/renewals`, its forms and buttons, and by `python bot.py renewals`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.undo import last_done, undo_button
from handlers.account.undo import take_back as take_back_done
from handlers.door.actions import Outcome
from reminders.engine.calendar import calendar_of
from storage.account.record import decided_by
from storage.base.errors import UserError
from storage.base.moments import civil_day
from storage.base.nouns import handed_in
from storage.renewal import forecast, notices, outcomes
from storage.renewal import store as renewals
from storage.renewal.record import SCHEDULED
from templates.account.show import OUTLOOK_WORDS
from templates.blocks.mrkdwn import day_words, moment, mrkdwn, on_day_words
from templates.blocks.words import joined
from templates.renewal import show as views

if TYPE_CHECKING:
    from datetime import date, datetime

    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.renewal.review_steps import ReviewStep

LATER_BUSINESS_DAYS = 2
DECIDED = ("renewal.renewed", "renewal.churned")
_DAYS_OF_A_MONTH = 30.44


def schedule(unit: Unit, account: Account, step: ReviewStep, at: datetime) -> Outcome:
    """A review gets its time; CSM, AE and SA get the invitation."""
    renewals.schedule_review(unit, account.id, step.renewal_on, step.months, at, civil_day(at, unit.own_zone))
    return Outcome(
        mrkdwn("*{}* · {} on {}", account.name, views.review_name(step.months), moment(at)),
        f"{_review(account, step)} scheduled for {at.isoformat()}.",
        told=notices.invite(unit, account, step, at),
        how="get the invitation",
        buttons=_to_renewal(account),
    )


def ask_team(unit: Unit, account: Account, step: ReviewStep) -> Outcome:
    """AE and SA are asked for a time; nothing else changes."""
    told = notices.ask_for_time(unit, account, step)
    return Outcome(
        mrkdwn("*{}* · {}", account.name, views.review_name(step.months)),
        f"{_review(account, step)}: asked {' and '.join(person.name for person in told)} for a time.",
        told=told,
        how="are asked for a time",
        buttons=_to_renewal(account),
    )


def hold(
    unit: Unit,
    account: Account,
    step: ReviewStep,
    *,
    held_on: date,
    health: str | None,
    outlook: str | None,
    next_step: str | None,
) -> Outcome:
    """A review was held: what came out of it stands at the account, and AE and SA are told."""
    renewals.hold_review(
        unit,
        account.id,
        step.renewal_on,
        step.months,
        held_on=held_on,
        health=health,
        outlook=outlook,
        next_step=next_step,
    )
    outcome = joined(
        [
            f"health {health}" if health else None,
            f"outlook: {OUTLOOK_WORDS[outlook]}" if outlook else None,
            f"next: {next_step}" if next_step else None,
        ]
    )
    return Outcome(
        mrkdwn("*{}* · {} held\n{}", account.name, views.review_name(step.months), outcome),
        f"{_review(account, step)} held on {held_on}.",
        told=notices.review_held(unit, account, step),
        buttons=[("Undo", "renewal.undo", step.value), *_what_follows(unit, account)],
    )


def _what_follows(unit: Unit, account: Account) -> list[tuple[str, str, object]]:
    """What nouns offer once a review was held (`asking.py`, `after_review`)."""
    offers = (noun for noun in handed_in("handlers", "asking") if hasattr(noun, "after_review"))
    return [button for noun in offers for button in noun.after_review(unit, account)]


def skip(unit: Unit, account: Account, step: ReviewStep, reason: str) -> Outcome:
    """A review is left out; the manager sees why."""
    renewals.skip_review(unit, account.id, step.renewal_on, step.months, reason)
    return Outcome(
        mrkdwn("*{}* · {} skipped: {}", account.name, views.review_name(step.months), reason),
        f"{_review(account, step)} skipped.",
        told=notices.review_skipped(unit, account, step),
        how="see it",
        buttons=[("Undo", "renewal.undo", step.value)],
    )


def take_back(unit: Unit, account: Account, step: ReviewStep) -> Outcome:
    """A review was neither held nor skipped after all; who was told is told."""
    was = renewals.take_back(unit, account.id, step.renewal_on, step.months)
    told = notices.review_taken_back(unit, step, was.state)
    now = next(again for again in renewals.steps(unit.db, account, unit.policy) if again.value == step.value)
    words = views.step_words(now, unit.own_today, unit.own_zone)
    return Outcome(
        mrkdwn("*{}* · taken back: {}", account.name, words),
        f"{_review(account, step)} not {was.state} after all.",
        told=told,
        buttons=_to_renewal(account),
    )


def take_back_last(unit: Unit, account: Account) -> Outcome:
    """The newest of held, skipped, renewed, churned is taken back; the answer says which."""
    done = [step for step in renewals.steps(unit.db, account, unit.policy) if step.done]
    if done and account.churned_on is None:
        return take_back(unit, account, done[-1])
    nothing = f"No review of {account.name} before its renewal is held or skipped, and no renewal was decided here."
    return take_back_done(unit, last_done(unit, account, DECIDED, nothing))


def set_outlook(
    unit: Unit, account: Account, outlook: str, line: str = "", expected_cents: forecast.Expected = "as before"
) -> Outcome:
    """What somebody expects of an account's renewal, at any time."""
    after = forecast.set_outlook(unit, account.id, outlook, line=line, expected_cents=expected_cents)
    said = joined([mrkdwn("*{}*", account.name), f"outlook: {OUTLOOK_WORDS[outlook]}", line or None])
    return Outcome(
        said,
        f"{account.name}: outlook {OUTLOOK_WORDS[str(after.outlook)]}.",
        buttons=_to_renewal(account),
    )


def renew(
    unit: Unit,
    account: Account,
    next_on: date,
    *,
    arr_cents: int | None = None,
    reason: str | None = None,
    line: str | None = None,
) -> Outcome:
    """An account renewed: its reviews are those of the next date from now on; an ARR that nobody says is unknown."""
    after = outcomes.renew(unit, account.id, next_on, arr_cents=arr_cents, reason=reason, line=line)
    ahead = (step for step in renewals.steps(unit.db, after, unit.policy) if step.due_on > unit.own_today)
    first = next(ahead, None)  # one of a day that has been is not asked for any more
    review = f"first review {day_words(first.due_on, unit.own_today)}" if first else None
    until = mrkdwn("*{}* renewed until {}", account.name, day_words(next_on, unit.own_today))
    return Outcome(
        joined([until, review]),
        f"{account.name} renewed until {after.renewal_on}.",
        buttons=undo_button(unit, account.id, "renewal.renewed"),
    )


def of_a_year(account: Account, cents: int, next_on: date) -> int:
    """What an amount for the whole contract, up to its next renewal date, is a year."""
    days = (next_on - account.renewal_on).days if account.renewal_on else 12 * _DAYS_OF_A_MONTH
    months = max(1, round(days / _DAYS_OF_A_MONTH))
    return (cents * 24 + months) // (months * 2)


def churn(
    unit: Unit, account: Account, on: date | None = None, *, reason: str | None = None, line: str | None = None
) -> Outcome:
    """An account does not renew, and why; until the day on which it is gone it is leaving."""
    if not reason:
        known = ", ".join(r.key for r in unit.policy.renewal_reasons_of("churned"))
        raise UserError("Why did it churn?", f"One of {known}.", field="reason")
    after = outcomes.churn(unit, account.id, on, reason=reason, line=line)
    why, today = unit.policy.renewal_reason_label(reason), unit.own_today
    leaves = after.leaving(today)
    day = on_day_words(after.churned_on, today) if after.churned_on and leaves else ""
    said = (
        mrkdwn("*{}* leaves {}: {}. Nothing is asked about it any more.", account.name, day, why)
        if leaves
        else mrkdwn("*{}* recorded as churned: {}. No reminders about it from now on.", account.name, why)
    )
    return Outcome(
        said,
        f"{account.name} recorded as churned, from {after.churned_on} on: {why}.",
        buttons=undo_button(unit, account.id, "renewal.churned"),
    )


def sign_late(unit: Unit, account: Account, by: date, line: str | None = None) -> Outcome:
    """A renewal is in signature: it is not lapsed until that day has passed."""
    outcomes.sign_late(unit, account.id, by, line)
    day = day_words(by, unit.own_today)
    return Outcome(
        joined([mrkdwn("*{}* · in signature, by {}", account.name, day), line]),
        f"{account.name} in signature, by {by}.",
        buttons=_to_renewal(account),
    )


def ask_later(unit: Unit, reader: Person, account: Account) -> Outcome:
    """The reader is asked again what became of a renewal, two business days on; raises Stale for an account gone."""
    account.refuse_gone(outcomes.NONE_TO_ASK)
    on = later_day(unit.policy, unit.own_today)
    outcomes.ask_later(unit, account, reader, calendar_of(unit.policy).morning(on, unit.own_zone), on)
    said = mrkdwn("*{}* · I'll ask again {}.", account.name, on_day_words(on, unit.own_today))
    return Outcome(said, buttons=_to_renewal(account))


def remind_later(unit: Unit, reader: Person, account: Account, step: ReviewStep, day: date | None = None) -> Outcome:
    """The reader is reminded of a review again on a day: two business days on, if none is named."""
    account.refuse_gone(renewals.NONE_TO_REVIEW)
    calendar, today = calendar_of(unit.policy), unit.own_today
    on = calendar.next_business_day(day or later_day(unit.policy, today))
    if on <= today:
        raise UserError("That is not later.", "Tomorrow, for example.")
    if calendar.next_business_day(step.due_on) >= on or step.state == SCHEDULED:
        words = views.step_words(step, today, unit.own_zone)
        return Outcome(mrkdwn("*{}* · {}. I'll remind you then.", account.name, words), buttons=_to_renewal(account))
    # A review is brought up as long as the renewal is ahead, which is up to the day by which notice must be given.
    notice_on = decided_by(step.renewal_on, account.notice_days)
    if on > step.renewal_on:
        raise UserError(f"That is after the renewal {on_day_words(step.renewal_on, today)}.", "Pick an earlier day.")
    if on > notice_on:
        last = f"the day by which notice must be given, {day_words(notice_on, today)}"
        raise UserError(f"That is after {last}.", "Pick an earlier day, or a time for the review.")
    renewals.remind_later(unit, step, reader, calendar.morning(on, unit.own_zone), on)
    review = views.review_name(step.months)
    said = mrkdwn("*{}* · I'll bring the {} up again {}.", account.name, review, on_day_words(on, today))
    return Outcome(said, buttons=_to_renewal(account))


def later_day(policy: Policy, today: date) -> date:
    """The day on which "remind me later" reminds: two business days on."""
    return calendar_of(policy).business_days_after(today, LATER_BUSINESS_DAYS)


def signed_by_day(policy: Policy, account: Account, today: date) -> date:
    """The day by which it may be signed, where none is known: two business days after its renewal day or today."""
    return later_day(policy, max(today, account.renewal_on or today))


def _to_renewal(account: Account) -> list[tuple[str, str, object]]:
    return [("Renewal and reviews", "renewal.show", account.id)]


def _review(account: Account, step: ReviewStep) -> str:
    return f"{account.name}: {step.months}-month review"
