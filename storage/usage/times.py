"""How long use cases take until they are adopted, from the first reported Enable CTA on (docs/domain.md, "Usage").

CTAs are read in SQL, by account and use case; what was merged counts with the account that it is now. Days are civil
days as ordinals. Called by `tally.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from storage.account.endings import DUPLICATE, NEVER, STANDS, became
from storage.base.moments import civil_day, instant
from storage.usage import store
from storage.usage.adopted import intents
from storage.usage.record import USE_CASE
from storage.usage.settings import UsageArea

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
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


class _Account(NamedTuple):
    """What decides whether an account counts: where it is now, and whether it has gone by the day."""

    root: int
    gone: bool
    counts: bool


def times(db: Connection, policy: Policy, first: date, day: date, days: FirstDays) -> dict[str, Took]:
    """By use case of the policy, as of a day: what was adopted from `first` on, and what is not adopted yet."""
    courses = _courses(db, policy, day)
    standing = _standing(db, policy, day)
    _add_adopted(db, courses, standing, days)
    found = {use_case: Took() for use_case in policy.use_cases}
    begin, end = first.toordinal(), day.toordinal()
    for (account_id, use_case), one in _by_root(courses, standing).items():
        if (opened := one.enabled) is None or not standing[account_id].counts:
            continue
        took, adopted = found[use_case], one.adopted
        if adopted is not None and adopted < opened:
            took.already += opened >= begin
        elif adopted is None or adopted > end:
            if one.alive and not standing[account_id].gone:
                took.ages.append(end - opened)
        elif adopted >= begin:
            took.days.append(adopted - opened)
            for leg, passed in zip(took.legs, one.legs, strict=True):
                if passed is not None:
                    leg.append(passed)
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
        "SELECT accounts.id, segment, archived_at, churned_on, why FROM accounts"
        f" LEFT JOIN account_endings ON {STANDS} WHERE archived_at IS NOT NULL"
        " OR accounts.id IN (SELECT account_id FROM ctas WHERE reported = 1 AND status <> 'withdrawn')"
        " OR accounts.id IN (SELECT into_id FROM account_endings)"
    ).fetchall()
    roots = became(db, policy.timezone, day)
    found: dict[int, _Account] = {}
    for account_id, segment, archived_at, churned_on, why in rows:
        archived = bool(archived_at) and civil_day(instant(archived_at), policy.timezone) <= day
        churned = churned_on is not None and churned_on <= text
        counts = area.covers(segment) and not (archived and why in (DUPLICATE, NEVER))
        root = roots.get(account_id, account_id)
        found[account_id] = _Account(root, archived or churned or account_id in away, counts)
    return found


def _add_adopted(
    db: Connection, courses: dict[Place, Course], standing: Mapping[int, _Account], days: FirstDays
) -> None:
    """Since when each use case is green, or agreed with the customer."""
    cases: dict[int, set[str]] = {}
    for account_id, use_case in courses:
        cases.setdefault(standing[account_id].root, set()).add(use_case)
    said = store.all_agreed(db)
    bought_for = intents(db, list(said))
    nothing: Mapping[str, date] = {}
    for account_id, one in standing.items():
        of, agreed = days.get(account_id, nothing), said.get(account_id, ())
        for use_case in cases.get(one.root, ()) if of or agreed else ():
            green = of.get(f"{USE_CASE}{use_case}")
            since = None
            if agreed:
                by_case = {each.use_case: each.adopted_on for each in agreed}
                since = agreed_on(use_case, by_case, bought_for.get(account_id, ()))
            if green is not None or since is not None:
                course = courses.setdefault((account_id, use_case), Course())
                course.green = green.toordinal() if green else None
                course.agreed = since.toordinal() if since else None


def agreed_on(use_case: str, agreed: Mapping[str | None, date], intent: Sequence[str]) -> date | None:
    """Since when a use case is adopted as the customer agrees: said of it, or (None) of all that it bought for.

    Where nobody knows what that is, it is all.
    """
    if use_case in agreed:
        return agreed[use_case]
    return agreed.get(None) if not intent or use_case in intent else None


def _by_root(courses: Mapping[Place, Course], standing: Mapping[int, _Account]) -> dict[Place, Course]:
    """Each course with those of what was merged into its account."""
    if all(one.root == account_id for account_id, one in standing.items()):
        return dict(courses)
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
