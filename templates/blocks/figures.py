"""Numbers as people read them, rounded here and nowhere else. Used by the views and by the terminal."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

NONE = "n/a"
NOTHING = frozenset({"", "-", "0", "0.00", NONE, f"{NONE} (0)", f"{NONE} ({NONE})"})
"""Cells that say nothing: a column of these alone is left out."""
_TO = "\N{EN DASH}"


def percent(fraction: float | None) -> str:
    """`43%`; n/a for none. What is neither all nor none does not round to 100% or 0%."""
    if fraction is None:
        return NONE
    rounded = half_up(Decimal(str(fraction)) * 100)
    if 0 < fraction < 1:
        rounded = min(max(rounded, 1), 99)
    return f"{rounded}%"


def percent_above(fraction: float | None) -> str:
    """The same where more than all is possible: `104%`."""
    return percent(fraction) if fraction is None or fraction <= 1 else f"{half_up(Decimal(str(fraction)) * 100)}%"


def change(fraction: float | None) -> str:
    """`+12%`, `−5%`, `±0%`; n/a for none."""
    if fraction is None:
        return NONE
    rounded = half_up(Decimal(str(fraction)) * 100)
    return f"{rounded:+}%".replace("-", "−") if rounded else "±0%"


def qoq(fraction: float | None, before: int, minimum: int) -> str:
    """`+12% (25)`, in brackets the quarter before; below `minimum` there the count alone: `(3)`."""
    if 0 < before < minimum:
        return f"({before:,})"
    return f"{change(fraction)} ({before:,})"


def win_rate(rate: float | None, completed: int, minimum: int) -> str:
    """`43%`; the count, `2 of 3`, while fewer than `minimum` were closed; n/a for none."""
    if rate is None:
        return NONE
    return percent(rate) if completed >= minimum else f"{half_up(Decimal(str(rate)) * completed)} of {completed}"


def days(value: float | None) -> str:
    """`34`, `34.5`: days to one decimal place; n/a for none."""
    return NONE if value is None else tenths(value)


def tenths(value: float) -> str:
    """`1.2`, `34`: to one decimal place."""
    return str(Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)).removesuffix(".0")


def cell(value: object) -> str:
    """What stands in a table for people: `0.857`, `34`; nothing for none. Data for scripts is not rounded."""
    if type(value) is not float:  # an amount writes itself
        return "" if value is None else str(value)
    return f"{Decimal(str(value)).quantize(Decimal('0.001'), ROUND_HALF_UP).normalize() + 0:f}"


def whole(value: float) -> int:
    """A whole number, of one that was reckoned in parts."""
    return half_up(Decimal(str(value)))


def half_up(value: Decimal) -> int:
    """A whole number, as people round: 62.5 is 63."""
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def day_span(first: date, last: date, *, year: bool = False) -> str:
    """`23-29 November`, `30 November - 6 December`, with en dashes; with `year` the year behind it."""
    after = f" {last.year}" if year else ""
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}{_TO}{last.day} {last:%B}{after}"
    before = f" {first.year}" if year and first.year != last.year else ""
    return f"{first.day} {first:%B}{before} {_TO} {last.day} {last:%B}{after}"
