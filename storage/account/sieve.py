"""How a list of accounts is sorted and narrowed by who looks at it: SQL for `lists.py`, values for buttons. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from storage.base.dialect import lowered

if TYPE_CHECKING:
    from datetime import date

SORTS = {"name": "name", "arr": "ARR", "days": "days left", "health": "health", "segment": "segment"}
"""What a list can be sorted by, in words."""
HEALTHS = ("red", "yellow", "green")
SPANS = (30, 90, 180)
"""Days within which a renewal day may have to lie."""
_BY_NAME = "accounts.name_key, accounts.id"
_ORDERS = {
    "name": "",
    "arr": "accounts.arr_cents IS NULL, accounts.arr_cents DESC, ",
    "days": "accounts.renewal_on IS NULL, accounts.renewal_on, ",
    "health": "CASE accounts.health WHEN 'red' THEN 0 WHEN 'yellow' THEN 1 WHEN 'green' THEN 2 ELSE 3 END, ",
    "segment": "accounts.segment IS NULL, lower(accounts.segment), ",
}


@dataclass(frozen=True, slots=True)
class Sieve:
    """`sort` is one of SORTS, '' for the list's own order; `only` a health, `90` days, or `=segment`; '' for all."""

    sort: str = ""
    only: str = ""

    @property
    def value(self) -> str:
        """As a button carries it; '' for a list as it is."""
        return f"{self.sort}+{self.only}" if self.sort or self.only else ""

    @property
    def order(self) -> str:
        """The SQL order of `accounts`; '' for the list's own."""
        return f"{_ORDERS[self.sort]}{_BY_NAME}" if self.sort else ""

    def condition(self, today: date) -> tuple[str, tuple[str, ...]]:
        """The SQL condition on `accounts` and its values."""
        if self.only.startswith("="):
            return "lower(accounts.segment) = ?", (lowered(self.only[1:]),)
        if self.only in HEALTHS:
            return "accounts.health = ?", (self.only,)
        if self.only:
            last = today + timedelta(days=int(self.only))
            return "accounts.renewal_on BETWEEN ? AND ?", (today.isoformat(), last.isoformat())
        return "1 = 1", ()


AS_IT_IS = Sieve()


def read_sieve(value: str) -> Sieve:
    """What a button carries; a list as it is where that says nothing."""
    sort, _, only = value.partition("+")
    known = only in HEALTHS or only in map(str, SPANS) or (only.startswith("=") and len(only) > 1)
    return Sieve(sort if sort in SORTS else "", only if known else "")
