"""An account's use on a day, and how it is judged (docs/domain.md, "Usage"). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from storage.base.moments import add_months

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

GREEN, YELLOW, RED = "green", "yellow", "red"
_WORST = (RED, YELLOW, GREEN)
_LICENCES = ((2, 6, 0.10, 0.50), (6, 9, 0.50, 0.75))
"""From which month to which one, and up to which utilisation licences are red and yellow; later red up to 75%."""
_LATE = 0.75
GREEN_SCORE, YELLOW_SCORE = 75, 50


@dataclass(frozen=True, slots=True)
class Figure:
    """The figure of an account and day: its instances' newest rows, summed; None is what is not known.

    `users` and `scores` are by use case; `named` are the use cases that a file names as used.
    """

    account_id: int
    day: date
    started_on: date | None
    instances: int
    tier: str | None
    bought: int | None
    licences_activated: int | None
    billable: int | None
    active: int | None
    users: Mapping[str, int | None]
    named: frozenset[str]
    scores: Mapping[str, float | None]

    @property
    def activated(self) -> int | None:
        """Licences in use; where no file says, the billable users."""
        return self.billable if self.licences_activated is None else self.licences_activated

    @property
    def utilisation(self) -> float | None:
        """Licences in use of those bought."""
        return share(self.activated, self.bought)

    @property
    def licence_colour(self) -> str | None:
        """The colour of the utilisation, by the months since the start."""
        return licence_colour(self.utilisation, months_since(self.started_on, self.day))

    @property
    def factor(self) -> float | None:
        """SMAU factor: users of all use cases in the active ones."""
        known = [users for users in self.users.values() if users is not None]
        return share(sum(known), self.active) if known else None

    @property
    def has_data(self) -> bool:
        """Whether anything is known of which use cases are used."""
        return bool(self.named) or any(users is not None for users in self.users.values())

    @property
    def used(self) -> frozenset[str]:
        """The use cases that are used: by somebody, or named so."""
        return self.named | {use_case for use_case, users in self.users.items() if users}

    def colour(self, use_case: str) -> str | None:
        """How mature a use case is."""
        return score_colour(self.scores.get(use_case))


def share(part: int | None, whole: int | None) -> float | None:
    """A part of a whole; None where either is not known, or the whole is nothing."""
    return part / whole if part is not None and whole else None


def score_colour(score: float | None) -> str | None:
    """The colour of a score."""
    if score is None:
        return None
    return GREEN if score >= GREEN_SCORE else YELLOW if score >= YELLOW_SCORE else RED


def months_since(started: date | None, day: date) -> int | None:
    """Whole months since the start; below 0 before it, None where that is not known."""
    if started is None:
        return None
    months = (day.year - started.year) * 12 + day.month - started.month
    return months if add_months(started, months) <= day else months - 1


def licence_colour(utilisation: float | None, months: int | None) -> str | None:
    """The colour of a utilisation after so many whole months; none in the first two."""
    if utilisation is None or months is None or months < _LICENCES[0][0]:
        return None
    for first, end, red, yellow in _LICENCES:
        if first <= months < end:
            is_red = utilisation < red if first == _LICENCES[0][0] else utilisation <= red
            return RED if is_red else YELLOW if utilisation <= yellow else GREEN
    return RED if utilisation <= _LATE else GREEN


def latest_start(day: date, months: int) -> date:
    """The last start after which so many whole months have passed on a day."""
    found = add_months(day, -months)
    while add_months(found + timedelta(days=1), months) <= day:
        found += timedelta(days=1)
    return found


def licence_colour_sql(day: date) -> str:
    """The same colour on one day in SQL, of columns `started_on`, `activated` and `licences_bought`."""
    used = "(activated * 1.0 / nullif(licences_bought, 0))"
    first, second = _LICENCES
    since = [latest_start(day, months).isoformat() for months in (first[0], second[0], second[1])]
    return (
        f"CASE WHEN {used} IS NULL OR started_on IS NULL OR started_on > '{since[0]}' THEN NULL"
        f" WHEN started_on > '{since[1]}' THEN CASE WHEN {used} < {first[2]} THEN 'red'"
        f" WHEN {used} <= {first[3]} THEN 'yellow' ELSE 'green' END"
        f" WHEN started_on > '{since[2]}' THEN CASE WHEN {used} <= {second[2]} THEN 'red'"
        f" WHEN {used} <= {second[3]} THEN 'yellow' ELSE 'green' END"
        f" WHEN {used} <= {_LATE} THEN 'red' ELSE 'green' END"
    )


def is_worse(now: str | None, before: str | None) -> bool:
    """Whether a colour is worse than the one before; one that is not known is not."""
    return now is not None and before is not None and _WORST.index(now) < _WORST.index(before)


def adopted(
    intent: Iterable[str], first_days: Mapping[str, date], agreed: Mapping[str, date]
) -> tuple[date, str] | None:
    """Since when an account is adopted, and how that is known: licences, and every use case that it bought for.

    `agreed` are use cases of which the customer says so; '' is all of it. None: not yet, or nobody knows what it
    bought for.
    """
    if "" in agreed:
        return agreed[""], "agreed"
    days = [first_days.get(LICENCES)]
    # what a person said beats what is worked out
    days += [agreed.get(use_case) or first_days.get(f"{USE_CASE}{use_case}") for use_case in intent]
    if len(days) == 1 or any(day is None for day in days):
        return None
    return max(day for day in days if day), "its usage"


FIRST_VALUE, LICENCES, USE_CASE = "first value", "licences", "use case "


@dataclass(frozen=True, slots=True)
class Agreed:
    """A use case (None: all) that is adopted, as the customer agrees."""

    id: int
    account_id: int
    use_case: str | None
    adopted_on: date
    agreed_with: str
