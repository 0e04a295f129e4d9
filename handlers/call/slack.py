"""Commands, clicks and forms about calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.access import refuse_stranger
from handlers.account.which import account_clicked, account_meant, account_of_form
from handlers.call import actions
from handlers.call.words import Typed, parse_call
from handlers.door.actions import carry_out
from handlers.door.request import Answer, Done, Open, Request
from handlers.door.today import reader_today
from handlers.door.words import rest_from
from storage.base.errors import UserError
from storage.base.switches import area_on, refuse_off
from storage.call.record import WEBINAR
from templates.call import show as views

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.account.record import Account


def handle_call(request: Request, services: Services, rest: Sequence[Word]) -> Answer:
    """`/success call Acme 12 Nov met the new lead`; only the account: the form."""
    account, words = account_meant(request, services, rest, "/success call")
    refuse_stranger(request, services, account)
    today = reader_today(request, services)
    typed = parse_call(words, today, services.policy)
    note = rest_from(request.text, typed.note[0]) if typed.note else ""
    if not words or (typed.kind == WEBINAR and typed.use_case is None):
        return log_form(request, services, account, typed, note)
    held_on = typed.held_on or today
    said = {"kind": typed.kind or "call", "use_case": typed.use_case, "note": note}
    return carry_out(request, services, actions.log, account, held_on, said)


def log_form(
    request: Request, services: Services, account: Account, typed: Typed | None = None, note: str = ""
) -> Open:
    """The form in which a call is logged, with what was typed."""
    today = reader_today(request, services)
    context = views.log_form(
        account,
        services.policy,
        (typed.held_on if typed else None) or today,
        (typed.kind if typed else None) or "call",
        typed.use_case if typed else None,
        note,
        asks_health=area_on(services.policy, "health"),
    )
    return Open(services.render("call/log", **context), {"account": account.id})


def handle_log(request: Request, services: Services) -> Answer:
    """[Log a call]."""
    refuse_off(services.policy, "calls")
    return log_form(request, services, account_clicked(request, services))


def submit_log(request: Request, services: Services) -> Answer:
    """The call, from its form."""
    refuse_off(services.policy, "calls")
    account = account_of_form(request, services)
    day = request.day("held_on")
    if not day:
        raise UserError("On which day?", field="held_on")
    said = {
        "kind": request.field("kind") or "call",
        "use_case": request.field("use_case") or None,
        "note": request.field("note"),
        "next_step": request.field("next_step"),
        "health": request.field("health") or None,
    }
    return Done(carry_out(request, services, actions.log, account, day, said).message)
