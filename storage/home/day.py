"""One thing of somebody's day, with all that a message or Home shows of it. Read by `storage/home/days.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from storage.account.brief import Brief
    from storage.account.record import Account
    from storage.base.outbox_row import OutboxRow
    from storage.cta.record import Cta, Task
    from storage.renewal.review_steps import ReviewStep


@dataclass(frozen=True, slots=True)
class NewsCta:
    """A CTA that the morning tells of: `states` as the rules name them, `tasks` those due."""

    cta: Cta
    account_name: str
    states: tuple[str, ...]
    tasks: tuple[Task, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class PlannedRenewal:
    """A renewal of the monthly plan and the first review that is still to be scheduled, if any."""

    account: Account
    step: ReviewStep | None


@dataclass(frozen=True, slots=True)
class DayItem:
    """One outbox row and today's facts behind it.

    `step` is the review that the row is about, `later_on` the day for which somebody put it off; `whose` is the
    scope of a plan's accounts (storage/account/lists.py).
    """

    row: OutboxRow
    brief: Brief | None = None
    step: ReviewStep | None = None
    cta: Cta | None = None
    reopened_as: int | None = None
    later_on: date | None = None
    news: tuple[NewsCta, ...] = ()
    renewing: tuple[PlannedRenewal, ...] = ()
    without_ebr_date: tuple[Account, ...] = ()
    whose: str = "mine"
