"""Answers that need no token: the payload of a command's ack, and `response_url`.

A response URL works five times within thirty minutes of real time. It can post (to the one person, or
to the channel), and replace or delete the message that it belongs to, ephemeral ones included.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.api.chat import bot_body
from sandbox.checks import content_of, metadata_of
from sandbox.clock import real_seconds
from sandbox.errors import SlackError

if TYPE_CHECKING:
    from sandbox.model import Json, Message
    from sandbox.workspace import Workspace

USES = 5
SECONDS = 30 * 60


@dataclass
class Target:
    """Where an answer goes: the person and channel, and the message that was acted on, if any."""

    person: str
    channel: str
    original: Message | None = None
    thread_ts: str = ""
    born: float = 0.0
    uses: int = 0


class Responses:
    """Mints response URLs and takes what is sent to them."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._targets: dict[str, Target] = {}
        self.base_url = ""

    def clear(self) -> None:
        """Forget all response URLs."""
        self._targets.clear()

    def new_url(self, target: Target) -> str:
        """A fresh response URL."""
        ticket = secrets.token_urlsafe(18)
        target.born = real_seconds()
        self._targets[ticket] = target
        return f"{self.base_url}/respond/{ticket}"

    def channel_of(self, ticket: str) -> str:
        """The channel that a response URL answers in, if there is such a URL."""
        return self._targets[ticket].channel if ticket in self._targets else ""

    def take(self, ticket: str, body: Json) -> None:
        """What the app sent to a response URL; refused when unknown, late or used up."""
        target = self._targets.get(ticket)
        if target is None:
            raise SlackError("no_such_url", status=404)
        if real_seconds() - target.born > SECONDS:
            raise SlackError("expired_url", status=404)
        if target.uses >= USES:
            raise SlackError("used_url", status=404)
        target.uses += 1
        self.answer(target, body, source="response_url")

    def answer(self, target: Target, body: Json, *, source: str) -> None:
        """Post, replace or delete as `body` says."""
        workspace = self._workspace
        with workspace.changed:
            original = target.original
            channel = workspace.channels[target.channel]
            if original is not None and original not in channel.messages:
                original = None
            if body.get("delete_original"):
                if original is None:
                    raise SlackError("message_not_found", status=404)
                workspace.delete(original)
                return
            content = content_of(body)
            if body.get("replace_original"):
                if original is None:
                    raise SlackError("message_not_found", status=404)
                if "blocks" not in content:
                    original.body.pop("blocks", None)
                workspace.update(original, content)
                return
            self._post(target, body, content, source)

    def _post(self, target: Target, body: Json, content: Json, source: str) -> None:
        kind = body.get("response_type", "ephemeral")
        if kind not in ("ephemeral", "in_channel"):
            raise SlackError("invalid_arguments", status=400)
        channel = self._workspace.channels[target.channel]
        message = bot_body() | content
        if thread_ts := str(body.get("thread_ts") or target.thread_ts):
            message["thread_ts"] = thread_ts
        if kind == "in_channel" and (metadata := metadata_of(body)):
            message["metadata"] = metadata
        only = target.person if kind == "ephemeral" else ""
        self._workspace.post(channel, message, only=only, source=source)
