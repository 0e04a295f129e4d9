"""A manager's review of a month: sections of what was found, and what of it was looked at. Pure.

Rules: docs/domain.md, "The manager's review".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from storage.account.record import Account
    from storage.base.person import Person

SEEN, ASKED = "seen", "asked"


@dataclass(frozen=True, slots=True)
class Mark:
    """That a manager saw an account in a section of a month's review, or asked its CSM about it.

    `note` is the manager's, of one that was asked the question; `found` is what had been found then.
    """

    id: int
    manager_id: int
    month: str
    section: str
    account_id: int
    state: str
    note: str | None
    found: str | None
    on_day: date
    at: datetime
    asked_id: int | None
    answer: str | None
    answered_at: datetime | None
    answered_by: int | None

    @property
    def waits(self) -> bool:
        """Whether it was asked and nobody has answered."""
        return self.state == ASKED and self.answer is None


@dataclass(frozen=True, slots=True)
class Found:
    """An account of a section: what was found of it, whether all of that is only told, and what came of it."""

    account: Account
    said: tuple[str, ...]
    calm: bool
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A section: what was found, and how many managed accounts are in order. It is done when all found is."""

    name: str
    found: tuple[Found, ...]
    in_order: int

    @property
    def left(self) -> int:
        """How many have been neither seen nor asked about."""
        return sum(one.mark is None for one in self.found)


@dataclass(frozen=True, slots=True)
class Load:
    """How many accounts a CSM has, and their ARR by currency, in cents."""

    person: Person
    accounts: int
    arr: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Review:
    """The review of a month: of a team, or, `of_one`, of one CSM alone, of which nothing is recorded."""

    month: str
    sections: tuple[Section, ...]
    loads: tuple[Load, ...]
    of_one: Person | None = None

    @property
    def left(self) -> int:
        """How much has been neither seen nor asked about, in all sections."""
        return sum(section.left for section in self.sections)

    @property
    def found(self) -> int:
        """How much was found."""
        return sum(len(section.found) for section in self.sections)

    def section(self, name: str) -> Section | None:
        """A section by name; None where it is absent."""
        return next((one for one in self.sections if one.name == name), None)
