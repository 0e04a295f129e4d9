"""`/renewals …`: from the words typed to what is shown or done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.access import refuse_stranger
from handlers.account.by_name import beside_a_list, or_a_name
from handlers.account.which import account_meant, day_typed, moment_typed, nothing_left, scope_meant
from handlers.account.words import read_sieve_words
from handlers.door.actions import carry_out
from handlers.door.nouns import help_of, more_verb, verbs_of
from handlers.door.request import Answer, Request, Say
from handlers.door.today import reader_today
from handlers.renewal import actions, values
from handlers.renewal.pages import held_form, outlook_form, overview, pick_time_form, show, skip_form
from handlers.renewal.slack import outcomes as ends
from handlers.renewal.which import the_step
from handlers.renewal.words import parse, read_outlook
from storage.account import lists as books
from storage.base.errors import UserError
from storage.renewal import outcomes

if TYPE_CHECKING:
    from collections.abc import Callable

    from handlers.door.services import Services
    from storage.account.record import Account
    from storage.renewal.review_steps import ReviewStep

    Doing = Callable[[Request, Services, Account, str], Answer]


def handle_command(request: Request, services: Services) -> Answer | None:
    """Show or do what `/renewals …` asks for."""
    asked = or_a_name(services.store.connection(), parse(request.text), request.text)
    if added := more_verb("/renewals", asked.verb, services.policy):
        return added(request, services, asked.rest)
    if asked.verb == "help":
        return Say(services.render("blocks/help", command="/renewals", lines=help_of("/renewals", services.policy)))
    if asked.verb == "list" or (asked.verb == "show" and asked.person):
        typed = [word.text.casefold() for word in asked.rest if word is not asked.person]
        sieve, left = read_sieve_words(typed, books.segments(services.store.connection()))
        if named := beside_a_list(services.store.connection(), left):
            return show(request, services, named)
        return overview(request, services, scope_meant(request, services, asked), sieve=sieve)
    if asked.verb == "lapsed":
        if asked.rest and not asked.scope and not asked.person:
            raise UserError(f"'{asked.rest[0].text[:80]}' was not understood.", "For example: /renewals lapsed team")
        return ends.undecided(request, services, scope_meant(request, services, asked))
    command = f"/renewals {asked.said}".strip()
    careful = asked.verb in ("renewed", "churned", "outlook")
    verbs = () if asked.said else verbs_of("/renewals", services.policy)
    account, rest = account_meant(request, services, asked.rest, command, careful=careful, verbs=verbs)
    if asked.verb == "show":
        nothing_left(rest, "/renewals Acme")
        return show(request, services, account)
    refuse_stranger(request, services, account)
    return DOINGS[asked.verb](request, services, account, " ".join(word.text for word in rest))


def _schedule(request: Request, services: Services, account: Account, words: str) -> Answer:
    step = _step(request, services, account)
    day, at = moment_typed(request, services, words)
    if at is None:
        return pick_time_form(request, services, account, step, day)
    return carry_out(request, services, actions.schedule, account, step, at)


def _ask(request: Request, services: Services, account: Account, words: str) -> Answer:
    nothing_left(words, "/renewals ask Acme")
    return carry_out(request, services, actions.ask_team, account, _step(request, services, account))


def _held(request: Request, services: Services, account: Account, words: str) -> Answer:
    step = _step(request, services, account, holding=True)
    return held_form(request, services, account, step, day_typed(request, services, words, past=True))


def _skip(request: Request, services: Services, account: Account, words: str) -> Answer:
    step = _step(request, services, account)
    if not words:
        return skip_form(services, account, step, reader_today(request, services))
    return carry_out(request, services, actions.skip, account, step, words)


def _undo(request: Request, services: Services, account: Account, words: str) -> Answer:
    nothing_left(words, "/renewals undo Acme")
    return carry_out(request, services, actions.take_back_last, account)


def _later(request: Request, services: Services, account: Account, words: str) -> Answer:
    step = _step(request, services, account)
    day = day_typed(request, services, words)
    return carry_out(request, services, actions.remind_later, request.person, account, step, day)


def _outlook(request: Request, services: Services, account: Account, words: str) -> Answer:
    outlook, line = read_outlook(words)
    if not outlook:
        return outlook_form(request, services, account, line)
    return carry_out(request, services, actions.set_outlook, account, outlook, line)


def _renewed(request: Request, services: Services, account: Account, words: str) -> Answer:
    policy, today = services.policy, reader_today(request, services)
    next_on, arr_cents = values.day_and_arr(words, account, policy, today)
    if next_on is None or outcomes.asks_about(account.arr_cents, arr_cents):
        return ends.renewed_form(request, services, account, next_on, arr_cents)
    return carry_out(request, services, actions.renew, account, next_on, arr_cents=arr_cents)


def _churned(request: Request, services: Services, account: Account, words: str) -> Answer:
    said = values.ended(words, services.policy, reader_today(request, services), account.renewal_on)
    if said.reason is None:
        return ends.churned_form(request, services, account, said)
    return carry_out(request, services, actions.churn, account, said.day, reason=said.reason, line=said.line)


def _signing(request: Request, services: Services, account: Account, words: str) -> Answer:
    said = values.day_and_line(words, services.policy, reader_today(request, services))
    if said.day is None:
        return ends.signing_form(request, services, account)
    return carry_out(request, services, actions.sign_late, account, said.day, said.line)


def _step(request: Request, services: Services, account: Account, *, holding: bool = False) -> ReviewStep:
    today = reader_today(request, services)
    return the_step(services.store.connection(), services.policy, account, today, holding=holding)


DOINGS: dict[str, Doing] = {
    "schedule": _schedule,
    "ask": _ask,
    "held": _held,
    "skip": _skip,
    "undo": _undo,
    "later": _later,
    "outlook": _outlook,
    "renewed": _renewed,
    "churned": _churned,
    "signing": _signing,
}
