"""Renewal reviews, renewals and EBRs as remembered (docs/domain.md, "Renewals" and "EBRs")."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date, datetime

SCHEDULED, HELD, SKIPPED = "scheduled", "held", "skipped"
RENEWED, CHURNED = "renewed", "churned"
AT_RISK = ("at_risk", "churn")
"""Outlooks that are bad news."""

OLD_DAYS = 60
"""What lapsed longer ago is no news any more: it stands behind one item, last of all."""


@dataclass(frozen=True, slots=True)
class Review:
    """The review of one account, renewal date and offset (months); no record means: still to be scheduled.

    `scheduled_on` is the civil day of `scheduled_at` in the zone of the person who picked it.
    """

    id: int
    account_id: int
    renewal_on: date
    offset_months: int
    state: str
    scheduled_at: datetime | None
    scheduled_on: date | None
    scheduled_known_at: datetime | None
    held_on: date | None
    health: str | None
    outlook: str | None
    next_step: str | None
    skip_reason: str | None


@dataclass(frozen=True, slots=True)
class Renewal:
    """How a renewal ended: `renewed` (with the next date and, if known, the new ARR) or `churned` (with why).

    `source` is `person`, or `import` where a source of data moved the date on. `was` and `became` are the account's
    fields before and after; `undone_at`: it was taken back.
    """

    id: int
    account_id: int
    renewal_on: date
    outcome: str
    next_renewal_on: date | None
    decided_at: datetime
    decided_by: int | None
    arr_cents: int | None = None
    arr_before_cents: int | None = None
    currency: str | None = None
    reason: str | None = None
    line: str | None = None
    effective_on: date | None = None
    source: str = "person"
    was: dict[str, Any] = field(default_factory=dict)
    became: dict[str, Any] = field(default_factory=dict)
    undone_at: datetime | None = None

    @property
    def less(self) -> bool:
        """Renewed with less than before, as far as both are known."""
        return self.more_by is not None and self.more_by < 0

    @property
    def more_by(self) -> int | None:
        """The new ARR less the one before, in cents; None where one of them is unknown."""
        if self.arr_cents is None or self.arr_before_cents is None:
            return None
        return self.arr_cents - self.arr_before_cents


@dataclass(frozen=True, slots=True)
class Signing:
    """A renewal that is in signature: by when it will be signed, and what was said of it."""

    account_id: int
    renewal_on: date
    sign_by: date
    line: str | None = None
