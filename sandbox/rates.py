"""Slack's rate limits, by real time: off until switched on, since most tests are in a hurry.

Messages: one a second per channel with a short burst, and perhaps a budget for the workspace.
Everything else: Slack's tiers, so and so many calls a minute for a method and workspace.
"""

from __future__ import annotations

from math import ceil

from sandbox.clock import real_seconds
from sandbox.errors import SlackError

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
# Callers that keep the pace by their own clock may arrive this much early.
_TOLERANCE = 0.05
# Slack lets short bursts through even where it promises one call a minute: clients reconnect.
_LEAST_BURST = 5


class Rates:
    """Counts calls and refuses those that come too fast with `ratelimited` and `Retry-After`."""

    def __init__(self, *, on: bool = False) -> None:
        self.on = on
        self.messages_per_second = 1.0
        self.message_burst = 1
        self.workspace_messages_per_minute: int | None = None
        self.per_minute = dict(TIERS)
        self._free_at: dict[str, float] = {}

    def clear(self) -> None:
        """Forget what was counted."""
        self._free_at.clear()

    def charge_message(self, channel: str) -> None:
        """Count one message to a channel, or refuse it."""
        if not self.on:
            return
        if self.workspace_messages_per_minute:
            self._charge("messages", 60 / self.workspace_messages_per_minute, self.message_burst)
        self._charge(f"channel {channel}", 1 / self.messages_per_second, self.message_burst)

    def charge_method(self, method: str, tier: int) -> None:
        """Count one call of a method, or refuse it; a minute's calls may come at once."""
        if self.on and tier:
            allowed = self.per_minute[tier]
            self._charge(f"method {method}", 60 / allowed, max(allowed, _LEAST_BURST))

    def _charge(self, what: str, seconds_each: float, burst: int) -> None:
        # The generic cell rate algorithm: one number a bucket, the moment when it is empty again.
        now = real_seconds()
        free_at = max(self._free_at.get(what, now), now)
        wait = free_at - now - (burst - 1) * seconds_each
        if wait > _TOLERANCE:
            raise RateLimited(max(1, ceil(wait - _TOLERANCE)))
        self._free_at[what] = free_at + seconds_each


class RateLimited(SlackError):
    """HTTP 429 with `Retry-After` in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited", status=429)
        self.retry_after = retry_after
