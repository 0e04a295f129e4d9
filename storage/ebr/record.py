"""An Executive Business Review. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime


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
