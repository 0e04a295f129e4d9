"""How old a health is and when it is asked for (docs/domain.md, "Health"). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from storage.account.health_history import health_at
from storage.base.moments import add_months, days_since

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.account.health_history import Setting
    from storage.account.record import Account
    from storage.base.signals import Signal
    from storage.health.settings import HealthArea

FRESH, STALE, UNKNOWN = "fresh", "stale", "unknown"
LATELY_DAYS = 10
"""Nobody is asked for a health that was set in so many days before the round's, the last of them included."""
TREND_MONTHS = 6


@dataclass(frozen=True, slots=True)
class AskedHealth:
    """An account whose health is asked for, and what speaks against leaving it as it is."""

    account: Account
    signals: tuple[Signal, ...]

    @property
    def to_confirm(self) -> bool:
        """Whether one click may say that all is as it was: green, and nothing speaks against it."""
        return self.account.health == "green" and not self.signals


@dataclass(frozen=True, slots=True)
class Round:
    """A round through the accounts of a scope (`csm-12`, `mine`): those whose health is asked for, by name."""

    scope: str
    asked: tuple[AskedHealth, ...]

    @property
    def to_confirm(self) -> int:
        """How many may be confirmed as unchanged."""
        return sum(one.to_confirm for one in self.asked)


def age(health_on: date | None, today: date) -> int | None:
    """Days since a health was set; None where no day is known."""
    return None if health_on is None else days_since(health_on, today)


def freshness(account: Account, today: date, update_months: int | None, area: HealthArea) -> str:
    """`fresh`, `stale` or `unknown`; a segment without a target counts a month."""
    days = age(account.health_on, today)
    if account.health is None or days is None:
        return UNKNOWN
    if days <= area.fresh_days * (update_months or 1):
        return FRESH
    return STALE if days <= area.unknown_days else UNKNOWN


def asked_before(month: date, update_months: int) -> date:
    """The day before which a health was set that the round of a month (any of its days) asks for."""
    return add_months(month.replace(day=1), 1 - update_months)


def is_asked(health: str | None, health_on: date | None, day: date, update_months: int | None) -> bool:
    """Whether the round of a day's month asks for a health, on that day; no target: never."""
    if update_months is None:
        return False
    if health is None or health_on is None:
        return True
    return health_on < asked_before(day, update_months) and health_on < day - timedelta(days=LATELY_DAYS)


def trend(settings: Sequence[Setting], today: date, months: int = TREND_MONTHS) -> list[tuple[date, str | None]]:
    """The health at the end of each of the last months, and today; settings stand with the newest first."""
    first = today.replace(day=1)
    ends = [add_months(first, -back) - timedelta(days=1) for back in range(months - 2, -1, -1)]
    return [(day, health_at(settings, day)) for day in (*ends, today)]
