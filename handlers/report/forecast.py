"""What is up for renewal in a quarter: `/renewals forecast`, its buttons, and what `report --area forecast` prints.

Buttons carry SCOPE:QUARTER:OFFSET. Amounts are for those who may see revenue: who sees only that of their own accounts
gets a forecast of those, others get counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.which import page_meant
from handlers.door.surfaces import present
from handlers.door.today import reader_today, team_today
from handlers.report.quarters import parse_quarter
from storage.account import lists as books
from storage.base import people
from storage.base.permissions import may
from storage.renewal import forecast as forecasts
from storage.report import store as reports
from templates.report import forecast as view

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from sqlite3 import Connection

    from handlers.door.request import Answer, Request
    from handlers.door.services import Services
    from handlers.door.surfaces import Shown
    from handlers.door.words import Word
    from storage.base.policy import Policy
    from storage.base.quarters import Quarter
    from storage.renewal.forecast import Forecast

PAGES = ("mine", "team", "all", "before", "after", "back", "on")
SIZE = 5


def by_words(request: Request, services: Services, words: Sequence[Word]) -> Answer:
    """`/renewals forecast [mine|team|all] [quarter]`."""
    typed = [word.text for word in words]
    scope = typed.pop(0).casefold() if typed and typed[0].casefold() in books.SCOPES else ""
    return _shown(request, services, scope, " ".join(typed), 0)


def handle_page(request: Request, services: Services) -> Answer:
    """Another quarter, scope or page."""
    scope, _, rest = request.value.partition(":")
    quarter, _, row = rest.partition(":")
    scope, start, _ = page_meant(f"{scope}:{row}")
    return _shown(request, services, scope, quarter, start, replaces=True)


def _shown(
    request: Request, services: Services, scope: str, named: str, offset: int, *, replaces: bool = False
) -> Shown:
    db, policy = services.store.connection(), services.policy
    today = team_today(request, services)
    quarter = parse_quarter(named, today, policy.fiscal_year_start_month)
    sees_all = may(request.rights, "see_arr", policy)
    own_only = not sees_all and policy.arr_visible_to == "team"
    whose = books.whose(db, policy, request.person, "mine" if own_only else scope)
    span, (condition, values) = quarter.span, whose.condition
    rows = forecasts.forecast(db, span.first, span.last, today, condition, values)
    unsaid, total = forecasts.without_outlook(db, span.first, span.last, condition, values, limit=SIZE, offset=offset)
    context = view.forecast(
        rows,
        forecasts.changes(db, forecasts.last_monday(today, policy), condition, values),
        unsaid,
        people.many(db, [row.csm_id for row in rows]),
        policy,
        reader_today(request, services),
        quarter=quarter,
        scope=whose.scope,
        scopes=("mine",) if own_only else books.SCOPES,
        total=total,
        offset=offset,
        size=SIZE,
        arr=sees_all or own_only,
        changeable=[account.id for account in unsaid if may(request.rights, "change", policy, account)],
    )
    return present(request, services, services.render("report/forecast", **context), "Forecast", replace=replaces)


def forecast_of(db: Connection, policy: Policy, quarter: Quarter, today: date, *, team: str = "") -> list[Forecast]:
    """A quarter's forecast by CSM and currency, of one team where it is named."""
    condition, values = reports.accounts_in(reports.scope(db, policy, team=team))
    return forecasts.forecast(db, quarter.span.first, quarter.span.last, today, f"1 = 1{condition}", values)
