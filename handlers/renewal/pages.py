"""What `/renewals` shows: the overview, one account's renewal, and the forms."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from handlers.account.pages import PAGE, allowed, listed
from handlers.account.which import suggested, whose_meant
from handlers.door.request import Open, Request
from handlers.door.surfaces import Shown, present
from handlers.door.today import reader_today, zone_name, zone_of
from handlers.renewal.actions import later_day
from reminders.engine.calendar import calendar_of
from storage.account import brief as briefs
from storage.account import lists as books
from storage.account.sieve import AS_IT_IS, Sieve
from storage.account.team import team_of
from storage.base.permissions import may
from storage.renewal import forecast
from storage.renewal import lists as renewal_lists
from storage.renewal.brief import steps_of
from storage.renewal.review_steps import step_meant
from templates.account.lists_show import sieves
from templates.account.show import whose_words
from templates.renewal import show as views

if TYPE_CHECKING:
    from handlers.door.services import Services
    from storage.account.record import Account
    from storage.renewal.review_steps import ReviewStep

USUAL_TIME = time(10)


def overview(
    request: Request,
    services: Services,
    scope: str = "",
    offset: int = 0,
    which: str = "renewing",
    *,
    sieve: Sieve = AS_IT_IS,
    replace: bool = False,
) -> Shown:
    """The renewals of the next months, by month; `no-review`: those of which no review is scheduled or held."""
    db, policy = services.store.connection(), services.policy
    today = reader_today(request, services)
    whose = books.whose(db, policy, request.person, scope)
    sieve = allowed(request, services, sieve)
    rows, total = renewal_lists.renewing(db, policy, whose, today, limit=PAGE, offset=offset, which=which, sieve=sieve)
    found = [row.account for row in rows]
    totals = {each: books.how_many(db, policy, whose, each, today) for each in ("renewing", "no-review")}
    context = views.overview(
        rows,
        listed(request, services, found, whose.scope, offset, which=which, totals=totals),
        policy,
        total=total,
        sieve=sieve,
        sieves=sieves(
            sieve,
            books.segments(db),
            at=f"{whose.scope}:0:{which if which == 'no-review' else ''}",
            arr=may(request.rights, "see_arr", policy),
        )
        if sieve.value or total > PAGE
        else None,
        whose=whose_words(whose.scope, whose_meant(db, whose)),
        arr_ids=[a.id for a in found if may(request.rights, "see_arr", policy, a)],
    )
    return present(request, services, services.render("renewal/overview", **context), "Renewals", replace=replace)


def show(request: Request, services: Services, account: Account) -> Shown:
    """One account's renewal, its reviews and what can be done."""
    policy, today = services.policy, reader_today(request, services)
    brief = briefs.brief(services.store.connection(), policy, account.id)
    step = step_meant(list(steps_of(brief)), today) if account.active else None
    context = views.renewal(
        brief,
        step,
        today,
        zone_name(request, services),
        later_day(services.policy, today),
        policy,
        may_change=may(request.rights, "change", policy, account) and account.archived_at is None,
        show_arr=may(request.rights, "see_arr", policy, account),
    )
    return present(request, services, services.render("renewal/account", **context), "Renewal")


def pick_time_form(
    request: Request, services: Services, account: Account, step: ReviewStep, day: date | None = None
) -> Open:
    """The form for a review's day and time, in the person's zone."""
    today = reader_today(request, services)
    calendar = calendar_of(services.policy)
    first = day or calendar.next_business_day(max(step.due_on, today + timedelta(days=1)))
    at = datetime.combine(first, USUAL_TIME, zone_of(request, services))
    invited = team_of(services.store.connection(), account, ("ae_id", "sa_id"))
    context = views.pick_time_form(account, step, invited, at, zone_name(request, services), today)
    planned_at = step.review.scheduled_at if step.review else None
    return Open(services.render("renewal/pick_time", **context), {"review": step.value, **suggested(planned_at, day)})


def held_form(
    request: Request, services: Services, account: Account, step: ReviewStep, held_on: date | None = None
) -> Open:
    """The form after a review was held."""
    today = reader_today(request, services)
    planned = step.review.scheduled_on if step.review else None
    day = held_on or (planned if planned and planned <= today else today)
    team = team_of(services.store.connection(), account, ("csm_id", "ae_id", "sa_id"))
    told = [one for one in team if one.id != request.person.id]
    context = views.held_form(account, step, day, today, told)
    return Open(services.render("renewal/held", **context), {"review": step.value})


def skip_form(services: Services, account: Account, step: ReviewStep, today: date) -> Open:
    """The form for the reason."""
    return Open(services.render("renewal/skip", **views.about(account, today, step)), {"review": step.value})


def outlook_form(request: Request, services: Services, account: Account, line: str = "") -> Open:
    """The form for what is expected of a renewal; how much only for who may see revenue."""
    account.refuse_gone(forecast.NONE_TO_FORECAST)
    shown = may(request.rights, "see_arr", services.policy, account)
    expected, said = forecast.entered(services.store.connection(), account.id)
    context = views.outlook_form(account, reader_today(request, services), line or said or "", expected, arr=shown)
    return Open(services.render("renewal/outlook", **context), {"review": str(account.id), "typed": bool(line)})
