"""Every listener, registered with Bolt inside the guard: the nouns', and what the door itself answers."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from handlers.door import replies, spoken
from handlers.door.guard import guard
from handlers.door.nouns import grammars, table
from handlers.door.spoken import handle_help
from storage.base.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_bolt import App

    from handlers.door.nouns import Handler
    from handlers.door.request import Answer, Request
    from handlers.door.services import Services


def register(app: App, services: Services) -> None:
    """Register every listener with Bolt."""
    replied = guard("event", replies.handle, services) if services.policy.card_replies else None

    def add(register_with: Callable[[Any], Any], kind: Any, entries: Mapping[str, Handler]) -> None:
        for name, handler in entries.items():
            listener = guard(kind, handler, services)
            register_with(name)(spoken.only_said(listener, replied) if name in spoken.EVENTS else listener)

    # Bolt asks one listener after the other whether it is meant: the command that is typed most stands first.
    commands = table("COMMANDS")
    add(app.command, "command", {**{name: commands[name] for name in grammars() if name in commands}, **commands})
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
