"""The command `/success`, and the clicks on its screens."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.account.by_name import by_start, exact, or_a_name
from handlers.account.pages import show as show_account
from handlers.account.which import account_meant, account_seen, nothing_left, page_meant
from handlers.door.name_spans import runs
from handlers.door.nouns import help_of, more_verb, verbs_of
from handlers.door.request import Answer, Request, Say
from handlers.door.words import by_verb, split_words
from handlers.success.pages import account_page, late
from handlers.success.words import COMMAND
from storage.base.areas import NAMES
from storage.base.switches import areas_on, refuse_off

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.services import Services
    from handlers.door.words import Word

PAGES = ("mine", "team", "all", "page_back", "page_on")


def handle_command(request: Request, services: Services) -> Answer | None:
    """Show or do what `/success …` asks for."""
    asked = or_a_name(services.store.connection(), by_verb(request.text, verbs_of(COMMAND)), request.text)
    if added := more_verb(COMMAND, asked.verb, services.policy):
        return added(request, services, asked.rest)
    refuse_off(services.policy, *NAMES)
    match asked.verb:
        case "help":
            return Say(services.render("blocks/help", command=COMMAND, lines=help_of(COMMAND, services.policy)))
        case "list":
            return late(request, services, asked.scope)
    command, verbs = f"{COMMAND} {asked.said}".strip(), () if asked.said else verbs_of(COMMAND, services.policy)
    account, rest = account_meant(request, services, asked.rest, command, verbs=verbs)
    nothing_left(rest, "/success Acme")
    return account_page(request, services, account)


def under_account(request: Request, services: Services, rest: Sequence[Word]) -> Answer | None:
    """`/account success …`: the same; an account of which the name begins so is that account."""
    db, phrases = services.store.connection(), runs(split_words(request.text))
    whole = exact(db, phrases[:1])
    named = whole or ({} if areas_on(services.policy) else by_start(db, phrases))
    found = next(iter(named.values()), ())
    if len(found) == 1:
        return show_account(request, services, found[0])
    refuse_off(services.policy, *NAMES)
    text = request.text[rest[0].start :] if rest else ""
    return handle_command(replace(request, text=text), services)


def handle_page(request: Request, services: Services) -> Answer:
    """A page of what is late, in place of the one before."""
    refuse_off(services.policy, *NAMES)
    scope, start, _ = page_meant(request.value)
    return late(request, services, scope, start, replace=True)


def handle_show(request: Request, services: Services) -> Answer:
    """[Show] an account's page."""
    refuse_off(services.policy, *NAMES)
    return account_page(request, services, account_seen(request, services))
