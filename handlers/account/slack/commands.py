"""`/account …`: from the words typed to what is shown or done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account import actions
from handlers.account.access import refuse_stranger
from handlers.account.actions import ECHOED
from handlers.account.by_name import THEN, or_a_name
from handlers.account.pages import brief_form, edit_form, listing, show, show_history
from handlers.account.slack.forms import add_as_typed, archive_form, health_form
from handlers.account.slack.notes import note_as_typed
from handlers.account.undo import take_back_health
from handlers.account.which import account_meant, nothing_left, scope_meant
from handlers.account.words import parse, parse_list, parse_new, read_sieve_words
from handlers.door.actions import carry_out
from handlers.door.choices import fitting
from handlers.door.nouns import help_of, more_verb, verbs_of
from handlers.door.request import Answer, Say
from handlers.door.today import reader_today
from handlers.door.words import SCOPES, rest_from
from storage.account import lists as books
from storage.account import store as accounts
from storage.account.record import HEALTHS
from storage.base.errors import UserError
from templates.blocks.mrkdwn import clip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.request import Request
    from handlers.door.services import Services
    from handlers.door.words import Asked, Word
    from storage.account.record import Account


def handle_command(request: Request, services: Services) -> Answer | None:
    """`/account …`; in an account's channel `/account` alone is that account."""
    asked = or_a_name(services.store.connection(), parse(request.text), request.text)
    if added := more_verb("/account", asked.verb, services.policy):
        return added(request, services, asked.rest)
    match asked.verb:
        case "help":
            return Say(services.render("blocks/help", command="/account", lines=help_of("/account", services.policy)))
        case "list":
            return _list(request, services, asked)
        case "add":
            typed, _, then = request.text.partition(THEN)
            return add_as_typed(request, services, parse_new(parse(typed).rest), then)
        case "note":
            return note_as_typed(request, services, asked.rest)
    return _one(request, services, asked)


def _list(request: Request, services: Services, asked: Asked) -> Answer:
    here = accounts.of_channel(services.store.connection(), request.channel_id) if request.channel_id else None
    if here and not asked.said:
        return show(request, services, here)
    scope, which, unknown = parse_list([word for word in asked.rest if word is not asked.person])
    sieve, unknown = read_sieve_words(unknown, books.segments(services.store.connection()))
    scope = scope_meant(request, services, asked) if asked.person else scope
    scope = SCOPES.get(asked.said, scope)
    if unknown:
        raise UserError(
            f"'{' '.join(unknown)}' is no list that I know.",
            "There are mine, team, all, renewing, no-ebr, no-csm and archived: /account list renewing",
        )
    return listing(request, services, scope, which, sieve=sieve)


def _one(request: Request, services: Services, asked: Asked) -> Answer:
    command = f"/account {asked.said}".strip()
    said_red = asked.verb == "health" and any(word.text.casefold() == "red" for word in asked.rest[1:])
    careful = asked.verb == "archive" or said_red
    verbs = () if asked.said else verbs_of("/account", services.policy)
    account, rest = account_meant(request, services, asked.rest, command, careful=bool(careful), verbs=verbs)
    if asked.verb != "health":
        nothing_left(rest, f"{command} Acme")
    match asked.verb:
        case "show":
            return show(request, services, account)
        case "brief":
            return brief_form(request, services, account.id)
        case "history":
            return show_history(request, services, account)
    refuse_stranger(request, services, account)
    match asked.verb:
        case "edit":
            return edit_form(request, services, account)
        case "health":
            return _health(request, services, account, rest)
        case "undo":
            return carry_out(request, services, take_back_health, account)
        case "archive":
            return archive_form(services, account)
        case _:
            return carry_out(request, services, actions.bring_back, account)


def _health(request: Request, services: Services, account: Account, rest: Sequence[Word]) -> Answer:
    """`red`, or with why: `red sponsor left`, a note like any other where the area is off; nothing: the form."""
    if not rest:
        return health_form(services, account, reader_today(request, services))
    said = rest[0].text.casefold()
    note = rest_from(request.text, rest[1]) if len(rest) > 1 else ""
    if said not in HEALTHS:
        typed = rest_from(request.text, rest[0])
        again = [(health.capitalize(), f"/account health {account.name} {health} {note}".strip()) for health in HEALTHS]
        raise UserError(f"'{clip(typed, ECHOED)}' is no health.", "Pick green, yellow or red.", choices=fitting(again))
    return carry_out(request, services, actions.set_health, account, said, note)
