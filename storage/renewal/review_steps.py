"""Which renewal review is meant, and when an EBR is due: the day arithmetic of docs/domain.md. Pure.

Used by storage, by the commands and forms, and wherever a list shows what is still to be done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from dateutil.relativedelta import relativedelta

from storage.base.moments import add_months, civil_day
from storage.base.plurals import counted
from storage.renewal.record import HELD, SCHEDULED, SKIPPED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.renewal.record import Ebr, Review


_HISTORY_MONTHS = 12
_HALF_A_MONTH = 15


@dataclass(frozen=True, slots=True)
class ReviewStep:
    """One review before a renewal, `months` out; `review` is what is recorded of it, None for nothing yet."""

    account_id: int
    renewal_on: date
    months: int
    due_on: date
    review: Review | None = None

    @property
    def state(self) -> str:
        """`scheduled`, `held`, `skipped`, or empty: still to be scheduled."""
        return self.review.state if self.review else ""

    @property
    def done(self) -> bool:
        """Held or skipped: nothing is left to do."""
        return self.state in (HELD, SKIPPED)

    @property
    def value(self) -> str:
        """What a button about this review carries."""
        return f"{self.account_id}:{self.renewal_on.isoformat()}:{self.months}"


@dataclass(frozen=True, slots=True)
class Renewing:
    """An account that renews soon, its reviews, and the one that is due or next (None: all done)."""

    account: Account
    steps: tuple[ReviewStep, ...]
    next_step: ReviewStep | None

    @property
    def to_schedule(self) -> bool:
        """The review that is due or next has no day yet."""
        return self.next_step is not None and self.next_step.state != SCHEDULED


@dataclass(frozen=True, slots=True)
class EbrDue:
    """An account and when its next EBR is due (None: not known), with the one scheduled, if any."""

    account: Account
    due_on: date | None
    last_on: date | None
    scheduled: Ebr | None

    @property
    def unrecorded(self) -> bool:
        """Its EBRs are missing here, not held too rarely: it was a customer long before the bot knew it."""
        return self.due_on is None and self.account.customer_since is not None


def review_day(decision_on: date, months: int) -> date:
    """The day so many months before a renewal is decided, clamped to the month's end (31 July − 5 = 28 February)."""
    return decision_on - relativedelta(months=months)


def review_steps(account: Account, reviews: Iterable[Review], policy: Policy) -> list[ReviewStep]:
    """The reviews before the account's renewal, the earliest first; none without a renewal date."""
    renewal_on, last = account.renewal_on, account.decision_on
    if renewal_on is None or last is None:
        return []
    known = {r.offset_months: r for r in reviews if r.renewal_on == renewal_on}
    return [
        ReviewStep(account.id, renewal_on, months, review_day(last, months), known.get(months))
        for months in policy.renewal_review_months
    ]


def step_meant(steps: list[ReviewStep], today: date, *, holding: bool = False) -> ReviewStep | None:
    """The review that a person means who names only the account: the latest that is due, else the next one.

    Somebody who says "held" means one whose scheduled day has come, if there is one. A review that an overtaking
    one has made pointless is not meant; None when all are held or skipped.
    """
    if holding:
        come = [s for s in steps if s.review and s.state == SCHEDULED and _day(s.review) <= today]
        if come:
            return come[-1]
    due = [s for s in steps if s.due_on <= today]
    if due and not due[-1].done:
        return due[-1]
    ahead = [s for s in steps if s.due_on > today and not s.done]
    return ahead[0] if ahead else None


def _day(review: Review) -> date:
    if review.scheduled_on is None:
        raise ValueError(f"review {review.id} is scheduled for no day")
    return review.scheduled_on


class EbrBasis(Protocol):
    """What an EBR's due date hangs on: an account, or the planner's facts of one."""

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
    """When the next EBR is due: last held + cadence; never held: as `first_ebr_on` says; else not known."""
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
    passed = [step for step in policy.ebr_steps_days if due_on - relativedelta(days=step) <= day]
    return min(passed, default=None)


def cadence_in_words(months: int) -> str:
    """How often an EBR is held: `quarterly`, `every 18 months`."""
    names = {1: "monthly", 3: "quarterly", 6: "half-yearly", 12: "yearly"}
    return names.get(months) or f"every {counted(months, 'month')}"
