"""What is shown of the sales side: meetings of account teams, and their forms."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from handlers.account.pages import PAGE
from handlers.account.which import suggested
from handlers.door.request import Open
from handlers.door.surfaces import Shown, present
from handlers.door.today import reader_today, zone_name, zone_of
from handlers.renewal.pages import USUAL_TIME
from reminders.engine.calendar import calendar_of
from storage.account import lists as books
from storage.base import people
from storage.base.permissions import may
from storage.sales import store
from storage.sales.agenda import agenda
from storage.sales.settings import SalesArea
from storage.usage.settings import UsageArea
from templates.sales import meetings as views

if TYPE_CHECKING:
    from datetime import date

    from handlers.door.request import Request
    from handlers.door.services import Services
    from storage.base.person import Person
    from storage.sales.record import Pair

TITLE = "Account team"


def meetings(request: Request, services: Services, scope: str = "", offset: int = 0, *, replace: bool = False) -> Shown:
    """Who of somebody's account teams meets when, those that are late on top."""
    db, policy, today = services.store.connection(), services.policy, reader_today(request, services)
    whose = books.whose(db, policy, request.person, scope)
    weeks = policy.settings(SalesArea).meeting_weeks
    found = store.pairs(db, policy, today, *whose.condition)
    context = views.listing(
        found,
        people.many(db, store.with_people(found)),
        today,
        weeks,
        scope=whose.scope,
        offset=offset,
        size=PAGE,
        reader_id=request.person.id,
    )
    return present(request, services, services.render("sales/meetings", **context), TITLE, replace=replace)


def meeting(request: Request, services: Services, pair: Pair) -> Shown:
    """The page of a CSM and an AE: how their meetings stand, and what they talk about."""
    db, policy, today = services.store.connection(), services.policy, reader_today(request, services)
    who = {*pair.team_ids, *((pair.planned.who) if pair.planned else ())}
    context = views.page(
        pair,
        people.many(db, who),
        agenda(db, policy, pair, today),
        policy,
        today,
        weeks=policy.settings(SalesArea).meeting_weeks,
        usage=policy.settings(UsageArea),
        may_change=may(request.rights, "change", policy, pair),
        show_arr=may(request.rights, "see_arr", policy, pair),
    )
    return present(request, services, services.render("sales/meeting", **context), TITLE)


def time_form(
    request: Request, services: Services, pair: Pair, day: date | None = None, sa: Person | None = None
) -> Open:
    """The form for day and time, in the person's zone."""
    db, policy, today = services.store.connection(), services.policy, reader_today(request, services)
    due_on = pair.due_on(policy.settings(SalesArea).meeting_weeks)
    tomorrow = today + timedelta(days=1)
    first = day or calendar_of(policy).next_business_day(max(due_on or tomorrow, tomorrow))
    at = datetime.combine(first, USUAL_TIME, zone_of(request, services))
    known = people.many(db, [*pair.team_ids, pair.planned.sa_id if pair.planned else None])
    typed, sa = sa is not None, sa or (known.get(pair.planned.sa_id or 0) if pair.planned else None)
    context = views.time_form(pair, known, sa, at, zone_name(request, services), today)
    meta = {"pair": pair.value, "typed": typed, **suggested(pair.planned.scheduled_at if pair.planned else None, day)}
    return Open(services.render("sales/time", **context), meta)


def held_form(
    request: Request, services: Services, pair: Pair, held_on: date | None = None, sa: Person | None = None
) -> Open:
    """The form after a meeting was held."""
    today = reader_today(request, services)
    planned = pair.planned if pair.planned and not pair.planned.is_ahead(today) else None
    day = held_on or (planned.scheduled_on if planned else None) or today
    known = people.many(services.store.connection(), [*pair.team_ids, planned.sa_id if planned else None])
    typed, sa = sa is not None, sa or (known.get(planned.sa_id or 0) if planned else None)
    context = views.held_form(pair, known, sa, day)
    meta = {"pair": pair.value, "typed": typed, **suggested(pair.last.held_on if pair.last else None, held_on)}
    return Open(services.render("sales/held", **context), meta)
