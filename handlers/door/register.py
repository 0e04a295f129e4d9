"""Every listener, registered with Bolt inside the guard: the nouns', and what the door itself answers."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from handlers.door import replies, spoken
from handlers.door.guard import guard
from handlers.door.nouns import table
from handlers.door.request import id_of
from handlers.door.spoken import handle_help
from storage.base.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_bolt import Ack, App

    from handlers.door.nouns import Handler
    from handlers.door.request import Answer, Kind, Request
    from handlers.door.services import Services


def register(app: App, services: Services) -> None:
    """Register every listener with Bolt."""
    replied = guard("event", replies.handle, services) if services.policy.card_replies else None

    def add(register_with: Callable[[Any], Any], kind: Kind, entries: Mapping[str, Handler]) -> None:
        # One for all of a kind: Bolt asks one listener after the other whether it is meant, which costs with each.
        listeners = {name: guard(kind, handler, services) for name, handler in entries.items()}
        for name in listeners.keys() & spoken.EVENTS.keys() if kind == "event" else ():
            listeners[name] = spoken.only_said(listeners[name], replied)

        def listener(ack: Ack, body: dict[str, Any]) -> None:
            # What only looks like one, by the name of an old kind of message, is acked, and nothing comes of it.
            listeners.get(id_of(kind, body), lambda ack, _: ack())(ack, body)

        register_with(re.compile(rf"^(?:{'|'.join(map(re.escape, listeners))})\Z"))(listener)

    add(app.command, "command", table("COMMANDS"))
    add(app.action, "action", table("ACTIONS"))
    add(app.view, "view", table("VIEWS"))
    add(app.options, "options", table("OPTIONS"))
    add(app.shortcut, "shortcut", table("SHORTCUTS"))
    add(app.event, "event", {**table("EVENTS"), **spoken.EVENTS})
    app.action(re.compile(r"^command\.retry\.\d$"))(guard("action", handle_retry, services))
    app.action(re.compile(r"^(link|ignore)\."))(guard("action", handle_nothing, services))
    app.view("notice")(guard("view", handle_nothing, services))


def handle_retry(request: Request, services: Services) -> Answer | None:
    """A "did you mean": the whole command again, as corrected; it is parsed and authorised anew."""
    name, _, text = request.value.partition(" ")
    handler = handle_help if name == "/help" else table("COMMANDS").get(name)
    if handler is None:
        raise UserError("That suggestion is too old to use.", "Type the command again.")
    return handler(replace(request, text=text), services)


def handle_nothing(request: Request, services: Services) -> Answer | None:  # noqa: ARG001 - the table's shape
    """A link button, or a field whose change means nothing by itself."""
    return None
