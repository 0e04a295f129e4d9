"""A quarter's report as a record. Pure.

Made by reminders/metrics.py, shown by the terminal's `report` and by templates/views.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storage.model.quarters import Quarter, Span
    from storage.model.tally import Coverage


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

    def as_data(self) -> dict[str, Any]:
        """The report as scripts read it; names of keys never change."""
        return {
            "quarter": self.quarter.name,
            "from": self.quarter.span.first.isoformat(),
            "to": self.quarter.span.last.isoformat(),
            "playbooks": [asdict(row) for row in self.playbooks],
            "reasons": [asdict(row) for row in self.reasons],
            "ebr_coverage": asdict(self.coverage),
        }
