"""The line that each area of the customer's life has in a report and in Monday's summary, in numbers.

A noun's `headline.py` has AREA and `said(db, policy, period)`, its numbers of a period. Areas that are off are not
asked, and one without anything to say has no line. Asked by storage/report; words are made in templates/blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from storage.base.nouns import handed_in
from storage.base.switches import area_on

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from sqlite3 import Connection

    from storage.base.policy import Policy

COUNT, CHANGE, SHARE, RATIO, POINTS = "count", "change", "share", "ratio", "points"
"""SHARE is of `n` things, so few of them are counted; RATIO is of what `n` accounts have, such as ARR or licences."""


class Said(NamedTuple):
    """One number: `what` it is in words, and of how many (`n`) a share or mean is."""

    what: str
    value: float | None
    n: int | None = None
    unit: str = COUNT

    @property
    def says_something(self) -> bool:
        """A count or change of 0 does not, nor does what is not known."""
        return bool(self.value) if self.unit in (COUNT, CHANGE) else self.value is not None


class Headline(NamedTuple):
    """An area's line."""

    area: str
    said: tuple[Said, ...]

    def records(self) -> Iterator[dict[str, Any]]:
        """Its numbers as scripts read them; nothing is rounded."""
        for one in self.said:
            figure = one.what.lower().replace(" ", "_")
            yield {"area": self.area, "figure": figure, "value": one.value, "n": one.n}


FIELDS = ("area", "figure", "value", "n")


@dataclass(frozen=True, slots=True)
class Period:
    """The days that are asked about, the last of them not after today.

    `is_running`: how things stand today belongs to it. `where` is a condition on `accounts` with its values, `whole`
    where that is all of them.
    """

    first: date
    last: date
    today: date
    is_running: bool
    where: str = "1 = 1"
    values: tuple[Any, ...] = ()
    whole: bool = True

    @property
    def days(self) -> tuple[str, str]:
        """Its first and last day, as the database has them."""
        return self.first.isoformat(), self.last.isoformat()


def headlines(db: Connection, policy: Policy, period: Period) -> tuple[Headline, ...]:
    """The lines of the areas that are on and have something to say, in the order of the nouns; one an area."""
    found: dict[str, list[Said]] = {}
    for noun in handed_in("storage", "headline"):
        if area_on(policy, noun.AREA):
            said = [one for one in noun.said(db, policy, period) if one.says_something]
            if said:
                found.setdefault(noun.AREA, []).extend(said)
    return tuple(Headline(area, tuple(said)) for area, said in found.items())
