"""The table of Web API methods, and what a method gets to work with.

Each module of this package adds its family with `@method(…)`; `webapi.py` looks methods up here.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from sandbox.checks import structure
from sandbox.errors import SlackError, invalid_arguments

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandbox.model import Channel, Json
    from sandbox.rates import Rates
    from sandbox.sockets import SocketHub
    from sandbox.triggers import Triggers
    from sandbox.workspace import Workspace

    Run = Callable[["Call"], Json]

T = TypeVar("T")


@dataclass(frozen=True)
class Method:
    """One Web API method: what it needs, how often it may be called, and what it does."""

    name: str
    run: Run
    scope: str
    tier: int
    token: Literal["bot", "app", "none"]
    takes_json: bool


METHODS: dict[str, Method] = {}


def method(
    name: str,
    *,
    scope: str = "",
    tier: int,
    token: Literal["bot", "app", "none"] = "bot",  # noqa: S107 - the kind of token, not a token
    takes_json: bool = True,
) -> Callable[[Run], Run]:
    """Register a method; `tier` 0 has a limit of its own. Reading methods take no JSON bodies."""

    def register(run: Run) -> Run:
        METHODS[name] = Method(name, run, scope, tier, token, takes_json)
        return run

    return register


@dataclass
class Call:
    """One call: its arguments, and the parts of the sandbox that a method may touch."""

    args: Json
    workspace: Workspace
    triggers: Triggers
    rates: Rates
    sockets: SocketHub
    base_url: str

    def text(self, name: str, default: str = "") -> str:
        """An argument as text; numbers and the like count as text, as in forms."""
        value = self.args.get(name)
        return default if value is None else str(value)

    def need(self, name: str) -> str:
        """An argument that must be there."""
        if not (value := self.text(name)):
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A yes or no, in any of the ways in which clients write it."""
        value = self.args.get(name)
        return default if value is None else str(value).lower() in ("1", "true")

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 1 to `most`; larger ones are refused (`invalid_limit`)."""
        try:
            value = int(self.text(name) or default)
        except ValueError:
            raise invalid_arguments(f"must be a number [json-pointer:/{name}]") from None
        if not 1 <= value <= most:
            raise SlackError("invalid_limit")
        return value

    def structure(self, name: str) -> Any:
        """A list or object, given as such or as JSON text."""
        return structure(self.args.get(name), "invalid_arguments")

    def page(self, items: Sequence[T], *, default: int = 100, most: int = 1000) -> tuple[list[T], Json]:
        """One page of `items` and the `response_metadata` that leads to the next."""
        limit = self.number("limit", default, most)
        start = int(read_cursor(self.text("cursor"), "at") or 0)
        more = start + limit < len(items)
        cursor = write_cursor("at", str(start + limit)) if more else ""
        return list(items[start : start + limit]), {"next_cursor": cursor}

    # -- what several families look up ------------------------------------------------------

    def need_scope(self, *scopes: str) -> None:
        """Refuse with `missing_scope` unless the manifest grants one of these."""
        granted = self.workspace.manifest.scopes
        if not any(scope in granted for scope in scopes):
            raise SlackError("missing_scope", needed=scopes[0], provided=",".join(sorted(granted)))

    def readable_channel(self, family: str, *, membership: bool) -> Channel:
        """The argument `channel`, if the app may read it: `family` is `read` or `history`."""
        channel = self.workspace.channels.get(self.need("channel"))
        bot = self.workspace.bot.id
        if channel is None or (bot not in channel.members and channel.kind != "channel"):
            raise SlackError("channel_not_found")
        prefix = {"channel": "channels", "private": "groups", "im": "im"}[channel.kind]
        self.need_scope(f"{prefix}:{family}")
        if membership and bot not in channel.members:
            raise SlackError("not_in_channel")
        return channel


def write_cursor(kind: str, value: str) -> str:
    """An opaque cursor."""
    return base64.b64encode(f"{kind}:{value}".encode()).decode()


def read_cursor(cursor: str, kind: str) -> str:
    """What the cursor stands for, empty for none; refused when it is not one of ours."""
    if not cursor:
        return ""
    try:
        found, _, value = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise SlackError("invalid_cursor") from None
    if found != kind:
        raise SlackError("invalid_cursor")
    return value
