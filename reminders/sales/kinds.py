"""The kinds of reminder of the sales side, handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.account.rounds import month_round, whose_round
from reminders.engine.kinds import Kind
from storage.base import people
from storage.sales import store
from storage.sales.record import AREA, Round
from storage.sales.settings import SalesArea
from templates.sales import day as show

if TYPE_CHECKING:
    from storage.base.day import Behind
    from storage.base.outbox_row import OutboxRow

TEAM_MEETING = "team_meeting"


def _read(behind: Behind, row: OutboxRow) -> Round:
    db, policy = behind.db, behind.policy
    whose = whose_round(row)
    found = store.up(db, policy, whose, behind.today)
    weeks = policy.settings(SalesArea).meeting_weeks
    return Round(whose.scope, tuple(found), people.many(db, store.with_people(found)), weeks)


KINDS = (
    Kind(
        name=TEAM_MEETING,
        words="round of account team meetings",
        label="Account team meetings",
        place=92,
        area=AREA,
        rule=month_round(
            TEAM_MEETING,
            "the month's meetings of your account teams",
            store.up,
            nothing="nothing to schedule: no meeting of an account team is up",
            nobody="no active accounts",
        ),
        policy_keys=frozenset({"sales"}),
        read=_read,
        show=show.round_rows,
    ),
)
