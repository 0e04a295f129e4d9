"""What renewals add to an account's brief: its reviews, and how earlier renewals ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.cta.brief import CtaPart
from storage.renewal import outcomes
from storage.renewal import store as renewals
from storage.renewal.record import HELD
from storage.renewal.review_steps import review_steps

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from storage.account.brief import Brief
    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.cta.record import Cta
    from storage.renewal.record import Renewal, Review, Signing
    from storage.renewal.review_steps import ReviewStep


@dataclass(frozen=True, slots=True)
class RenewalPart:
    """Reviews and renewals, the latest first; `steps` are the reviews before the present renewal date.

    `signing`: by when that renewal will be signed, where somebody said so. `dates`: the days of that renewal, those
    that it had before it was moved among them.
    """

    reviews: tuple[Review, ...]
    steps: tuple[ReviewStep, ...]
    renewals: tuple[Renewal, ...]
    signing: Signing | None = None
    dates: frozenset[date] = frozenset()

    def step(self, renewal_on: date | None, months: int | None) -> ReviewStep | None:
        """The review so many months before a renewal day; None where that is another renewal than the present one."""
        return next((s for s in self.steps if s.months == months and renewal_on in self.dates), None)

    @property
    def last_review_on(self) -> date | None:
        """The day of the last review that was held."""
        return max((r.held_on for r in self.reviews if r.state == HELD and r.held_on), default=None)


def read(db: Connection, policy: Policy, account: Account) -> RenewalPart:
    """The account's reviews and renewals."""
    reviews = renewals.of_account(db, account.id)
    steps = review_steps(account, reviews, policy)
    ended = outcomes.history(db, account.id)
    signed, dates = outcomes.signing(db, account), renewals.dates_of(db, account)
    return RenewalPart(tuple(reviews), tuple(steps), tuple(ended), signed, dates)


def steps_of(brief: Brief) -> tuple[ReviewStep, ...]:
    """The reviews before the present renewal date."""
    return brief.part(RenewalPart).steps


def closed_since_review(brief: Brief) -> tuple[Cta, ...]:
    """The CTAs closed since the last review, from the day it was held on, that day included; no checklists."""
    closed = brief.part(CtaPart).closed_since(brief.part(RenewalPart).last_review_on)
    return tuple(cta for cta in closed if not cta.is_checklist)
