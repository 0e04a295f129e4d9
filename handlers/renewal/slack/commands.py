"""`/renewals …`: from the words typed to what is shown or done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.access import refuse_stranger
from handlers.account.which import account_meant, day_typed, moment_typed, nothing_left
from handlers.door.request import Answer, Request, Say
from handlers.door.today import reader_today
from handlers.renewal.actions import ask_team, churned, later, renewed, scheduled, skipped, taken_back
from handlers.renewal.pages import (
    done_step,
    held_form,
    overview,
    pick_time_form,
    renewed_form,
    show,
    skip_form,
    the_step,
)
from handlers.renewal.words import COMMAND_HELP, VERBS, parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from handlers.door.services import Services
    from storage.account.record import Account

    Doing = Callable[[Request, Services, Account, str], Answer]


def handle_command(request: Request, services: Services) -> Answer:
    """Show or do what `/renewals …` asks for."""
    asked = parse(request.text)
    if asked.verb == "help":
        return Say(services.render("renewal/help", command="/renewals", lines=COMMAND_HELP))
    if asked.verb == "list":
        return overview(request, services, asked.scope)
    command = f"/renewals {asked.said}".strip()
    careful = asked.verb in ("renewed", "churned")
    verbs = () if asked.said else VERBS
    account, rest = account_meant(request, services, asked.rest, command, careful=careful, verbs=verbs)
    if asked.verb == "show":
        nothing_left(rest, "/renewals Acme")
        return show(request, services, account)
    refuse_stranger(request, services, account)
    return DOINGS[asked.verb](request, services, account, " ".join(word.text for word in rest))


def _schedule(request: Request, services: Services, account: Account, words: str) -> Answer:
    step = the_step(services, account, reader_today(request, services))
    day, at = moment_typed(request, services, words)
    return (
        scheduled(request, services, account, step, at) if at else pick_time_form(request, services, account, step, day)
    )


def _ask(request: Request, services: Services, account: Account, words: str) -> Answer:
    nothing_left(words, "/renewals ask Acme")
    return ask_team(request, services, account, the_step(services, account, reader_today(request, services)))


def _held(request: Request, services: Services, account: Account, words: str) -> Answer:
    step = the_step(services, account, reader_today(request, services), holding=True)
    return held_form(request, services, account, step, day_typed(request, services, words, past=True))


def _skip(request: Request, services: Services, account: Account, words: str) -> Answer:
    today = reader_today(request, services)
    step = the_step(services, account, today)
    return skipped(request, services, account, step, words) if words else skip_form(services, account, step, today)


def _undo(request: Request, services: Services, account: Account, words: str) -> Answer:
    nothing_left(words, "/renewals undo Acme")
    return taken_back(request, services, account, done_step(services.store.connection(), services.policy, account))


def _later(request: Request, services: Services, account: Account, words: str) -> Answer:
    step = the_step(services, account, reader_today(request, services))
    return later(request, services, account, step, day_typed(request, services, words))


def _renewed(request: Request, services: Services, account: Account, words: str) -> Answer:
    next_on = day_typed(request, services, words)
    return renewed(request, services, account, next_on) if next_on else renewed_form(request, services, account)


def _churned(request: Request, services: Services, account: Account, words: str) -> Answer:
    return churned(request, services, account, day_typed(request, services, words, past=True))


DOINGS: dict[str, Doing] = {
    "schedule": _schedule,
    "ask": _ask,
    "held": _held,
    "skip": _skip,
    "undo": _undo,
    "later": _later,
    "renewed": _renewed,
    "churned": _churned,
}
