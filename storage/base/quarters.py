"""The fiscal calendar: quarters of a year that starts in the policy's `fiscal_year_start_month`. Pure.

A fiscal year is named after the calendar year in which it *ends*: with a start in February, 2026Q4 runs from
November 2025 to January 2026; with a start in January it is the calendar's (docs/domain.md, "Words").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

MONTHS: Final = 3
"""Months in a quarter."""


@dataclass(frozen=True, slots=True)
class Span:
    """Civil days from `first` to `last`, both included; empty where `last` comes before `first`."""

    first: date
    last: date

    def __contains__(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Quarter:
    """Quarter `number` (1 to 4) of the fiscal year that ends in `year`."""

    year: int
    number: int
    start_month: int = 1

    @property
    def name(self) -> str:
        """The one name that data and scripts see: `2026Q4`."""
        return f"{self.year}Q{self.number}"

    @property
    def label(self) -> str:
        """The name for people: `FY26-Q4` where the fiscal year is not the calendar's."""
        return self.name if self.start_month == 1 else f"FY{self.year % 100:02}-Q{self.number}"

    @property
    def span(self) -> Span:
        """The quarter's days."""
        return Span(self.first_day, self.next.first_day - timedelta(days=1))

    @property
    def first_day(self) -> date:
        """The first day of the quarter's first month."""
        months = self.year * 12 + self.start_month - 1 + MONTHS * (self.number - 1)
        if self.start_month > 1:
            months -= 12
        return date(months // 12, months % 12 + 1, 1)

    @property
    def next(self) -> Quarter:
        """The quarter after this one."""
        return self._moved(1)

    @property
    def previous(self) -> Quarter:
        """The quarter before this one."""
        return self._moved(-1)

    def is_running(self, today: date) -> bool:
        """Whether today is one of the quarter's days, the last one included."""
        return today in self.span

    def compared_with(self, today: date) -> Span:
        """The days of the quarter before to compare with.

        While this quarter is running they are as many as have begun of it, at most the whole quarter before.
        """
        before = self.previous.span
        if not self.is_running(today):
            return before
        return Span(before.first, min(before.last, before.first + (today - self.first_day)))

    def _moved(self, by: int) -> Quarter:
        index = self.year * 4 + self.number - 1 + by
        return Quarter(index // 4, index % 4 + 1, self.start_month)


def quarter_of(day: date, start_month: int) -> Quarter:
    """The fiscal quarter in which a day falls."""
    year = day.year + (start_month > 1 and day.month >= start_month)
    return Quarter(year, (day.month - start_month) % 12 // MONTHS + 1, start_month)
