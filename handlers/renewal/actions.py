"""What `/renewals` does: each changes the review or the account, tells whom it concerns, and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.door.request import Request, Say
from handlers.door.today import reader_today, zone_name, zone_of
from handlers.renewal.pages import later_day
from reminders.engine.calendar import calendar_of
from storage.base.errors import UserError
from storage.renewal import notices
from storage.renewal import store as renewals
from storage.renewal.record import SCHEDULED
from templates.account.show import OUTLOOK_WORDS
from templates.blocks.mrkdwn import day_words, moment, mrkdwn, on_day_words
from templates.blocks.words import joined, told_words
from templates.renewal import show as views

if TYPE_CHECKING:
    from datetime import date, datetime

    from handlers.door.services import Services
    from storage.account.record import Account
    from storage.base.person import Person
    from storage.renewal.review_steps import ReviewStep


def scheduled(request: Request, services: Services, account: Account, step: ReviewStep, at: datetime) -> Say:
    """A review gets its time; CSM, AE and SA get the invitation."""
    on = at.astimezone(zone_of(request, services)).date()
    with services.unit(request) as unit:
        renewals.schedule_review(unit, account.id, step.renewal_on, step.months, at, on)
        told = notices.invite(unit, account, step, at)
        said = mrkdwn("*{}* · {} on {}", account.name, views.review_name(step.months), moment(at))
        answer = _done(services, said, told, "get the invitation")
        unit.keep_answer(answer.as_json())
    services.wake()
    return answer


def ask_team(request: Request, services: Services, account: Account, step: ReviewStep) -> Say:
    """AE and SA are asked for a time; nothing else changes."""
    with services.unit(request) as unit:
        told = notices.ask_for_time(unit, account, step)
        said = mrkdwn("*{}* · asked for a time for the {}", account.name, views.review_name(step.months))
        answer = _done(services, said, told, "are asked")
        unit.keep_answer(answer.as_json())
    services.wake()
    return answer


def held(
    request: Request,
    services: Services,
    account: Account,
    step: ReviewStep,
    *,
    held_on: date,
    health: str | None,
    outlook: str | None,
    next_step: str | None,
) -> Say:
    """A review was held: what came out of it stands at the account, and AE and SA are told."""
    with services.unit(request) as unit:
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
        told = notices.review_held(unit, account, step)
        outcome = joined(
            [
                f"health {health}" if health else None,
                f"outlook: {OUTLOOK_WORDS[outlook]}" if outlook else None,
                f"next: {next_step}" if next_step else None,
            ]
        )
        said = mrkdwn("*{}* · {} held\n{}", account.name, views.review_name(step.months), outcome)
        answer = _done(services, said, told, "are told", [["Undo", "renewal.undo", step.value]])
        unit.keep_answer(answer.as_json())
    services.wake()
    return answer


def skipped(request: Request, services: Services, account: Account, step: ReviewStep, reason: str) -> Say:
    """A review is left out; the manager sees why."""
    with services.unit(request) as unit:
        renewals.skip_review(unit, account.id, step.renewal_on, step.months, reason)
        told = notices.review_skipped(unit, account, step)
        said = mrkdwn("*{}* · {} skipped: {}", account.name, views.review_name(step.months), reason)
        answer = _done(services, said, told, "see it", [["Undo", "renewal.undo", step.value]])
        unit.keep_answer(answer.as_json())
    services.wake()
    return answer


def taken_back(request: Request, services: Services, account: Account, step: ReviewStep) -> Say:
    """A review was neither held nor skipped after all; who was told is told."""
    with services.unit(request) as unit:
        was = renewals.take_back(unit, account.id, step.renewal_on, step.months)
        told = notices.review_taken_back(unit, account, step, was.state)
        steps = renewals.steps(unit.db, account, services.policy)
        now = next(again for again in steps if again.value == step.value)
        words = views.step_words(now, reader_today(request, services), zone_name(request, services))
        said = mrkdwn("*{}* · taken back: {}", account.name, words)
        buttons = [["Renewal and reviews", "renewal.show", account.id]]
        answer = _done(services, said, told, "are told", buttons)
        unit.keep_answer(answer.as_json())
    services.wake()
    return answer


def renewed(request: Request, services: Services, account: Account, next_on: date) -> Say:
    """An account renewed: its reviews are those of the next date from now on."""
    with services.unit(request) as unit:
        after = renewals.renew(unit, account.id, next_on)
        first = next(iter(renewals.steps(unit.db, after, services.policy)), None)
        today = reader_today(request, services)
        review = f"first review {day_words(first.due_on, today)}" if first else None
        said = joined([mrkdwn("*{}* renewed until {}", account.name, day_words(next_on, today)), review])
        answer = _done(services, said)
        unit.keep_answer(answer.as_json())
    services.wake()
    return answer


def churned(request: Request, services: Services, account: Account, on: date | None = None) -> Say:
    """An account does not renew."""
    with services.unit(request) as unit:
        renewals.churn(unit, account.id, on)
        said = mrkdwn("*{}* recorded as churned. No reminders about it from now on.", account.name)
        answer = _done(services, said, buttons=[["It renewed after all …", "renewal.renewed", account.id]])
        unit.keep_answer(answer.as_json())
    services.wake()
    return answer


def later(request: Request, services: Services, account: Account, step: ReviewStep, day: date | None = None) -> Say:
    """The person is reminded of a review again on a day: two business days on, if none is named."""
    today, zone = reader_today(request, services), zone_name(request, services)
    calendar = calendar_of(services.policy)
    on = calendar.next_business_day(day or later_day(services, today))
    if on <= today:
        raise UserError("That is not later.", "Tomorrow, for example.")
    review = views.review_name(step.months)
    if calendar.next_business_day(step.due_on) >= on or step.state == SCHEDULED:
        said = mrkdwn("*{}* · {}. I'll remind you then.", account.name, views.step_words(step, today, zone))
        return _done(services, said)
    if on > step.renewal_on:
        raise UserError(f"That is after the renewal {on_day_words(step.renewal_on, today)}.", "Pick an earlier day.")
    with services.unit(request) as unit:
        renewals.remind_later(unit, step, request.person, calendar.morning(on, zone), on)
        said = mrkdwn("*{}* · I'll bring the {} up again {}.", account.name, review, on_day_words(on, today))
        answer = _done(services, said)
        unit.keep_answer(answer.as_json())
    services.wake()
    return answer


def _done(
    services: Services,
    said: str,
    told: list[Person] | None = None,
    how: str = "",
    buttons: list[list[Any]] | None = None,
) -> Say:
    return Say(services.render("renewal/done", said=said, told=told_words(told or [], how), buttons=buttons or []))
