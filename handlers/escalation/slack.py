"""Commands, clicks and forms about escalations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.access import refuse_stranger
from handlers.account.which import (
    account_clicked,
    account_meant,
    account_of_form,
    account_to_change,
    number,
    page_meant,
)
from handlers.door.actions import carry_out
from handlers.door.choices import by_menu
from handlers.door.request import Answer, Done, Request
from handlers.door.words import rest_from, scope_alone
from handlers.escalation import actions
from handlers.escalation.pages import close_form, listing, open_form, update_form
from handlers.success.pages import account_page
from storage.account import store as accounts
from storage.base.errors import UserError
from storage.base.switches import refuse_off
from storage.escalation import store as escalations
from storage.escalation.record import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.nouns import Handler
    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.escalation.record import Escalation


def under_escalate(request: Request, services: Services, rest: Sequence[Word]) -> Answer:
    """`/success escalate Acme high the build is down`: the form, with what was typed; it asks for the exit criteria."""
    account, left = account_meant(request, services, rest, "/success escalate")
    refuse_stranger(request, services, account)
    severity = left[0].text.casefold() if left and left[0].text.casefold() in SEVERITIES else None
    words = left[1:] if severity else left
    return open_form(services, account, severity, rest_from(request.text, words[0]) if words else "")


def under_escalations(request: Request, services: Services, rest: Sequence[Word]) -> Answer:
    """`/success escalations [mine|team|all]`."""
    return listing(request, services, scope_alone(rest, "For example: /success escalations team"))


def handle_page(request: Request, services: Services) -> Answer:
    """A page of the list, in place of the one before."""
    refuse_off(services.policy, "escalations")
    scope, start, _ = page_meant(request.value)
    return listing(request, services, scope, start, replace=True)


def handle_open(request: Request, services: Services) -> Answer:
    """[Escalate]."""
    refuse_off(services.policy, "escalations")
    return open_form(services, account_clicked(request, services))


def handle_update(request: Request, services: Services) -> Answer:
    """[Update]."""
    return update_form(services, _meant(request, services, request.value))


def handle_close(request: Request, services: Services) -> Answer:
    """[Close]."""
    return close_form(services, _meant(request, services, request.value))


def handle_reopen(request: Request, services: Services) -> Answer:
    """[Open it again]."""
    return carry_out(request, services, actions.reopen, _meant(request, services, request.value))


def handle_show(request: Request, services: Services) -> Answer:
    """[See it]: the account's page."""
    refuse_off(services.policy, "escalations")
    db = services.store.connection()
    return account_page(request, services, accounts.get(db, escalations.get(db, number(request.value)).account_id))


def handle_more(request: Request, services: Services) -> Answer | None:
    """`⋯`: what the chosen option names."""
    return by_menu(VERBS, request, services, "the list again: /success escalations")


def submit_open(request: Request, services: Services) -> Answer:
    """A new one, from its form."""
    refuse_off(services.policy, "escalations")
    account = account_of_form(request, services)
    ticked = request.values.get("more") or []
    said = {
        "reason": request.field("reason"),
        "next_step": request.field("next_step"),
        "project": "project" in ticked,
    }
    severity, criteria, red = request.field("severity"), request.field("criteria"), "red" in ticked
    return Done(carry_out(request, services, actions.open_, account, severity, criteria, said, red=red).message)


def submit_update(request: Request, services: Services) -> Answer:
    """The update, from its form."""
    one = _meant(request, services, str(request.meta.get("escalation", "")))
    said = {name: request.field(name) for name in ("state", "severity", "progress", "next_step")}
    said |= {name: getattr(one, name) or "" for name in ("state", "severity", "next_step") if not request.touched(name)}
    return Done(carry_out(request, services, actions.update, one, *said.values()).message)


def submit_close(request: Request, services: Services) -> Answer:
    """How it ended, from its form; the last one asks for the account's health."""
    one = _meant(request, services, str(request.meta.get("escalation", "")))
    health = request.field("health") or None
    if health is None and actions.asks_health(services.store.connection(), one):
        raise UserError("How is the account now?", "It was the last escalation.", field="health")
    said = {
        "criteria_met": "met" in (request.values.get("met") or []),
        "agreed_by": request.field("agreed_by"),
        "agreed_on": request.day("agreed_on"),
        "helped": request.field("helped"),
    }
    return Done(carry_out(request, services, actions.close, one, request.field("outcome"), said, health).message)


def _meant(request: Request, services: Services, value: str) -> Escalation:
    """The escalation that a value names, of an account that the person may change."""
    refuse_off(services.policy, "escalations")
    one = escalations.get(services.store.connection(), number(value))
    account_to_change(request, services, one.account_id)
    return one


VERBS: dict[str, Handler] = {
    "update": handle_update,
    "close": handle_close,
    "reopen": handle_reopen,
    "show": handle_show,
}
