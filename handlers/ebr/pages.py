"""What `/ebr` shows: the list, one account's EBRs, coverage, and the forms."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from handlers.account.pages import PAGE, listed
from handlers.account.which import suggested, whose_meant
from handlers.door.request import Open, Request
from handlers.door.surfaces import Shown, present
from handlers.door.today import reader_today, team_today, zone_name, zone_of
from handlers.ebr.actions import due_of
from handlers.renewal.pages import USUAL_TIME
from reminders.engine.calendar import calendar_of
from storage.account import brief as briefs
from storage.account import lists as books
from storage.base.permissions import may
from storage.ebr import lists as ebr_lists
from storage.ebr import store as ebrs
from storage.ebr.brief import ebrs_of
from storage.ebr.coverage import by_segment
from templates.account.show import whose_words
from templates.ebr import show as views

if TYPE_CHECKING:
    from datetime import date

    from handlers.door.services import Services
    from storage.account.record import Account


def due_list(
    request: Request, services: Services, scope: str = "", offset: int = 0, which: str = "", *, replaces: bool = False
) -> Shown:
    """EBRs overdue, due or scheduled, and accounts without a date; `which` of them, as in `books.ebrs_page`."""
    db, policy, today = services.store.connection(), services.policy, reader_today(request, services)
    whose = books.whose(db, policy, request.person, scope)
    page = ebr_lists.ebrs_page(db, policy, whose, today, limit=PAGE, offset=offset, which=which)
    found = [row.account for row in page.rows]
    context = views.due_list(
        page.rows,
        listed(request, services, found, whose.scope, offset, which=which, totals=page.totals),
        policy,
        whose=whose_words(whose.scope, whose_meant(db, whose)),
        arr_ids=[a.id for a in found if may(request.rights, "see_arr", policy, a)],
    )
    return present(request, services, services.render("ebr/due", **context), "EBRs", replace=replaces)


def show(request: Request, services: Services, account: Account) -> Shown:
    """One account's EBRs."""
    brief = briefs.brief(services.store.connection(), services.policy, account.id)
    may_change = may(request.rights, "change", services.policy, account) and account.active
    due = ebr_lists.ebr_due(account, ebrs_of(brief).ebrs, services.policy)
    today, zone = reader_today(request, services), zone_name(request, services)
    context = views.ebr(brief, due, today, zone, services.policy, may_change=may_change)
    return present(request, services, services.render("ebr/account", **context), "EBRs")


def coverage(request: Request, services: Services, scope: str = "", *, replaces: bool = False) -> Shown:
    """Who had an EBR in the last twelve months, as of today in the policy's zone."""
    db, policy = services.store.connection(), services.policy
    whose = books.whose(db, policy, request.person, scope if scope in books.SCOPES else "")
    today = team_today(request, services)
    held, total = ebr_lists.coverage(db, policy, whose, today)
    segments = by_segment(db, policy, today, *whose.condition)
    context = views.coverage(held, total, policy.coverage_target, whose.scope, segments)
    return present(request, services, services.render("ebr/coverage", **context), "EBR coverage", replace=replaces)


def schedule_form(request: Request, services: Services, account: Account, day: date | None = None) -> Open:
    """The form for an EBR's day and time: on its due day, if that is ahead."""
    account.refuse_gone(ebrs.NONE_TO_COME)
    today, due = reader_today(request, services), due_of(services.store.connection(), services.policy, account)
    wanted = day or max(due.due_on or today, today + timedelta(days=1))
    first = day or calendar_of(services.policy).next_business_day(wanted)
    at = datetime.combine(first, USUAL_TIME, zone_of(request, services))
    context = views.schedule_form(due, at, zone_name(request, services), today)
    planned_at = due.scheduled.scheduled_at if due.scheduled else None
    return Open(services.render("ebr/schedule", **context), {"account": account.id, **suggested(planned_at, day)})


def log_form(request: Request, services: Services, account: Account) -> Open:
    """The form for an EBR that was held: on its scheduled day, if that has come."""
    today, due = reader_today(request, services), due_of(services.store.connection(), services.policy, account)
    planned = due.scheduled.scheduled_on if due.scheduled else None
    day = planned if planned and planned <= today else today
    context = views.log_form(due, day, today, zone_name(request, services))
    held = ebrs.held(services.store.connection(), account.id)
    return Open(
        services.render("ebr/log", **context),
        {"account": account.id, **suggested(held[0].held_on if held else None, None)},
    )


def cadence_form(services: Services, account: Account, months: int | None = None, agreed_by: str = "") -> Open:
    """The form for how often."""
    account.refuse_gone(ebrs.NONE_TO_COME)
    context = views.cadence_form(account, services.policy, months, agreed_by, leaders_decide=ebrs.LEADERS_DECIDE_MONTHS)
    return Open(services.render("ebr/cadence", **context), {"account": account.id, "typed": months is not None})
