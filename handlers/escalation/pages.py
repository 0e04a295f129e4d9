"""What is shown of escalations: the list, and the forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.pages import listed
from handlers.door.request import Open
from handlers.door.surfaces import Shown, present
from handlers.escalation.actions import asks_health
from storage.account import lists as books
from storage.account import store as accounts
from storage.escalation import store as escalations
from storage.escalation.day import with_days
from templates.account.show import scope_words
from templates.escalation import show as views

if TYPE_CHECKING:
    from handlers.door.request import Request
    from handlers.door.services import Services
    from storage.account.record import Account
    from storage.escalation.record import Escalation


def listing(request: Request, services: Services, scope: str = "", offset: int = 0, *, replace: bool = False) -> Shown:
    """The open escalations of somebody's accounts, a page of them."""
    db, policy = services.store.connection(), services.policy
    whose = books.whose(db, policy, request.person, scope)
    rows = with_days(db, policy, escalations.open_of(db, whose))
    page = listed(request, services, [row.account for row in rows], whose.scope, offset)
    context = views.listing(rows, page, scope_words(whose.scope))
    return present(request, services, services.render("escalation/list", **context), "Escalations", replace=replace)


def open_form(services: Services, account: Account, severity: str | None = None, reason: str = "") -> Open:
    """The form of a new escalation, with what was typed."""
    account.refuse_gone(escalations.NONE_TO_OPEN)
    context = views.open_form(account, severity, reason, has_pse=account.pse_id is not None)
    return Open(services.render("escalation/open", **context), {"account": account.id})


def update_form(services: Services, one: Escalation) -> Open:
    """The form of an update."""
    account = accounts.get(services.store.connection(), one.account_id)
    return Open(services.render("escalation/update", **views.update_form(account, one)), {"escalation": one.id})


def close_form(services: Services, one: Escalation) -> Open:
    """The form that closes one."""
    db = services.store.connection()
    context = views.close_form(accounts.get(db, one.account_id), one, asks_health=asks_health(db, one))
    return Open(services.render("escalation/close", **context), {"escalation": one.id})
