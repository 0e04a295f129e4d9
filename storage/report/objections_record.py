"""The objection loop as records: which reasons are given, what is named with them, what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.base.quarters import Quarter


@dataclass(frozen=True, slots=True)
class Again:
    """CTAs opened again (linked) after a no of one reason: how they ended, and how many are still open."""

    success: int = 0
    no_success: int = 0
    still_open: int = 0

    @property
    def opened(self) -> int:
        """All of them."""
        return self.success + self.no_success + self.still_open


@dataclass(frozen=True, slots=True)
class Named:
    """A product gap or a vendor as people named it, spelt as most of them did.

    `arr_cents` is the yearly revenue, by currency, of the accounts behind it, each counted once.
    """

    reason: str
    detail: str
    count: int
    accounts: int
    arr_cents: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """The accounts that gave a reason, and their yearly revenue by currency, each counted once."""

    accounts: int
    arr_cents: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """How often one reason was given in each of several quarters, and what came of trying again."""

    reason: str
    counts: tuple[int, ...]
    again: Again


@dataclass(frozen=True, slots=True)
class Objections:
    """The reasons of some quarters, the oldest first; `by_use_case` is of the last of them."""

    quarters: tuple[Quarter, ...]
    trends: tuple[Trend, ...]
    by_use_case: tuple[tuple[str, str, int], ...]
    named: tuple[Named, ...]
