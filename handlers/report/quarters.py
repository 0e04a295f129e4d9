"""Fiscal quarters as people write them: `FY27-Q1`, `2026Q4`, `Q4`, `last quarter`. Pure."""

from __future__ import annotations

import re
from datetime import MAXYEAR, MINYEAR
from typing import TYPE_CHECKING

from storage.base.errors import UserError
from storage.base.moments import day_said
from storage.base.quarters import Quarter, quarter_of

if TYPE_CHECKING:
    from datetime import date

_BETWEEN = r"[\s\-_/.,']*"
_YEAR = r"(?:fy|cy)?\s*'?(?P<year>\d{4}|\d{2})"
_QUARTER = r"(?:q|quarter\s*)(?P<number>[1-4])"
_NAMED = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_YEAR}{_BETWEEN}{_QUARTER}",
        rf"{_QUARTER}{_BETWEEN}(?:of\s+)?{_YEAR}",
        r"(?P<number>[1-4])q(?P<year>\d{4}|\d{2})",
    )
]
_ALONE = re.compile(_QUARTER, re.IGNORECASE)
_THIS = {"", "this", "this quarter", "current", "current quarter", "now", "quarter", "quarter to date", "qtd"}
_LAST = {"last", "last quarter", "previous", "previous quarter", "the last quarter"}


_NEXT = {"next", "next quarter", "the next quarter"}


def parse_quarter(text: str, today: date, start_month: int) -> Quarter:
    """The quarter that a name stands for; raises UserError for one that can't be read.

    A year is the fiscal year that ends in it, with `FY` or without; a bare `Q4` the latest that has begun.
    """
    words = " ".join(text.split())
    running = quarter_of(today, start_month)
    if words.casefold() in _THIS:
        return running
    if words.casefold() in _LAST:
        return running.previous
    if words.casefold() in _NEXT:
        return running.next
    if alone := _ALONE.fullmatch(words):
        number = int(alone["number"])
        return Quarter(running.year - (number > running.number), number, start_month)
    for pattern in _NAMED:
        if named := pattern.fullmatch(words):
            year = int(named["year"]) + (2000 if len(named["year"]) == 2 else 0)  # noqa: PLR2004 - `FY27`
            if MINYEAR + 1 < year < MAXYEAR:
                return Quarter(year, int(named["number"]), start_month)
    examples = f"{running.name}, FY{running.year % 100:02}-Q1 or last quarter"
    raise UserError(f"'{text}' is not a quarter.", f"Write it as {examples}.")


def refuse_future(quarter: Quarter, today: date) -> None:
    """Raise UserError for a quarter that has not begun: there is nothing to report of it, not a fall of 100%."""
    if quarter.span.first > today:
        raise UserError(
            f"{quarter.label} has not begun: its first day is {day_said(quarter.span.first, today)}.",
            "Take the running quarter or an earlier one.",
        )
