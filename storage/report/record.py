"""A quarter's report as a record. Pure.

Made by reminders/report/metrics.py, shown by the terminal's `report` and by templates/views.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date, datetime

    from storage.base.headlines import Headline
    from storage.base.outside import Source
    from storage.base.quarters import Quarter, Span
    from storage.ebr.coverage import SegmentCoverage
    from storage.report.tally import Coverage
    from storage.source.record import SourceState


@dataclass(frozen=True, slots=True)
class PlaybookRow:
    """One motion and use case in a quarter, beside the quarter before; field names are those of the JSON."""

    use_case: str
    motion: str
    opened: int
    success: int
    no_success: int
    win_rate: float | None
    median_days: float | None
    mean_days: float | None
    previous_completed: int
    qoq: float | None
    previous_win_rate: float | None
    previous_median_days: float | None

    @property
    def completed(self) -> int:
        """Closed, whatever the outcome."""
        return self.success + self.no_success


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """How often one reason was given for no success, per motion and use case."""

    motion: str
    use_case: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Report:
    """A quarter's numbers, nothing rounded. `compared` are the days of the quarter before beside them."""

    quarter: Quarter
    compared: Span
    is_running: bool
    playbooks: tuple[PlaybookRow, ...]
    reasons: tuple[ReasonRow, ...]
    coverage: Coverage
    segments: tuple[SegmentCoverage, ...] = ()
    areas: tuple[Headline, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """The report as scripts read it; names of keys never change.

        Segments are in it that have a target, areas that are on and have something to say.
        """
        found = {
            "quarter": self.quarter.name,
            "from": self.quarter.span.first.isoformat(),
            "to": self.quarter.span.last.isoformat(),
            "playbooks": [asdict(row) for row in self.playbooks],
            "reasons": [asdict(row) for row in self.reasons],
            "ebr_coverage": asdict(self.coverage),
        }
        if self.segments:
            found["ebr_coverage_by_segment"] = [asdict(part) for part in self.segments]
        if self.areas:
            found["areas"] = [record for area in self.areas for record in area.records()]
        return found


@dataclass(frozen=True, slots=True)
class CtaLine:
    """A CTA as a list behind a number shows it."""

    id: int
    account: str
    playbook: str
    motion: str | None
    use_case: str
    status: str
    opened_on: date
    closed_on: date | None
    due_on: date | None
    reason: str | None
    detail: str | None
    revisit_on: date | None
    owner: str | None
    owner_slack_id: str | None
    owner_email: str | None


@dataclass(frozen=True, slots=True)
class RenewalAhead:
    """An active account that renews within the monthly plan's months, and what is known of its reviews.

    `held` are the months before the renewal whose review was held, `scheduled` those with a day.
    `decision_on` is the renewal day, or the day by which notice must be given.
    """

    account_id: int
    account: str
    renewal_on: date
    arr_cents: int | None
    currency: str
    outlook: str | None
    csm_id: int | None
    csm: str | None
    csm_slack_id: str | None
    held: frozenset[int]
    scheduled: frozenset[int]
    decision_on: date

    @property
    def without_review(self) -> bool:
        """No review of this renewal is scheduled or held."""
        return not self.held and not self.scheduled


@dataclass(frozen=True, slots=True)
class WithoutEbr:
    """An active account without an EBR in the last twelve months; `last_on` is an older one."""

    account_id: int
    account: str
    last_on: date | None
    csm: str | None
    csm_slack_id: str | None


@dataclass(frozen=True, slots=True)
class DataAge:
    """How old the data is: the last import (None: there was none), conflicts to be decided, and the sources."""

    imported_at: datetime | None
    conflicts: int
    sources: tuple[tuple[Source, SourceState], ...] = ()


LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class EndedRenewal:
    """A renewal that was decided (`renewed`, `churned`), or `lapsed`; `before_cents` is the ARR that was up in it.

    `now_cents`: the new ARR, None where it is unknown. `decided_on`: the civil day on which that was recorded.
    """

    account_id: int
    account: str
    csm_id: int | None
    csm: str | None
    csm_slack_id: str | None
    outcome: str
    renewal_on: date | None
    next_on: date | None
    currency: str
    before_cents: int | None
    now_cents: int | None
    reason: str | None
    line: str | None
    decided_on: date | None


Amounts = tuple[tuple[str, int], ...]
"""ARR in cents by currency."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """Renewals decided in a span, and those lapsed as of its last look. ARR: the new one, the lost one, the lapsed one.

    `more` and `less` are those renewed of which both ARRs are known; `reasons` why those churned that have one.
    """

    renewed: int
    more: int
    less: int
    churned: int
    reasons: tuple[tuple[str, int], ...]
    lapsed: int
    renewed_arr: Amounts
    churned_arr: Amounts
    lapsed_arr: Amounts

    @property
    def decided(self) -> int:
        """Renewed or churned."""
        return self.renewed + self.churned


@dataclass(frozen=True, slots=True)
class Compliance:
    """Renewal reviews of one team's renewals ahead; `held` counts them by months before the renewal.

    `arr_cents` is by currency; `outlooks` counts what was said of the renewals, None for nothing yet. `decisions`: what
    became of those of the quarter.
    """

    team: str
    renewals: int
    arr_cents: tuple[tuple[str, int], ...]
    held: tuple[tuple[int, int], ...]
    without_review: int
    outlooks: tuple[tuple[str | None, int], ...]
    decisions: Decisions
