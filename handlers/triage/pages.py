"""What is shown of accounts in trouble: the list, and the forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.pages import listed
from handlers.door.request import Open
from handlers.door.surfaces import Shown, present
from handlers.door.today import reader_today
from storage.account import lists as books
from storage.account import store as accounts
from storage.health.settings import HealthArea
from storage.triage import day as triage_day
from storage.triage import store as triages
from templates.account.show import scope_words
from templates.blocks.mrkdwn import mrkdwn
from templates.triage import show as views

if TYPE_CHECKING:
    from handlers.door.request import Request
    from handlers.door.services import Services
    from storage.account.record import Account
    from storage.triage.record import Triage


def listing(request: Request, services: Services, scope: str = "", offset: int = 0, *, replace: bool = False) -> Shown:
    """The open triages of somebody's accounts, a page of them."""
    db, policy = services.store.connection(), services.policy
    whose = books.whose(db, policy, request.person, scope)
    rows = triage_day.open_of(db, policy, whose)
    page = listed(request, services, [row.account for row in rows], whose.scope, offset)
    context = views.listing(rows, page, scope_words(whose.scope))
    return present(request, services, services.render("triage/list", **context), "Triage", replace=replace)


def edit_form(services: Services, account: Account, triage: Triage | None) -> Open:
    """The form of what it is about; without a triage it begins one."""
    if triage is None:
        account.refuse_gone(triages.NONE_TO_OPEN)
    meta = {"triage": triage.id} if triage else {"account": account.id}
    return Open(services.render("triage/edit", **views.edit_form(account, triage)), meta)


def update_form(request: Request, services: Services, triage: Triage) -> Open:
    """The form of an update."""
    account = accounts.get(services.store.connection(), triage.account_id)
    account.refuse_gone(triages.NONE_TO_COME)
    area = services.policy.settings(HealthArea)
    context = views.update_form(account, triage, reader_today(request, services), area)
    return Open(services.render("triage/update", **context), {"triage": triage.id})


def will_churn_form(services: Services, account: Account, triage: Triage) -> Open:
    """The form of giving it up."""
    account.refuse_gone(triages.NONE_TO_COME)
    view = services.render("triage/will_churn", about=mrkdwn("*{}*", account.name))
    return Open(view, {"triage": triage.id})


def helped_form(services: Services, account: Account, triage: Triage) -> Open:
    """The form of what helped."""
    return Open(services.render("triage/helped", about=mrkdwn("*{}*", account.name)), {"triage": triage.id})
