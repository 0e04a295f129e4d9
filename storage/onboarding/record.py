"""The milestones of onboarding: their targets, how late they are, and figures of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import mean, median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from storage.base.policy import Policy
    from storage.success.record import Life

LABELS = {
    "engaged": "Engaged",
    "first_value": "First value",
    "onboarded": "Onboarded",
    "infrastructure_ready": "Infrastructure ready",
    "outcome_achieved": "Outcome achieved",
}
TARGETS = {"engaged": "engage_days", "first_value": "first_value_days", "onboarded": "onboard_days"}
"""The milestones that have a target, in their order, and the key of `[segments.x]` that says its days."""
REASONS = {
    "unresponsive": "unresponsive",
    "priority": "other priorities",
    "infrastructure": "infrastructure",
    "capacity": "capacity",
    "product": "product",
    "services": "services",
    "other": "other",
}


@dataclass(frozen=True, slots=True)
class Delay:
    """Why a milestone comes later: caused by `us` or the `customer`, and the day by which it is expected."""

    milestone: str
    expected_on: date
    caused_by: str
    reason: str
    line: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How one milestone of an account stands; `target_on` None where there is none."""

    milestone: str
    reached_on: date | None
    source: str
    target_on: date | None
    days: int | None
    delay: Delay | None

    def late(self, today: date) -> bool:
        """Not reached, and its target day has passed."""
        return self.reached_on is None and self.target_on is not None and self.target_on < today

    def counts_from(self) -> date | None:
        """The day from which nudges count: the expected one, else the target."""
        return self.delay.expected_on if self.delay else self.target_on


def standings(life: Life, segment: str | None, delays: Mapping[str, Delay], policy: Policy) -> dict[str, Standing]:
    """How all milestones stand, by name, in their order."""
    return {name: _standing(name, life, segment, delays.get(name), policy) for name in LABELS}


def _standing(name: str, life: Life, segment: str | None, delay: Delay | None, policy: Policy) -> Standing:
    started, reached = life.started_on, life.reached(name)
    wanted = policy.target_days(segment, TARGETS[name]) if name in TARGETS else None
    target = started + timedelta(days=wanted) if started and wanted else None
    days = max(0, (reached - started).days) if started and reached else None
    return Standing(name, reached, life.source(name), target, days, delay)


@dataclass(frozen=True, slots=True)
class Figure:
    """One milestone of a segment in a quarter: days of those reached in it, and the share on time of those due."""

    segment: str | None
    milestone: str
    n: int
    median_days: float | None
    mean_days: float | None
    target_days: int | None
    on_time: float | None
    due: int


def figures(
    accounts: Iterable[tuple[str | None, Mapping[str, Standing]]], first: date, last: date, today: date, policy: Policy
) -> list[Figure]:
    """The figures of a period: days by the milestone's date in it; on time of those whose target day lies in it.

    A target day counts once it lies before today. What was never reached is in no median, and not on time.
    """
    days: dict[tuple[str, str], list[int]] = {}
    due: dict[tuple[str, str], list[bool]] = {}
    for segment, found in accounts:
        for name, one in found.items():
            key = (segment or "", name)
            if one.reached_on is not None and one.days is not None and first <= one.reached_on <= last:
                days.setdefault(key, []).append(one.days)
            if one.target_on is not None and first <= one.target_on <= last and one.target_on < today:
                due.setdefault(key, []).append(one.reached_on is not None and one.reached_on <= one.target_on)
    order = list(LABELS)
    keys = sorted(days.keys() | due.keys(), key=lambda key: (key[0], order.index(key[1])))
    return [_figure(key, days.get(key, ()), due.get(key, ()), policy) for key in keys]


def _figure(key: tuple[str, str], days: Sequence[int], due: Sequence[bool], policy: Policy) -> Figure:
    segment, name = key[0] or None, key[1]
    return Figure(
        segment=segment,
        milestone=name,
        n=len(days),
        median_days=float(median(days)) if days else None,
        mean_days=mean(days) if days else None,
        target_days=policy.target_days(segment, TARGETS[name]) if name in TARGETS else None,
        on_time=sum(due) / len(due) if due else None,
        due=len(due),
    )
