"""When an EBR is due, which of its nudges has come, and how often one is held (docs/domain.md, "EBRs"). Pure.

Used by the store and the lists, by the reminders, and by the forms and words of `/ebr`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from storage.base.moments import add_months, civil_day
from storage.base.plurals import counted

if TYPE_CHECKING:
    from datetime import date, datetime

    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.ebr.record import Ebr

_HISTORY_MONTHS = 12
_HALF_A_MONTH = 15


@dataclass(frozen=True, slots=True)
class EbrDue:
    """An account and when its next EBR is due (None: not known), with the one scheduled, if any.

    Of an account that is gone neither is to come.
    """

    account: Account
    due_on: date | None
    last_on: date | None
    scheduled: Ebr | None

    @property
    def unrecorded(self) -> bool:
        """Its EBRs are missing here, not held too rarely: it was a customer long before the bot knew it."""
        return self.due_on is None and self.account.active and self.account.customer_since is not None


class EbrBasis(Protocol):
    """What an EBR's due date hangs on: an account, or the planner's facts of one."""

    @property
    def active(self) -> bool:
        """Not archived and not churned: of others no EBR is to come."""

    @property
    def last_ebr_on(self) -> date | None:
        """As imported or entered with the account."""

    @property
    def customer_since(self) -> date | None:
        """The day of the first purchase."""

    @property
    def known_at(self) -> datetime:
        """When the account was first known."""

    @property
    def segment(self) -> str | None:
        """Which has a cadence of its own."""

    @property
    def ebr_cadence_months(self) -> int | None:
        """The account's own cadence, before the segment's."""


def latest_ebr(account: EbrBasis, last_held_on: date | None) -> date | None:
    """The last EBR: as imported, or as held here, whichever is later."""
    return max((day for day in (account.last_ebr_on, last_held_on) if day), default=None)


def ebr_due_on(account: EbrBasis, last_held_on: date | None, policy: Policy) -> date | None:
    """When the next EBR is due: last held + cadence; never held: as `first_ebr_on` says; else not known.

    Of an account that is archived, churned or leaving none is to come.
    """
    if not account.active:
        return None
    months = policy.cadence_months(account.segment, account.ebr_cadence_months)
    if last := latest_ebr(account, last_held_on):
        return add_months(last, months)
    if account.customer_since is None:
        return None
    return first_ebr_on(account.customer_since, account.known_at, months, policy)


def first_ebr_on(customer_since: date, known_at: datetime, cadence_months: int, policy: Policy) -> date | None:
    """When the first EBR is due: at mid-term, at most a cadence after the purchase.

    None for an account that was first known more than a year after it: its history is missing, not its EBR.
    """
    if civil_day(known_at, policy.timezone) > add_months(customer_since, _HISTORY_MONTHS):
        return None
    return add_months(customer_since, min(policy.first_ebr_months, cadence_months))


def ebr_steps(cadence_months: int, policy: Policy) -> tuple[int, ...]:
    """The nudges at a cadence: none more days ahead than half of it, in months of 30 days (quarterly: no 90)."""
    return tuple(days for days in policy.ebr_steps_days if days <= cadence_months * _HALF_A_MONTH)


def ebr_step(due_on: date, policy: Policy, day: date) -> int | None:
    """The latest nudge's step (days before the due date, negative after it) that has come by a day; None yet."""
    passed = [step for step in policy.ebr_steps_days if due_on - timedelta(days=step) <= day]
    return min(passed, default=None)


def cadence_in_words(months: int) -> str:
    """How often an EBR is held: `quarterly`, `every 18 months`."""
    names = {1: "monthly", 3: "quarterly", 6: "half-yearly", 12: "yearly"}
    return names.get(months) or f"every {counted(months, 'month')}"
