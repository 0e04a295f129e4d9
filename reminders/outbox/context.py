"""What every part of delivery works with: storage, Slack, policy, time, pace, and a count of what became of rows."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from reminders.outbox.pace import Pace
from reminders.outbox.slack_client import Limited, Unsure
from storage.base import destinations

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from reminders.outbox.slack_client import SlackSender
    from storage.base.db import Store, Unit
    from storage.base.leases import Fenced
    from storage.base.policy import Policy
    from templates.blocks.render import Renderer

POINTS = (
    "plan.before_commit",
    "plan.after_commit",
    "claim.before_commit",
    "claim.after_commit",
    "look.after",
    "resolve.after",
    "attempt.before_commit",
    "attempt.after_commit",
    "call.connected",
    "post.after",
    "sent.before_commit",
    "sent.after_commit",
    "lease.after_commit",
    "history.before",
    "history.after",
    "history.after_commit",
)
"""The named points of planning and sending: tests kill the process at each of them."""

METHOD = "method:"
_LONGEST_BACKOFF = 300


def nothing(point: str) -> None:
    """Nobody listens for a named point."""


class Spans(NamedTuple):
    """Seconds of settling, of a claim and of a turn: the policy's, unless tests hand in shorter ones."""

    settle: float
    lease: float
    turn: float

    @classmethod
    def of(cls, policy: Policy) -> Spans:
        """What the policy says."""
        spans = policy.delivery
        return cls(spans.settle_seconds, spans.lease_seconds, spans.turn_seconds)


@dataclass
class Desk:
    """One per delivery. `clock` gives the instant that spans are measured in; pace runs by real seconds."""

    store: Store | Fenced
    sender: SlackSender
    renderer: Renderer
    policy: Policy
    clock: Callable[[], datetime]
    points: Callable[[str], None] = nothing
    seconds: Callable[[], float] = time.monotonic
    is_our_turn: Callable[[], bool] = lambda: True
    spans: Spans | None = None
    tally: Counter[str] = field(default_factory=Counter)
    pace: Pace = field(init=False)

    def __post_init__(self) -> None:
        spans = self.policy.delivery
        self.pace = Pace(spans.channel_seconds, spans.workspace_per_minute)

    @property
    def _spans(self) -> Spans:
        return self.spans or Spans.of(self.policy)

    @property
    def settle(self) -> timedelta:
        """How long an unanswered post may still turn up."""
        return timedelta(seconds=self._spans.settle)

    @property
    def lease(self) -> timedelta:
        """How long a claim is good for."""
        return timedelta(seconds=self._spans.lease)

    def last_look(self, claimed: float) -> None:
        """Whether it is our turn still, and nobody can have looked into the claim yet.

        Asked when the connection stands, right before the bytes of a post or an edit leave. A process that was stopped
        for long must not go on as if nothing had happened: the history tells what did.
        Raises Unsure.
        """
        if self.seconds() - claimed > self._spans.lease / 2 or not self.is_our_turn():
            raise Unsure("held up too long before the call")

    def refuse_if_held(self, method: str) -> None:
        """Raise Limited while Slack wants this method to be left alone."""
        until = destinations.held(self.store.connection(), self.clock()).get(METHOD + method)
        if until is not None:
            raise Limited(method, until=until)


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 5 seconds, then twice as long each time, up to five minutes."""
    return timedelta(seconds=min(5 * 2 ** min(max(attempts - 1, 0), 10), _LONGEST_BACKOFF))


def hold_after_limit(unit: Unit, limit: Limited, lane: str | None = None) -> None:
    """Leave alone what answered 429: the conversation of a post or edit, else the method for the workspace.

    Instants are kept in whole seconds, cut: hence one more than Slack asked for.
    """
    until = limit.until or unit.now + timedelta(seconds=limit.seconds + 1)
    if lane is not None:
        destinations.hold(unit, lane, until)
    if not limit.method.startswith("chat."):
        destinations.hold(unit, METHOD + limit.method, until)
