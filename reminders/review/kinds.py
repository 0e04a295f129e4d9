"""The kinds of reminder of a manager's review, handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.engine.kinds import AskedRule, Kind, PeriodRule
from reminders.engine.rounds import MONTH, each
from reminders.review.rules import MANAGER_ROUND, REVIEW_ASK
from storage.base import people
from storage.home import team
from storage.review import day as behind
from storage.review import store
from templates.review import day as show

if TYPE_CHECKING:
    from datetime import date

    from reminders.engine.items import AsOf
    from reminders.engine.kinds import Reading


def _why(_as_of: AsOf) -> str:
    return "the month's review of your team"


def _holds(reading: Reading, manager_id: int | None, day: date) -> bool:
    manager = people.many(reading.db, [manager_id]).get(manager_id or 0)
    return manager is not None and store.of_team(reading.db, reading.as_of.policy, manager, day).left > 0


_KEYS = frozenset({"review", "teams"})
KINDS = (
    Kind(
        name=REVIEW_ASK,
        words="question of a review",
        label="Questions of my manager's review",
        place=90,
        area="review",
        rule=AskedRule(why_not=behind.why_not_asked),
        policy_keys=_KEYS,
        is_to_do=True,
        read=behind.questions,
        show=show.question_rows,
        whose=behind.asked_of,
    ),
    Kind(
        name=MANAGER_ROUND,
        words="call to the month's review",
        label="My team's review",
        place=91,
        area="review",
        rule=PeriodRule(
            people=team.managers,
            known_at=team.known_at,
            items=each(MONTH, MANAGER_ROUND, _why),
            holds=_holds,
            nothing="nothing to look at in the review",
            nobody="leads nobody any more",
            of_changed=lambda db, policy, _: team.managers(db, policy),
        ),
        policy_keys=_KEYS,
        read=behind.of_manager,
        show=show.round_rows,
    ),
)
