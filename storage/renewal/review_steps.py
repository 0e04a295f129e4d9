"""Which renewal review is meant, and when: the day arithmetic of docs/domain.md. Pure.

Used by storage, by the commands and forms, and wherever a list shows what is still to be done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from storage.base.moments import add_months
from storage.renewal.record import HELD, SCHEDULED, SKIPPED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.renewal.record import Review


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


def review_day(decision_on: date, months: int) -> date:
    """The day so many months before a renewal is decided, clamped to the month's end (31 July − 5 = 28 February)."""
    return add_months(decision_on, -months)


def due_until(today: date, months: int) -> date:
    """The last decision day whose review so many months before it is due by today."""
    found = add_months(today, months)
    while review_day(found + timedelta(days=1), months) <= today:
        found += timedelta(days=1)
    return found


def review_steps(account: Account, reviews: Iterable[Review], policy: Policy) -> list[ReviewStep]:
    """The reviews before the account's renewal, the earliest first; none without a renewal date.

    Of an account that is gone only what was done: nothing is to be scheduled, and nothing planned will be.
    """
    renewal_on, last = account.renewal_on, account.decision_on
    if renewal_on is None or last is None:
        return []
    known = {r.offset_months: r for r in reviews if r.renewal_on == renewal_on}
    steps = [
        ReviewStep(account.id, renewal_on, months, review_day(last, months), known.get(months))
        for months in policy.renewal_review_months
    ]
    return [step for step in steps if account.active or step.done]


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
