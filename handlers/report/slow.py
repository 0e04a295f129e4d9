"""Which open CTAs are slower than usual: one of the lists of `/cta`, and a count on Home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.report.stalls import Radar
from storage.cta import lists as cta_lists
from storage.report import digests
from storage.report import store as reports

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.cta.lists import Which


def slow_ids(db: Connection, policy: Policy, person: Person, which: Which, today: date) -> tuple[int, ...]:
    """The open CTAs of a list that are slower than usual: counted by Home, listed by [Slower than usual]."""
    radar = Radar(reports.tally(db, digests.EVER), policy)
    found = cta_lists.open_since(db, policy, person, which, today)
    return tuple(i for i, motion, use_case, since in found if radar.pace(motion, use_case).is_exceeded(since, today))
