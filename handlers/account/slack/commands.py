"""`/account …`: from the words typed to what is shown or done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.slack import away, handover
from handlers.account.slack.forms import add_as_typed, archive_form, archived, edit_form, health_form, health_set
from handlers.account.slack.pages import brief_form, listing, show, show_history
from handlers.account.which import account_meant, nothing_left
from handlers.account.words import COMMAND_HELP, VERBS, parse, parse_list, parse_new
from handlers.cta.slack.which import refuse_stranger
from handlers.door.request import Answer, Say
from handlers.door.today import reader_today
from handlers.importing import slack as imports
from storage.account import briefs
from storage.account import store as accounts
from storage.base.errors import UserError

if TYPE_CHECKING:
    from handlers.door.request import Request
    from handlers.door.services import Services
    from handlers.renewal.words import Asked


def handle_command(request: Request, services: Services) -> Answer:
    """`/account …`; in an account's channel `/account` alone is that account."""
    asked = parse(request.text)
    match asked.verb:
        case "help":
            return Say(services.render("renewal/help", command="/account", lines=COMMAND_HELP))
        case "list":
            return _list(request, services, asked)
        case "add":
            return add_as_typed(request, services, parse_new(asked.rest))
        case "handover":
            return handover.by_words(request, services, asked.rest)
        case "conflicts":
            return imports.show_conflicts(request, services)
        case "import":
            return imports.import_form(request, services)
        case "away":
            return away.by_words(request, services, asked.rest)
        case "back":
            return away.back(request, services)
    return _one(request, services, asked)


def _list(request: Request, services: Services, asked: Asked) -> Answer:
    here = accounts.of_channel(services.store.connection(), request.channel_id) if request.channel_id else None
    if here and not asked.said:
        return show(request, services, here)
    scope, which, unknown = parse_list(asked.rest)
    if asked.said == "mine":
        scope = "mine"
    if unknown:
        raise UserError(
            f"'{' '.join(unknown)}' is no list that I know.",
            "There are mine, team, all, renewing, no-ebr, no-csm and archived: /account list renewing",
        )
    return listing(request, services, scope, which)


def _one(request: Request, services: Services, asked: Asked) -> Answer:
    command = f"/account {asked.said}".strip()
    said_red = asked.verb == "health" and asked.rest and asked.rest[-1].text.casefold() == "red"
    careful = asked.verb == "archive" or said_red
    verbs = () if asked.said else VERBS
    account, rest = account_meant(request, services, asked.rest, command, careful=bool(careful), verbs=verbs)
    words = " ".join(word.text for word in rest)
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
        case "health" if words:
            return health_set(request, services, account, words.casefold())
        case "health":
            return health_form(services, account, reader_today(request, services))
        case "archive":
            open_ctas = briefs.brief(services.store.connection(), services.policy, account.id, closed=0).open_ctas
            return archive_form(services, account, len(open_ctas))
        case _:
            return archived(request, services, account, back=True)
