"""How long use cases take until they are adopted, from the first reported Enable CTA on (docs/domain.md, "Usage").

CTAs are read in SQL, by account and use case; what was merged counts with the account that it is now. Days are civil
days as ordinals. Called by `tally.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from storage.account.endings import DUPLICATE, NEVER, STANDS, became
from storage.base.moments import civil_day, instant
from storage.usage import store
from storage.usage.adopted import intents
from storage.usage.record import USE_CASE
from storage.usage.settings import UsageArea

if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection

    from storage.base.policy import Policy

LEGS = ("Expand opened to won", "won to Enable opened", "Enable opened to finished", "finished to adopted")
FirstDays = Mapping[int, Mapping[str, date]]
"""By account the first usage days on which something was so."""
Place = tuple[int, str]
"""An account and a use case."""


@dataclass(slots=True)
class Course:
    """The first days of one use case of an account; `alive`: an Enable CTA is open, or finished."""

    explored: int | None = None
    won: int | None = None
    enabled: int | None = None
    finished: int | None = None
    alive: bool = False
    agreed: int | None = None
    green: int | None = None

    @property
    def adopted(self) -> int | None:
        """What the customer agreed beats what is worked out."""
        return self.green if self.agreed is None else self.agreed

    @property
    def legs(self) -> tuple[int | None, ...]:
        """Days from each of its steps to the next, of those that are known; below 0 where they came the other way."""
        steps = (self.explored, self.won, self.enabled, self.finished, self.adopted)
        return tuple(None if one is None or other is None else other - one for one, other in pairwise(steps))


@dataclass(slots=True)
class Took:
    """A use case in a period: days of those adopted in it, by leg too; apart who had it before, and who hasn't yet."""

    days: list[int] = field(default_factory=list)
    legs: tuple[list[int], ...] = field(default_factory=lambda: tuple([] for _ in LEGS))
    already: int = 0
    ages: list[int] = field(default_factory=list)

    @property
    def age(self) -> float | None:
        """The median age of those that are not adopted yet."""
        return float(median(self.ages)) if self.ages else None


def times(db: Connection, policy: Policy, first: date, day: date, days: FirstDays) -> dict[str, Took]:
    """By use case of the policy, as of a day: what was adopted from `first` on, and what is not adopted yet."""
    roots = became(db, policy.timezone, day)
    courses = _courses(db, policy, day, roots)
    _add_adopted(db, courses, roots, days)
    gone, uncounted = _apart(db, policy, day)
    found = {use_case: Took() for use_case in policy.use_cases}
    begin, end = first.toordinal(), day.toordinal()
    for (account_id, use_case), one in courses.items():
        if (opened := one.enabled) is None or account_id in uncounted:
            continue
        took, adopted = found[use_case], one.adopted
        if adopted is not None and adopted < opened:
            took.already += opened >= begin
        elif adopted is None or adopted > end:
            if one.alive and account_id not in gone:
                took.ages.append(end - opened)
        elif adopted >= begin:
            took.days.append(adopted - opened)
            for leg, passed in zip(took.legs, one.legs, strict=True):
                if passed is not None:
                    leg.append(passed)
    return found


def _courses(db: Connection, policy: Policy, day: date, roots: Mapping[int, int]) -> dict[Place, Course]:
    """The steps up to a day, of all accounts with CTAs by then; of what was merged with those of what it is now."""
    end = day.toordinal()
    rows = db.execute(
        "SELECT account_id, use_case, min(opened_day) FILTER (WHERE motion = 'expand'),"
        " min(closed_day) FILTER (WHERE motion = 'expand' AND status = 'closed_success' AND closed_day <= ?),"
        " min(opened_day) FILTER (WHERE motion = 'enable'),"
        " min(closed_day) FILTER (WHERE motion = 'enable' AND status = 'closed_success' AND closed_day <= ?),"
        " count(*) FILTER (WHERE motion = 'enable' AND (status <> 'closed_no_success' OR closed_day > ?))"
        " FROM ctas WHERE reported = 1 AND status <> 'withdrawn' AND opened_day <= ?"
        " GROUP BY account_id, use_case",
        (end, end, end, end),
    )
    known = set(policy.use_cases)
    found: dict[Place, Course] = {}
    for account_id, use_case, explored, won, enabled, finished, alive in rows:
        if use_case in known:
            one, place = Course(explored, won, enabled, finished, alive=alive > 0), (account_id, use_case)
            if account_id in roots:
                place = roots[account_id], use_case
            found[place] = _together(found[place], one) if place in found else one
    return found


def _apart(db: Connection, policy: Policy, day: date) -> tuple[set[int], set[int]]:
    """The accounts that were archived, churned or away on a day; and those that don't count."""
    area, text = policy.settings(UsageArea), day.isoformat()
    rows = db.execute(
        "SELECT id FROM accounts WHERE churned_on <= ? UNION ALL SELECT account_id FROM account_returns"
        " WHERE undone_at IS NULL AND left_on <= ? AND back_on > ?",
        (text, text, text),
    )
    gone, uncounted = {row[0] for row in rows}, set()
    rows = db.execute(
        "SELECT accounts.id, archived_at, why FROM accounts"
        f" LEFT JOIN account_endings ON {STANDS} WHERE archived_at IS NOT NULL"
    )
    for account_id, archived_at, why in rows:
        if civil_day(instant(archived_at), policy.timezone) <= day:
            gone.add(account_id)
            if why in (DUPLICATE, NEVER):
                uncounted.add(account_id)
    if area.segments:
        covers = cache(area.covers)
        rows = db.execute("SELECT id, segment FROM accounts")
        uncounted.update(account_id for account_id, segment in rows if not covers(segment))
    return gone, uncounted


def _add_adopted(db: Connection, courses: Mapping[Place, Course], roots: Mapping[int, int], days: FirstDays) -> None:
    """Since when each use case is green, or agreed with the customer; the first of all that is one account now."""
    said = {account_id: {one.use_case: one.adopted_on for one in of} for account_id, of in store.all_agreed(db).items()}
    bought_for, merged = intents(db, list(said)), dict[int, list[int]]()
    for account_id, root in roots.items():
        merged.setdefault(root, []).append(account_id)
    nothing: Mapping[str, date] = {}
    for (root, use_case), course in courses.items():
        for account_id in (root, *merged.get(root, ())):
            if (green := days.get(account_id, nothing).get(f"{USE_CASE}{use_case}")) is not None:
                course.green = _first(course.green, green.toordinal())
            if (agreed := said.get(account_id)) is not None:
                since = agreed_on(use_case, agreed, bought_for.get(account_id, ()))
                course.agreed = _first(course.agreed, since.toordinal() if since else None)


def agreed_on(use_case: str, agreed: Mapping[str | None, date], intent: Sequence[str]) -> date | None:
    """Since when a use case is adopted as the customer agrees: said of it, or (None) of all that it bought for.

    Where nobody knows what that is, it is all.
    """
    if use_case in agreed:
        return agreed[use_case]
    return agreed.get(None) if not intent or use_case in intent else None


def _together(one: Course, other: Course) -> Course:
    return Course(
        _first(one.explored, other.explored),
        _first(one.won, other.won),
        _first(one.enabled, other.enabled),
        _first(one.finished, other.finished),
        one.alive or other.alive,
        _first(one.agreed, other.agreed),
        _first(one.green, other.green),
    )


def _first(*days: int | None) -> int | None:
    return min((day for day in days if day is not None), default=None)
