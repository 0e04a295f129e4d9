"""CTAs counted: all that the reports' numbers are worked out from, made by storage/report/store.py. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from storage.cta.record import CLOSED_NO_SUCCESS, CLOSED_SUCCESS

if TYPE_CHECKING:
    from collections.abc import Iterable

Cell = tuple[str, str]
"""A motion and a use case."""


@dataclass(frozen=True, slots=True)
class Closings:
    """CTAs of one motion, use case, outcome and reason closed in a period, by days since their opening."""

    motion: str
    use_case: str
    status: str
    reason: str | None
    days: Counter[int]


@dataclass(frozen=True, slots=True)
class Tally:
    """What was opened and closed in a period, of the CTAs that pass the reporting filter."""

    opened: dict[Cell, int] = field(default_factory=dict)
    closed: tuple[Closings, ...] = ()

    @property
    def cells(self) -> set[Cell]:
        """Every motion and use case in which anything was opened or closed."""
        return {*self.opened, *((part.motion, part.use_case) for part in self.closed)}

    def of(self, motion: str, use_case: str | None = None) -> Outcome:
        """The outcome of one motion, in one use case or in all."""
        return _outcome(part for part in self.closed if part.motion == motion and use_case in (None, part.use_case))

    def by_cell(self) -> dict[Cell, Outcome]:
        """The outcome of each motion and use case in which anything was closed."""
        parts: dict[Cell, list[Closings]] = {}
        for part in self.closed:
            parts.setdefault((part.motion, part.use_case), []).append(part)
        return {cell: _outcome(found) for cell, found in parts.items()}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many were closed with and without success, and after how many calendar days, over both."""

    success: int = 0
    no_success: int = 0
    days: Counter[int] = field(default_factory=Counter)

    @property
    def completed(self) -> int:
        """Closed, whatever the outcome."""
        return self.success + self.no_success


def _outcome(parts: Iterable[Closings]) -> Outcome:
    counts = {CLOSED_SUCCESS: 0, CLOSED_NO_SUCCESS: 0}
    days: Counter[int] = Counter()
    for part in parts:
        counts[part.status] += part.days.total()
        days.update(part.days)
    return Outcome(counts[CLOSED_SUCCESS], counts[CLOSED_NO_SUCCESS], days)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which CTAs and accounts a report is about; None stands for all. `owners` are ids of people."""

    use_case: str | None = None
    owners: tuple[int, ...] | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """EBR coverage: accounts with an EBR held in the last twelve months, of all active accounts."""

    held: int
    accounts: int
