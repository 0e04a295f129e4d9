"""All that is known of one account at a time; read by storage/account/briefs.py, shown by templates/account/show.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.renewal.record import HELD, SCHEDULED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from storage.account.record import Account
    from storage.base.person import Person
    from storage.cta.record import Cta
    from storage.renewal.record import Ebr, Renewal, Review
    from storage.renewal.review_steps import ReviewStep


@dataclass(frozen=True, slots=True)
class Brief:
    """One account with its people, CTAs, reviews, renewals and EBRs, each with the latest first.

    `steps` are the reviews before the present renewal date; `agreed_by` is who agreed to its EBR cadence.
    """

    account: Account
    people: Mapping[int, Person]
    open_ctas: tuple[Cta, ...]
    closed_ctas: tuple[Cta, ...]
    reviews: tuple[Review, ...]
    steps: tuple[ReviewStep, ...]
    renewals: tuple[Renewal, ...]
    ebrs: tuple[Ebr, ...]
    ebr_due_on: date | None
    agreed_by: str | None

    def person(self, person_id: int | None) -> Person | None:
        """Somebody of the account, or None for nobody."""
        return self.people.get(person_id) if person_id is not None else None

    @property
    def last_review_on(self) -> date | None:
        """The day of the last review that was held."""
        return max((r.held_on for r in self.reviews if r.state == HELD and r.held_on), default=None)

    @property
    def last_ebr_on(self) -> date | None:
        """The day of the last EBR, wherever it was recorded."""
        known = [self.account.last_ebr_on, *(e.held_on for e in self.ebrs)]
        return max((day for day in known if day), default=None)

    @property
    def closed_since_review(self) -> tuple[Cta, ...]:
        """The CTAs closed since the last review: from the day it was held on, that day included."""
        return self._closed_since(self.last_review_on)

    @property
    def closed_since_ebr(self) -> tuple[Cta, ...]:
        """The CTAs closed since the last EBR, likewise."""
        return self._closed_since(self.last_ebr_on)

    def _closed_since(self, day: date | None) -> tuple[Cta, ...]:
        return tuple(c for c in self.closed_ctas if day is None or (c.closed_on is not None and c.closed_on >= day))

    @property
    def ebr_planned(self) -> Ebr | None:
        """The EBR that is scheduled, if one is."""
        return next((e for e in self.ebrs if e.state == SCHEDULED), None)
