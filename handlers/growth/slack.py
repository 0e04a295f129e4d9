"""`/account returned`, [It's back], and why an account was archived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.access import refuse_stranger
from handlers.account.which import account_clicked, account_meant, account_of_form, day_typed, number
from handlers.door.actions import carry_out
from handlers.door.request import Answer, Done, Open, Request
from handlers.door.today import reader_today
from handlers.growth import actions
from handlers.renewal.values import arr_cents
from storage.account import store as accounts
from storage.account.endings import MERGED
from storage.base.errors import Stale, UserError
from storage.base.permissions import may
from storage.base.switches import refuse_off
from templates.blocks.mrkdwn import past_day_words

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


def handle_returned(request: Request, services: Services) -> Answer:
    """[It's back]: a form."""
    refuse_off(services.policy, AREA)
    account = account_clicked(request, services)
    if account.churned_on is None:
        raise Stale(f"{account.name} is not recorded as churned.", "Nothing was changed.")
    today = reader_today(request, services)
    ahead = account.renewal_on if account.renewal_on and account.renewal_on > today else None
    shown = {
        "name": account.name,
        "day": today.isoformat(),
        "left": past_day_words(account.churned_on, today),
        "renewal_on": ahead.isoformat() if ahead else None,
        "arr": may(request.rights, "see_arr", services.policy, account),
        "currency": account.currency,
    }
    return Open(services.render("growth/returned", **shown), {"account": account.id})


def submit_returned(request: Request, services: Services) -> Answer:
    """Since when, what it pays, and until when."""
    refuse_off(services.policy, AREA)
    account = account_of_form(request, services)
    if not (day := request.day("on")):
        raise UserError("Since which day?", field="on")
    arr = request.field("arr")
    cents = arr_cents(arr, account, services.policy) if arr else None
    renewal_on = request.day("renewal_on")
    if not request.touched("renewal_on") and account.renewal_on and account.renewal_on > day:
        renewal_on = account.renewal_on
    return Done(carry_out(request, services, actions.back, account, day, cents, renewal_on).message)


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
