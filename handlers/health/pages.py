"""What is shown of health: the list that a round opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.pages import listed
from handlers.door.surfaces import Shown, present
from handlers.door.today import reader_today
from storage.account import lists as books
from storage.base.permissions import may
from storage.health import store
from storage.health.settings import HealthArea
from templates.health import show as views

if TYPE_CHECKING:
    from handlers.door.request import Request
    from handlers.door.services import Services
    from storage.health.record import AskedHealth


def asked_of(request: Request, services: Services, scope: str) -> tuple[str, list[AskedHealth], list[int]]:
    """The scope that is meant, the accounts of it whose health is asked for, and those that the person may change."""
    db, policy = services.store.connection(), services.policy
    whose = books.whose(db, policy, request.person, scope)
    asked = store.asked_for(db, policy, whose, reader_today(request, services))
    changeable = [one.account.id for one in asked if may(request.rights, "change", policy, one.account)]
    return whose.scope, asked, changeable


def round_list(
    request: Request, services: Services, scope: str = "", offset: int = 0, *, replace: bool = False
) -> Shown:
    """The accounts whose health is to be said again, a page of them."""
    scope, asked, _ = asked_of(request, services, scope)
    page = listed(request, services, [one.account for one in asked], scope, offset)
    context = views.round_list(asked, page, services.policy, services.policy.settings(HealthArea))
    return present(request, services, services.render("health/round", **context), "Health", replace=replace)
