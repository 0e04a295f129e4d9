"""What people do: one listener module per noun, all registered here and all inside the guard.

A module has any of the tables COMMANDS, ACTIONS, VIEWS, OPTIONS, SHORTCUTS and EVENTS: from Slack's name to the
function that handles it. Old action ids stay in the tables, since old messages live on.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from storage.base.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt import App

    from handlers.door.request import Answer, Request
    from handlers.door.services import Services

    Handler = Callable[[Request, Services], Answer | None]

NOUNS = ("cta", "account", "renewal", "ebr", "playbook", "home", "spoken")


def table(name: str) -> dict[str, Handler]:
    """All modules' entries of one table, e.g. `ACTIONS`. Two modules never claim the same name."""
    merged: dict[str, Handler] = {}
    for noun in NOUNS:
        # Imported here: whoever wants only a grammar of `handlers.parsing` need not load Slack's libraries.
        module = importlib.import_module(f"handlers.{noun}")
        for key, handler in getattr(module, name, {}).items():
            if key in merged:
                raise RuntimeError(f"{key} is registered twice")
            merged[key] = handler
    return merged


def register(app: App, services: Services) -> None:
    """Register every listener with Bolt."""
    from handlers.door import spoken  # noqa: PLC0415 - as in `table`
    from handlers.door.guard import guard  # noqa: PLC0415

    def add(register_with: Callable[[Any], Any], kind: Any, entries: dict[str, Handler]) -> None:
        for name, handler in entries.items():
            listener = guard(kind, handler, services)
            register_with(name)(spoken.only_said(listener) if name in spoken.EVENTS else listener)

    add(app.command, "command", table("COMMANDS"))
    add(app.action, "action", table("ACTIONS"))
    add(app.view, "view", table("VIEWS"))
    add(app.options, "options", table("OPTIONS"))
    add(app.shortcut, "shortcut", table("SHORTCUTS"))
    add(app.event, "event", table("EVENTS"))
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


def handle_help(request: Request, services: Services) -> Answer:  # noqa: ARG001 - the table's shape
    """What can be written to the bot."""
    from handlers.door.request import Say  # noqa: PLC0415 - as in `table`
    from handlers.door.spoken import HELP, WAYS  # noqa: PLC0415

    buttons = [
        {"label": label, "action_id": f"command.retry.{i}", "value": value} for i, (label, value) in enumerate(WAYS[1:])
    ]
    return Say(services.render("errors/help", lines=HELP, choices=buttons))


def handle_nothing(request: Request, services: Services) -> Answer | None:  # noqa: ARG001 - the table's shape
    """A link button, or a field whose change means nothing by itself."""
    return None
