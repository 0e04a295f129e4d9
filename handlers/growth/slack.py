"""`/account returned`, and why an account was archived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.access import refuse_stranger
from handlers.account.which import account_clicked, account_meant, account_of_form, day_typed, number
from handlers.door.actions import carry_out
from handlers.door.request import Answer, Done, Open, Request
from handlers.door.today import reader_today
from handlers.growth import actions
from storage.account import store as accounts
from storage.base.errors import UserError
from storage.base.switches import refuse_off
from storage.growth.endings import MERGED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.services import Services
    from handlers.door.words import Word

AREA = "growth"


def by_returned(request: Request, services: Services, words: Sequence[Word]) -> Answer:
    """`returned Acme 3 Nov`."""
    account, rest = account_meant(request, services, words, "/account returned")
    refuse_stranger(request, services, account)
    said = " ".join(word.text for word in rest)
    on = day_typed(request, services, said, past=True) or reader_today(request, services)
    return carry_out(request, services, actions.back, account, on)


def handle_ended(request: Request, services: Services) -> Answer:
    """[A duplicate], [Never a customer], [It left]."""
    refuse_off(services.policy, AREA)
    return carry_out(request, services, actions.end, account_clicked(request, services), request.id.partition(".")[2])


def handle_merged(request: Request, services: Services) -> Answer:
    """[Merged into …]: a form."""
    refuse_off(services.policy, AREA)
    account = account_clicked(request, services)
    return Open(services.render("growth/merged", name=account.name), {"account": account.id})


def submit_merged(request: Request, services: Services) -> Answer:
    """Into which account it went."""
    refuse_off(services.policy, AREA)
    account, said = account_of_form(request, services), request.field("account.search")
    if not said:
        raise UserError("Into which account?", field="into")
    into = accounts.get(services.store.connection(), number(said))
    return Done(carry_out(request, services, actions.end, account, MERGED, into).message)
