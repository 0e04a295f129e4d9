"""EBR coverage of segments that have a target of their own (`ebr_coverage_target`).

Read by `/ebr coverage`, reports and weekly summaries; the figure over all stands in lists.py and in the reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storage.account.lists import ACTIVE, had_ebr

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.base.policy import Policy


@dataclass(frozen=True, slots=True)
class SegmentCoverage:
    """A segment, as the policy writes it in lower case, its accounts with an EBR in the last twelve months, and all."""

    segment: str
    held: int
    accounts: int
    target: float

    @property
    def reached(self) -> bool:
        """Whether it has what it aims at; a segment without accounts lacks nothing."""
        return self.held >= self.target * self.accounts


def by_segment(
    db: Connection, policy: Policy, today: date, condition: str = "1 = 1", values: Sequence[Any] = ()
) -> tuple[SegmentCoverage, ...]:
    """The segments of the policy's table in its order; a condition on `accounts` narrows the accounts."""
    own = policy.coverage_targets
    if not own:
        return ()
    had_one, days = had_ebr(today)
    rows = db.execute(
        f"SELECT segment, count(*) FILTER (WHERE {had_one}), count(*) FROM accounts"
        f" WHERE {ACTIVE} AND segment IS NOT NULL AND {condition} GROUP BY segment",
        (*days, *values),
    )
    counts: dict[str, tuple[int, int]] = dict.fromkeys(own, (0, 0))
    for segment, held, accounts in rows:
        if (so_far := counts.get(segment.casefold())) is not None:
            counts[segment.casefold()] = (so_far[0] + held, so_far[1] + accounts)
    return tuple(SegmentCoverage(segment, *count, own[segment]) for segment, count in counts.items())
