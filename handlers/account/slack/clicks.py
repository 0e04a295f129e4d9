"""Buttons of account cards and lists: every value is read again, and every person authorised again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account import actions
from handlers.account.pages import brief_form, edit_form, listing, show, show_history
from handlers.account.slack.forms import add_form, archive_form, health_form
from handlers.account.slack.notes import handle_note
from handlers.account.which import account_clicked, account_seen, page_meant
from handlers.door.actions import carry_out
from handlers.door.choices import by_menu
from handlers.door.nouns import table
from handlers.door.request import Answer, Open, as_number
from handlers.door.today import reader_today
from storage.account import lists as books
from storage.account.sieve import read_sieve

if TYPE_CHECKING:
    from handlers.door.nouns import Handler
    from handlers.door.request import Request
    from handlers.door.services import Services


def handle_show(request: Request, services: Services) -> Answer:
    """[Show] the card."""
    return show(request, services, account_seen(request, services))


def handle_picked(request: Request, services: Services) -> Answer:
    """An account picked in "Find account": its card, in place of the search."""
    return show(request, services, account_seen(request, services), replace=True)


def handle_find(request: Request, services: Services) -> Answer:  # noqa: ARG001 - the table's shape
    """[Find account]."""
    return Open(services.render("account/find"))


def handle_brief(request: Request, services: Services) -> Answer:
    """[Brief]."""
    return brief_form(request, services, account_seen(request, services).id)


def handle_history(request: Request, services: Services) -> Answer:
    """[History], or another page of it: `ACCOUNT:OFFSET`."""
    offset = as_number(request.value.partition(":")[2])
    return show_history(request, services, account_seen(request, services), offset, replace=":" in request.value)


def handle_edit(request: Request, services: Services) -> Answer:
    """[Edit]."""
    return edit_form(request, services, account_clicked(request, services))


def handle_add(request: Request, services: Services) -> Answer:
    """[Add an account]."""
    return add_form(request, services)


def handle_health(request: Request, services: Services) -> Answer:
    """[Set health]: `ACCOUNT:green`, or `ACCOUNT` alone for the form."""
    account = account_clicked(request, services)
    health = request.value.partition(":")[2]
    if not health:
        return health_form(services, account, reader_today(request, services))
    return carry_out(request, services, actions.set_health, account, health)


def handle_archive(request: Request, services: Services) -> Answer:
    """[Archive …] asks first."""
    account = account_clicked(request, services)
    return archive_form(services, account)


def handle_unarchive(request: Request, services: Services) -> Answer:
    """[Bring back]."""
    return carry_out(request, services, actions.bring_back, account_clicked(request, services))


def handle_list(request: Request, services: Services) -> Answer:
    """`SCOPE:LIST:OFFSET[:SIEVE]`: another list, or another page, in place of the one before."""
    scope, _, rest = request.value.partition(":")
    which, _, rest = rest.partition(":")
    scope, start, sieve = page_meant(f"{scope}:{rest}")
    return listing(
        request,
        services,
        scope,
        which if which in books.FILTERS else "",
        start,
        sieve=read_sieve(sieve),
        replace=True,
    )


def handle_more(request: Request, services: Services) -> Answer | None:
    """`⋯`: what the chosen option names, `VERB:ACCOUNT`, or another noun's `ACTION:VALUE` (`ebr.log:7`)."""
    return by_menu({**table("ACTIONS"), **VERBS}, request, services, "the account again: /account NAME")


VERBS: dict[str, Handler] = {
    "show": handle_show,
    "brief": handle_brief,
    "history": handle_history,
    "note": handle_note,
    "edit": handle_edit,
    "health": handle_health,
    "archive": handle_archive,
    "unarchive": handle_unarchive,
}
