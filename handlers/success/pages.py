"""What `/success` shows: what of somebody's accounts is late, and an account's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.pages import PAGE
from handlers.door.surfaces import Shown, present
from handlers.success.life import View, late_rows, page_parts
from storage.account import lists as books
from storage.base import people
from storage.success import store as lives
from storage.success.record import STAGES, stage
from templates.account.show import gone_words
from templates.success import show as views

if TYPE_CHECKING:
    from handlers.door.request import Request
    from handlers.door.services import Services
    from storage.account.record import Account

WINDOW_DAYS = 120


def late(request: Request, services: Services, scope: str = "", offset: int = 0, *, replace: bool = False) -> Shown:
    """What is late, the longest first, in all areas that are on."""
    view = View(request, services)
    whose = books.whose(view.db, view.policy, request.person, scope)
    found = late_rows(view, whose)
    some = found[offset : offset + PAGE]
    context = views.late_list(
        some,
        people.many(view.db, [row.account.csm_id for row in some if row.account]),
        request.person.id,
        scope=whose.scope,
        total=len(found),
        offset=offset,
        size=PAGE,
    )
    return present(request, services, services.render("success/late", **context), "Late", replace=replace)


def account_page(request: Request, services: Services, account: Account, *, replace: bool = False) -> Shown:
    """An account's page: what each area that is on has to say about it."""
    view = View(request, services)
    window = getattr(view.policy.area("onboarding"), "window_days", WINDOW_DAYS)
    found = stage(lives.life(view.db, account.id, view.today), view.today, window)
    words = STAGES[found] if found else None
    if not account.active:
        words = gone_words(account, view.today)
    context = views.page(account, words, page_parts(view, account))
    return present(request, services, services.render("success/account", **context), account.name, replace=replace)
