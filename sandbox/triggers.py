"""Trigger ids: a person's doing lets the app open one modal, once, within three seconds of real time."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sandbox.clock import real_seconds
from sandbox.errors import SlackError


@dataclass
class Trigger:
    """Who did something where; `channel` is empty outside of channels."""

    person: str
    channel: str
    born: float
    used: bool = False


class Triggers:
    """Mints trigger ids and exchanges each for one view."""

    def __init__(self) -> None:
        self.seconds = 3.0
        self._known: dict[str, Trigger] = {}

    def mint(self, person: str, channel: str = "") -> str:
        """A fresh trigger id."""
        trigger_id = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._known[trigger_id] = Trigger(person, channel, real_seconds())
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        """What the trigger stands for; refused when unknown, used or late."""
        trigger = self._known.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if real_seconds() - trigger.born > self.seconds:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def clear(self) -> None:
        """Forget all of them."""
        self._known.clear()
