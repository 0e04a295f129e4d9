"""Commands and clicks about the month's round through health."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account import actions as account_actions
from handlers.account.access import refusal
from handlers.account.pages import show as show_account
from handlers.account.which import account_to_change, number, page_meant
from handlers.door.actions import carry_out
from handlers.door.surfaces import present
from handlers.door.words import scope_alone
from handlers.health import actions
from handlers.health.pages import asked_of, round_list
from storage.account import lists as books
from storage.account import store as accounts
from storage.account.record import HEALTHS
from storage.base.errors import UserError
from storage.base.switches import refuse_off

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.request import Answer, Request
    from handlers.door.services import Services
    from handlers.door.words import Word


def handle_health(request: Request, services: Services, rest: Sequence[Word]) -> Answer:
    """`/success health [mine|team|all]`."""
    return round_list(request, services, scope_alone(rest, "To set a health: /account health {}"))


def handle_page(request: Request, services: Services) -> Answer:
    """A page of the list, in place of the one before."""
    refuse_off(services.policy, "health")
    scope, start, _ = page_meant(request.value)
    return round_list(request, services, scope, start, replace=request.id != "health.round")


def handle_confirm(request: Request, services: Services) -> Answer:
    """[Confirm n unchanged]: what is green and has nothing against it now, not when the list was drawn."""
    refuse_off(services.policy, "health")
    scope = request.value if books.is_scope(request.value) else ""
    _, asked, changeable = asked_of(request, services, scope)
    sure = [one.account for one in asked if one.to_confirm]
    if sure and not any(account.id in changeable for account in sure):
        raise refusal(request, services, sure[0])
    said = carry_out(request, services, actions.confirm, asked, changeable)
    return present(request, services, said.message, "Health", replace=True)


def handle_more(request: Request, services: Services) -> Answer:
    """`⋯` of a row: a colour, or the account."""
    refuse_off(services.policy, "health")
    verb, _, value = request.value.partition(":")
    if verb == "show":
        return show_account(request, services, accounts.get(services.store.connection(), number(value)))
    if verb not in HEALTHS:
        raise UserError("That choice is too old to use.", "Ask for the list again: /success health")
    account = account_to_change(request, services, number(value))
    said = carry_out(request, services, account_actions.set_health, account, verb)
    return present(request, services, said.message, "Health")
