"""Buttons and forms about renewals: every value is read again, and every person authorised again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.pages import brief_form
from handlers.account.which import account_to_change, moment_picked, number, page_meant
from handlers.door.actions import carry_out
from handlers.door.choices import by_menu
from handlers.door.request import Answer, Done, Request
from handlers.door.surfaces import present
from handlers.door.today import reader_today
from handlers.renewal import actions, values
from handlers.renewal.pages import (
    held_form,
    outlook_form,
    overview,
    pick_time_form,
    show,
    skip_form,
)
from handlers.renewal.slack import outcomes as ends
from handlers.renewal.which import reviewed
from storage.account import store as accounts
from storage.account.sieve import read_sieve
from storage.renewal import forecast

if TYPE_CHECKING:
    from handlers.door.nouns import Handler
    from handlers.door.services import Services
    from storage.renewal.forecast import Expected


def handle_pick_time(request: Request, services: Services) -> Answer:
    """[Pick a time]."""
    return pick_time_form(request, services, *reviewed(request, services, request.value))


def handle_ask_team(request: Request, services: Services) -> Answer:
    """[Ask AE and SA]."""
    return carry_out(request, services, actions.ask_team, *reviewed(request, services, request.value))


def handle_held(request: Request, services: Services) -> Answer:
    """[Held]."""
    return held_form(request, services, *reviewed(request, services, request.value, holding=True))


def handle_skip(request: Request, services: Services) -> Answer:
    """[Skip this review]."""
    return skip_form(services, *reviewed(request, services, request.value), reader_today(request, services))


def handle_undo(request: Request, services: Services) -> Answer:
    """[Undo], of a review held or skipped."""
    said = carry_out(request, services, actions.take_back, *reviewed(request, services, request.value))
    return present(request, services, said.message, "Renewal", replace=True)


def handle_later(request: Request, services: Services) -> Answer:
    """[Remind me later]."""
    account, step = reviewed(request, services, request.value)
    return carry_out(request, services, actions.remind_later, request.person, account, step)


def handle_outlook(request: Request, services: Services) -> Answer:
    """[Set], [Outlook …]: what is expected of a renewal."""
    return outlook_form(request, services, account_to_change(request, services, _account_id(request)))


def submit_outlook(request: Request, services: Services) -> Answer:
    """The outlook, why, and how much."""
    account = account_to_change(request, services, number(str(request.meta.get("review", ""))))
    cents: Expected = None
    if typed := request.field("expected").strip():
        cents = values.arr_cents(typed, account, services.policy, "expected")
    elif "expected" not in request.values:  # who does not see it does not take it away
        cents = "as before"
    outlook, line = request.field("outlook"), request.field("line")
    _, said = forecast.entered(services.store.connection(), account.id)
    if not request.touched("outlook"):
        outlook = account.outlook or ""
    if not request.touched("line") and not request.meta.get("typed"):
        line = said or ""
    if not request.touched("expected"):
        cents = "as before"
    return Done(carry_out(request, services, actions.set_outlook, account, outlook, line, cents).message)


def handle_show(request: Request, services: Services) -> Answer:
    """[Show] the renewal and its reviews."""
    return show(request, services, accounts.get(services.store.connection(), _account_id(request)))


def handle_brief(request: Request, services: Services) -> Answer:
    """[Brief]."""
    return brief_form(request, services, _account_id(request))


def handle_page(request: Request, services: Services) -> Answer:
    """A page of the overview, in place of the one before."""
    scope, start, rest = page_meant(request.value)
    which, _, sieve = rest.partition(":")
    which = "no-review" if which == "no-review" else "renewing"
    return overview(request, services, scope, start, which, sieve=read_sieve(sieve), replace=True)


def _account_id(request: Request) -> int:
    return number(request.value.split(":")[0])


def handle_more(request: Request, services: Services) -> Answer | None:
    """`⋯`: what the chosen option names."""
    return by_menu(VERBS, request, services, "the list again: /renewals")


def submit_pick_time(request: Request, services: Services) -> Answer:
    """The day and time picked."""
    account, step = reviewed(request, services, str(request.meta.get("review", "")))
    at = moment_picked(request, services, step.review.scheduled_at if step.review else None)
    return Done(carry_out(request, services, actions.schedule, account, step, at).message)


def submit_held(request: Request, services: Services) -> Answer:
    """What came out of a review."""
    account, step = reviewed(request, services, str(request.meta.get("review", "")), holding=True)
    held_on = request.day("held_on")
    answer = carry_out(
        request,
        services,
        actions.hold,
        account,
        step,
        held_on=held_on or reader_today(request, services),
        health=(request.field("health") if request.touched("health") else account.health) or None,
        outlook=(request.field("outlook") if request.touched("outlook") else account.outlook) or None,
        next_step=request.field("next_step") or None,
    )
    return Done(answer.message)


def submit_skip(request: Request, services: Services) -> Answer:
    """Why a review is left out."""
    account, step = reviewed(request, services, str(request.meta.get("review", "")))
    return Done(carry_out(request, services, actions.skip, account, step, request.field("reason")).message)


VERBS: dict[str, Handler] = {
    "pick_time": handle_pick_time,
    "ask": handle_ask_team,
    "held": handle_held,
    "skip": handle_skip,
    "later": handle_later,
    "renewed": ends.handle_renewed,
    "churned": ends.handle_churned,
    "signing": ends.handle_signing,
    "ask_later": ends.handle_ask_later,
    "show": handle_show,
    "brief": handle_brief,
}
