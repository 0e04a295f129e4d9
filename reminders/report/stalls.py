"""The stall radar: which open CTAs are slower than usual, and slower than what. Pure.

A CTA is slow when it has been open for longer than 80% (policy) of the successful ones of its use case and
motion took; with fewer than ten (policy) of those, of its motion; with fewer still, for more than the flat
days after which a CTA counts as idle. Used by the weekly summary, `/playbooks stalled` and Home.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reminders.report.spread import percentile
from storage.base.plurals import counted
from storage.cta.record import CLOSED_SUCCESS, MOTION_LABELS

if TYPE_CHECKING:
    from datetime import date

    from storage.base.policy import Policy
    from storage.report.tally import Cell, Tally


@dataclass(frozen=True, slots=True)
class Pace:
    """For how many days a CTA may be open before it is slower than usual, and `words` for what it is then."""

    days: int
    words: str

    def is_exceeded(self, opened_on: date, today: date) -> bool:
        """Whether a CTA opened on that day is slower than this."""
        return (today - opened_on).days > self.days


class Radar:
    """The usual pace of each motion and use case, from a tally of everything ever closed."""

    def __init__(self, ever: Tally, policy: Policy) -> None:
        self._policy = policy
        self._wins: dict[Cell | str, Counter[int]] = {}
        for part in ever.closed:
            if part.status == CLOSED_SUCCESS:
                for group in ((part.motion, part.use_case), part.motion):
                    self._wins.setdefault(group, Counter()).update(part.days)

    def pace(self, motion: str | None, use_case: str) -> Pace:
        """The pace for a CTA of this motion and use case."""
        share = self._policy.stall_percentile
        if motion is not None:
            for group, name in (((motion, use_case), use_case), (motion, MOTION_LABELS[motion])):
                wins = self._wins.get(group, Counter())
                days = percentile(wins, share)
                if days is not None and wins.total() >= self._policy.stall_minimum:
                    return Pace(days, f"slower than {share}% of {name} wins")
        flat = self._policy.cta_idle_days
        return Pace(flat, f"more than {counted(flat, 'day')}")
