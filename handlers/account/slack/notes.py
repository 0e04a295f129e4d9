"""Notes on an account: typed behind `/account note Acme`, or in a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account import actions
from handlers.account.access import refuse_stranger
from handlers.account.which import account_clicked, account_meant, account_of_form
from handlers.door.actions import carry_out
from handlers.door.request import Answer, Done, Open
from handlers.door.words import rest_from
from storage.account import store as accounts
from storage.base.errors import NotFound
from templates.blocks.mrkdwn import mrkdwn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.request import Request
    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.account.record import Account


def note_as_typed(request: Request, services: Services, words: Sequence[Word]) -> Answer:
    """`/account note Acme met the new CTO`; without words the form. In an account's channel it need not be named."""
    db = services.store.connection()
    here = accounts.of_channel(db, request.channel_id) if request.channel_id else None
    try:
        account, rest = account_meant(request, services, words, "/account note")
    except NotFound:
        if here is None:
            raise
        account, rest = here, list(words)
    refuse_stranger(request, services, account)
    if not rest:
        return note_form(services, account)
    return carry_out(request, services, actions.note, account, rest_from(request.text, rest[0]))


def note_form(services: Services, account: Account) -> Open:
    """The form for a note."""
    view = services.render("account/note", about=mrkdwn("*{}*", account.name), typed=None)
    return Open(view, {"account": account.id})


def handle_note(request: Request, services: Services) -> Answer:
    """[Add a note]."""
    return note_form(services, account_clicked(request, services))


def submit_note(request: Request, services: Services) -> Answer:
    """The note submitted."""
    account = account_of_form(request, services)
    return Done(carry_out(request, services, actions.note, account, request.field("note")).message)
