"""The kind of a manager's week, handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.engine.kinds import Kind, PeriodRule
from reminders.home.rules import MANAGER_WEEK, week_holds, weeks
from storage.base import people
from storage.base.reminder import NOTHING_THIS_WEEK
from storage.home import team
from templates.home import team as show

if TYPE_CHECKING:
    from storage.base.day import Behind
    from storage.base.outbox_row import OutboxRow
    from storage.home.record import TeamWeek


def _read(behind: Behind, row: OutboxRow) -> TeamWeek:
    """Whose week it is, whoever gets it instead."""
    owner_id = row.owner_id
    owner = people.many(behind.db, [owner_id]).get(owner_id or 0)
    led = team.led_by(behind.db, behind.policy, owner) if owner else []
    return team.week(behind.db, behind.policy, led, behind.today)


KINDS = (
    Kind(
        name=MANAGER_WEEK,
        words="manager's week",
        label="My team's week",
        place=45,
        rule=PeriodRule(
            people=team.managers,
            known_at=team.known_at,
            items=weeks,
            holds=week_holds,
            nothing=NOTHING_THIS_WEEK,
            nobody="leads nobody any more",
            of_changed=lambda db, policy, _: team.managers(db, policy),
        ),
        policy_keys=frozenset({"teams"}),
        read=_read,
        show=show.week_rows,
    ),
)
