"""Every listener, inside the guard, found by its name: the nouns', and what the door itself answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from slack_bolt.middleware import Middleware

from handlers.door import replies, spoken
from handlers.door.guard import guard
from handlers.door.nouns import table
from handlers.door.request import NOTHING, id_of, kind_of
from handlers.door.spoken import handle_help
from storage.base.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_bolt import Ack, App, BoltRequest
    from slack_bolt.response import BoltResponse

    from handlers.door.nouns import Handler
    from handlers.door.request import Answer, Kind, Request
    from handlers.door.services import Services

    Listener = Callable[[Ack, dict[str, Any]], None]


def register(app: App, services: Services) -> None:
    """Have Bolt hand all that it has found to be Slack's, and not our own, to the listeners."""
    replied = guard("event", replies.handle, services)

    def is_heard() -> bool:
        return services.policy.card_replies

    def guarded(kind: Kind, entries: Mapping[str, Handler]) -> dict[str, Listener]:
        return {name: guard(kind, handler, services) for name, handler in entries.items()}

    events = guarded("event", {**table("EVENTS"), **spoken.EVENTS})
    retries = {f"command.retry.{digit}": handle_retry for digit in range(10)}
    listeners: dict[Kind, dict[str, Listener]] = {
        "command": guarded("command", table("COMMANDS")),
        "action": guarded("action", {**table("ACTIONS"), **retries}),
        "view": guarded("view", {**table("VIEWS"), "notice": handle_nothing}),
        "options": guarded("options", table("OPTIONS")),
        "shortcut": guarded("shortcut", table("SHORTCUTS")),
        "event": events | {name: spoken.only_said(events[name], replied, is_heard) for name in spoken.EVENTS},
    }
    app.use(_ByName(listeners, guard("action", handle_nothing, services)))


class _ByName(Middleware):
    """The last of Bolt's middleware. Bolt's listeners would be asked one after the other whether they are meant."""

    def __init__(self, listeners: Mapping[Kind, Mapping[str, Listener]], nothing: Listener) -> None:
        self._listeners = listeners
        self._nothing = nothing

    def process(self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], Any]) -> BoltResponse:  # noqa: A002 - Bolt's name
        """Have it answered by whose name it has; what has none is Bolt's to refuse."""
        kind = kind_of(req.body)
        name = id_of(kind, req.body) if kind else ""
        listener = self._listeners[kind].get(name) if kind else None
        if listener is None and kind == "action" and name.startswith(NOTHING):
            listener = self._nothing
        if listener is None:
            next()
            return resp
        ack = req.context.ack
        listener(ack, req.body)
        return ack.response or ack()


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
