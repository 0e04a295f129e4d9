"""What is shown of success plans: the page of one, the list, and the forms."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from handlers.account.pages import listed
from handlers.door.request import Open
from handlers.door.surfaces import Shown, present
from handlers.door.today import reader_today
from handlers.plan.access import may_answer
from storage.account import lists as books
from storage.account import store as accounts
from storage.base import people
from storage.base.moments import instant_text
from storage.base.permissions import may
from storage.plan import store
from storage.plan.life import refuse_gone
from storage.plan.record import DUE_DAYS, ROI
from templates.account.show import scope_words
from templates.plan import show as views
from templates.plan.handing_over import markdown

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from handlers.door.request import Request
    from handlers.door.services import Services
    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.plan.record import Objective, Plan

GOALS = 6
"""Objectives of a page: each takes up to six lines."""


def plan_page(
    request: Request, services: Services, account: Account, kind: str = ROI, offset: int = 0, *, replace: bool = False
) -> Shown:
    """The page of an account's plan."""
    db, today = services.store.connection(), reader_today(request, services)
    one = store.standing_of(db, services.policy, account, today, kind)
    context = views.page(
        one,
        kind,
        people.many(db, [goal.owner_id for goal in one.objectives]),
        today,
        offset=offset if offset < len(one.objectives) else 0,
        size=GOALS,
        may_change=may(request.rights, "change", services.policy, account),
        may_answer=may_answer(request, services, account),
    )
    return present(request, services, services.render("plan/page", **context), account.name, replace=replace)


def listing(request: Request, services: Services, scope: str = "", offset: int = 0, *, replace: bool = False) -> Shown:
    """The plans of somebody's accounts that need something, a page of them."""
    db, policy = services.store.connection(), services.policy
    whose = books.whose(db, policy, request.person, scope)
    rows = store.to_look_at(db, policy, whose, reader_today(request, services))
    page = listed(request, services, [one.account for one in rows], whose.scope, offset)
    context = views.listing(rows, page, scope_words(whose.scope))
    return present(request, services, services.render("plan/list", **context), "Success plans", replace=replace)


def edit_form(request: Request, services: Services, account: Account, kind: str) -> Open:
    """The form of a plan."""
    refuse_gone(account)
    plan = store.of_account(services.store.connection(), services.policy, account.id, kind)
    due_on = reader_today(request, services) + timedelta(days=DUE_DAYS)
    context = views.edit_form(account, plan, kind, due_on)
    return Open(services.render("plan/edit", **context), {"account": account.id, "kind": kind})


def objective_form(
    request: Request, services: Services, account: Account, goal: Objective | None, kind: str = ROI, title: str = ""
) -> Open:
    """The form of an objective, with what was typed."""
    refuse_gone(account)
    db, policy = services.store.connection(), services.policy
    if goal is not None:
        kind = store.get(db, policy, goal.plan_id).kind
    one = store.standing_of(db, policy, account, reader_today(request, services), kind)
    work = views.offered_work(one, goal)
    owner = people.many(db, [goal.owner_id]).get(goal.owner_id or 0) if goal else None
    context = views.objective_form(account, goal, kind, title, work, owner)
    meta = {"objective": goal.id} if goal else {"account": account.id}
    return Open(services.render("plan/objective", **context), {**meta, "ctas": [work_.id for work_ in work]})


def answer_form(request: Request, services: Services, account: Account, name: str) -> Open:
    """The form in which a manager qualifies a submitted plan, or returns it (`name`)."""
    refuse_gone(account)
    db, today = services.store.connection(), reader_today(request, services)
    one = store.standing_of(db, services.policy, account, today)
    csm = people.many(db, [account.csm_id]).get(account.csm_id or 0)
    meta = {"account": account.id, "submitted": submitted_words(one.plan)}
    return Open(services.render(f"plan/{name}", **views.answer_form(one, csm, today)), meta)


def submitted_words(plan: Plan | None) -> str:
    """Which of a plan's submissions is to be answered; empty where none is."""
    return f"{plan.id}:{instant_text(plan.submitted_at)}" if plan and plan.submitted_at else ""


def page_to_hand_over(db: Connection, policy: Policy, account: Account, kind: str, today: date) -> str:
    """An account's plan on a page of Markdown."""
    one = store.standing_of(db, policy, accounts.get(db, account.id), today, kind)
    return markdown(one, people.many(db, [goal.owner_id for goal in one.objectives]), today)
