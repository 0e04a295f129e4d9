"""Numbers with their nouns, in the one place that makes plurals. Used wherever something is counted."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """`1 renewal`, `12 renewals`, `1,200 renewals`; `many` where an s does not make it: `2 people`."""
    return f"{number:,} {form_for(number, one, many)}"


def form_for(number: int, one: str, many: str = "") -> str:
    """The word alone, where the number stands elsewhere: `account`, `accounts`; `needs`, `need`."""
    return one if number == 1 else many or f"{one}s"


_SPELT = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def spelt(number: int) -> str:
    """Small numbers as people say them: `five`, `no`; figures above twelve."""
    return _SPELT[number] if 0 <= number < len(_SPELT) else str(number)


def spelt_months(months: int) -> str:
    """`five months`, `one month`."""
    return f"{spelt(months)} {form_for(months, 'month')}"
