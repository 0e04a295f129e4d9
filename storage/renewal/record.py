"""Renewal reviews, renewals and EBRs as remembered (docs/domain.md, "Renewals" and "EBRs")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

SCHEDULED, HELD, SKIPPED = "scheduled", "held", "skipped"


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
    """How a renewal ended: `renewed` (with the next date) or `churned`."""

    id: int
    account_id: int
    renewal_on: date
    outcome: str
    next_renewal_on: date | None
    decided_at: datetime
    decided_by: int | None


@dataclass(frozen=True, slots=True)
class Ebr:
    """An Executive Business Review, `scheduled` or `held`; one scheduled at a time per account."""

    id: int
    account_id: int
    state: str
    scheduled_at: datetime | None
    scheduled_on: date | None
    scheduled_known_at: datetime | None
    held_on: date | None
    note: str | None
