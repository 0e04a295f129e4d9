"""A row of the outbox: one thing to be said in Slack, once (docs/delivery.md, "Send")."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from storage.base.keys import destination_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

PENDING, SENDING, SENT, UNKNOWN = "pending", "sending", "sent", "unknown"
CANCELLED, EXPIRED, BLOCKED, DEAD = "cancelled", "expired", "blocked", "dead"
STATES = (PENDING, SENDING, SENT, UNKNOWN, CANCELLED, EXPIRED, BLOCKED, DEAD)

REFUSED = "refused"
"""How a destination is that takes no posts, though all else about it is well."""

CARD, NOTICE = "card", "notice"
"""What is no planned reminder: the card of a CTA, and notes to people."""

OPERATIONS = "operations"


class Draft(NamedTuple):
    """What the planner or a command wants said; becomes a row, or nothing if the key is there.

    `destination` is `person:ID`, `channel:CID` or `operations`; `recipient` is how preview names it. `payload`
    holds ids and small facts, never rendered text: content is rendered when it is sent.
    """

    dedupe_key: str
    kind: str
    destination: str
    recipient: str
    not_before: datetime
    due_on: date | None = None
    expires_at: datetime | None = None
    account_id: int | None = None
    cta_id: int | None = None
    step: int | None = None
    late: bool = False
    why: str = ""
    op: str = "post"
    payload: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A row as stored. `post_at` is when the rules wanted it posted; `not_before` may have moved since."""

    id: int
    dedupe_key: str
    kind: str
    op: str
    destination: str
    recipient: str
    account_id: int | None
    cta_id: int | None
    step: int | None
    due_on: date | None
    post_at: datetime
    late: bool
    why: str
    payload: dict[str, Any]
    not_before: datetime
    expires_at: datetime | None
    state: str
    attempts: int
    claimed_at: datetime | None
    conversation: str | None
    slack_ts: str | None
    error: str | None

    @property
    def whose(self) -> str:
        """Whose it is, as was noted when it was put in, whoever gets it instead: a destination."""
        return str(self.payload.get("owner", self.destination))

    @property
    def owner_id(self) -> int | None:
        """The person whose it is, as was noted; None for operations."""
        return destination_of(self.whose).person_id
