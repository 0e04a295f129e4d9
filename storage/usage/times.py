"""How long use cases take until they are adopted, from the first reported Enable CTA on (docs/domain.md, "Usage").

CTAs are read in SQL, by account and use case; what was merged counts with the account that it is now. Days are civil
days as ordinals. Called by `tally.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from storage.base.moments import civil_day, instant
from storage.usage import store
from storage.usage.adopted import intents
from storage.usage.first_days import first_days
from storage.usage.record import USE_CASE
from storage.usage.settings import UsageArea

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.base.policy import Policy

LEGS = ("Expand opened to won", "won to Enable opened", "Enable opened to finished", "finished to adopted")
_AT_ONCE = 5_000
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


class _Account(NamedTuple):
    """What decides whether an account counts: where it is now, and whether it has gone by the day."""

    root: int
    gone: bool
    counts: bool


def times(db: Connection, policy: Policy, first: date, day: date) -> dict[str, Took]:
    """By use case of the policy, as of a day: what was adopted from `first` on, and what is not adopted yet."""
    courses = _courses(db, policy, day)
    standing = _standing(db, policy, day)
    _add_adopted(db, policy, courses, standing)
    found = {use_case: Took() for use_case in policy.use_cases}
    begin, end = first.toordinal(), day.toordinal()
    for (account_id, use_case), one in _by_root(courses, standing).items():
        took, opened, adopted = found[use_case], one.enabled, one.adopted
        if opened is None or not standing[account_id].counts:
            continue
        if adopted is not None and adopted < opened:
            took.already += opened >= begin
        elif adopted is None or adopted > end:
            if one.alive and not standing[account_id].gone:
                took.ages.append(end - opened)
        elif adopted >= begin:
            took.days.append(adopted - opened)
            for leg, days in zip(took.legs, one.legs, strict=True):
                if days is not None:
                    leg.append(days)
    return found


def _courses(db: Connection, policy: Policy, day: date) -> dict[Place, Course]:
    """The steps up to a day, of all accounts with an Enable CTA by then."""
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
    return {
        (row[0], row[1]): Course(row[2], row[3], row[4], row[5], alive=row[6] > 0) for row in rows if row[1] in known
    }


def _standing(db: Connection, policy: Policy, day: date) -> Mapping[int, _Account]:
    """Each account as it stands on a day."""
    area, text = policy.settings(UsageArea), day.isoformat()
    away = {
        row[0]
        for row in db.execute(
            "SELECT account_id FROM account_returns WHERE undone_at IS NULL AND left_on <= ? AND back_on > ?",
            (text, text),
        )
    }
    rows = db.execute(
        "SELECT accounts.id, segment, archived_at, churned_on, why, into_id FROM accounts"
        " LEFT JOIN account_endings ON account_id = accounts.id"
    ).fetchall()
    into: dict[int, int] = {}
    found: dict[int, tuple[bool, bool]] = {}
    for account_id, segment, archived_at, churned_on, why, into_id in rows:
        archived = bool(archived_at) and civil_day(instant(archived_at), policy.timezone) <= day
        if archived and why == "merged" and into_id is not None:
            into[account_id] = into_id
        churned = churned_on is not None and churned_on <= text
        counts = area.covers(segment) and not (archived and why in ("duplicate", "never"))
        found[account_id] = (archived or churned or account_id in away, counts)
    return {one: _Account(_root(one, into), *said) for one, said in found.items()}


def _root(account_id: int, into: Mapping[int, int]) -> int:
    """Into which account one was merged in the end; itself for none, and in a circle."""
    seen = {account_id}
    now = account_id
    while (now := into.get(now, 0) if now in into else now) not in seen:
        seen.add(now)
    return now if now not in into else account_id


def _add_adopted(
    db: Connection, policy: Policy, courses: dict[Place, Course], standing: Mapping[int, _Account]
) -> None:
    """Since when each use case is green, or agreed with the customer."""
    wanted = {standing[account_id].root for account_id, _ in courses}
    ids = sorted(account_id for account_id, one in standing.items() if one.root in wanted)
    cases: dict[int, set[str]] = {root: set() for root in wanted}
    for account_id, use_case in courses:
        cases[standing[account_id].root].add(use_case)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        said, bought_for = store.agreed(db, some), intents(db, some)
        for account_id, days in first_days(db, policy, some).items():
            for use_case in cases[standing[account_id].root]:
                if (on := days.get(f"{USE_CASE}{use_case}")) is not None:
                    courses.setdefault((account_id, use_case), Course()).green = on.toordinal()
        for account_id, agreed in said.items():
            by_case = {one.use_case: one.adopted_on for one in agreed}
            for use_case in cases[standing[account_id].root]:
                if (since := agreed_on(use_case, by_case, bought_for.get(account_id, ()))) is not None:
                    courses.setdefault((account_id, use_case), Course()).agreed = since.toordinal()


def agreed_on(use_case: str, agreed: Mapping[str | None, date], intent: Sequence[str]) -> date | None:
    """Since when a use case is adopted as the customer agrees: said of it, or (None) of all that it bought for.

    Where nobody knows what that is, it is all.
    """
    if use_case in agreed:
        return agreed[use_case]
    return agreed.get(None) if not intent or use_case in intent else None


def _by_root(courses: Mapping[Place, Course], standing: Mapping[int, _Account]) -> dict[Place, Course]:
    """Each course with those of what was merged into its account."""
    found: dict[Place, Course] = {}
    for (account_id, use_case), one in courses.items():
        root = standing[account_id].root
        other = found.get((root, use_case))
        found[root, use_case] = one if other is None else _together(one, other)
    return found


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
    return min(_known(days), default=None)


def _known(days: Iterable[int | None]) -> Iterable[int]:
    return (day for day in days if day is not None)
