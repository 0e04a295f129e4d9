"""What a weekly summary says, as records. Pure.

Gathered by storage/report/digests.py, worked out by reminders/report/metrics.py, shown by templates/report.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from storage.base.headlines import Headline
    from storage.base.quarters import Quarter, Span
    from storage.ebr.coverage import SegmentCoverage
    from storage.report.record import CtaLine, DataAge, Decisions, EndedRenewal, RenewalAhead, Report
    from storage.report.tally import Coverage, Scope, Tally


@dataclass(frozen=True, slots=True)
class Circle:
    """Whose work a summary is about, as the policy's schedule names it; empty names stand for everybody."""

    team: str = ""
    region: str = ""
    manager: str = ""

    @property
    def words(self) -> str:
        """The circle for a title: `EMEA`, or nothing for everybody."""
        return " · ".join(name for name in (self.team, self.region, self.manager) if name)


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """All that a weekly summary is made from. `now` and `before` are the quarter to date and its counterpart.

    `ever` is everything closed at any time, by anybody: what is usual is not a matter of one team.
    """

    circle: Circle
    scope: Scope
    span: Span
    today: date
    quarter: Quarter
    week: Tally
    now: Tally
    before: Tally
    ever: Tally
    coverage: Coverage
    segments: tuple[SegmentCoverage, ...]
    open_ctas: tuple[CtaLine, ...]
    renewals: tuple[RenewalAhead, ...]
    ended: tuple[EndedRenewal, ...]
    by_person: tuple[tuple[str, int, int], ...]
    areas: tuple[Headline, ...]
    age: DataAge


@dataclass(frozen=True, slots=True)
class Counts:
    """A motion or use case in a week: counts only (docs/domain.md, "Reports")."""

    opened: int
    success: int
    no_success: int

    @property
    def completed(self) -> int:
        """Closed, whatever the outcome."""
        return self.success + self.no_success


@dataclass(frozen=True, slots=True)
class ToDate:
    """One motion in the quarter to date, over all use cases."""

    completed: int
    win_rate: float | None
    median_days: float | None


@dataclass(frozen=True, slots=True)
class Digest:
    """A weekly summary's numbers. `slow` are the open CTAs slower than usual, the longest open first."""

    circle: Circle
    span: Span
    expand: Counts
    enable: Counts
    use_cases: tuple[tuple[str, Counts], ...]
    reasons: tuple[tuple[str, int], ...]
    report: Report
    win_rate: tuple[ToDate, ToDate]
    enablement: tuple[ToDate, ToDate]
    longest_open: tuple[tuple[CtaLine, str], ...]
    slow: int
    renewals: int
    without_review: int
    decisions: Decisions
    by_person: tuple[tuple[str, int, int], ...]
    areas: tuple[Headline, ...]
    age: DataAge

    @property
    def is_quiet(self) -> bool:
        """Nothing was opened or closed in the week."""
        return not (self.expand.opened or self.enable.opened or self.expand.completed or self.enable.completed)
