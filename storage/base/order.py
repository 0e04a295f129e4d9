"""What comes first: the order of all that is due, the same wherever it stands (docs/domain.md, "Order"). Pure.

Each noun says the place of its things (`storage/<noun>/place.py`); messages, Home, lists and packets ask `in_order`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable
    from datetime import date

Thing = TypeVar("Thing")

BURNING, DUE, UNDER_WAY, REVIEWS, EBRS, REST, PASSED = range(1, 8)
"""The groups: lapsed and burning renewals; high-priority CTAs overdue, what is due today or soon, and deferred CTAs
back; "held?", scheduled for today, in signature past its day; renewal reviews; EBRs; all else; and last of all the one
item for dates that passed long ago."""


class Place(NamedTuple):
    """Where a thing stands. `days` are left until it is due, negative once it was; None: without a day.

    Things of one `account_id` stand together where the first of them stands; None for what is about no account.
    """

    group: int
    days: int | None
    arr_cents: int | None = None
    name: str = ""
    account_id: int | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        """Group 1 by ARR from high to low, then days; the others by days, then ARR; unknown last; then name."""
        arr = (self.arr_cents is None, -(self.arr_cents or 0))
        days = (self.days is None, self.days or 0)
        return self.group, *((arr, days) if self.group == BURNING else (days, arr)), self.name.casefold()


def days_left(day: date | None, today: date) -> int | None:
    """Days from today to a day, negative for one that has passed; None without a day."""
    return None if day is None else (day - today).days


def in_order(things: Iterable[Thing], place_of: Callable[[Thing], Place]) -> list[Thing]:
    """The things, what comes first on top, those of one account together; what stands at one place stays as it was."""
    placed = sorted(((place_of(thing), thing) for thing in things), key=lambda one: one[0].key)
    together: dict[Hashable, list[Thing]] = {}
    for number, (place, thing) in enumerate(placed):
        of_account = (place.account_id,) if place.account_id is not None else (None, number)
        together.setdefault(of_account, []).append(thing)
    return [thing for of_account in together.values() for thing in of_account]
