"""The month's round through healths that were not said for long, handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.account.rounds import month_round, whose_round
from reminders.engine.kinds import Kind
from storage.health import store
from storage.health.record import Round
from templates.health import day as show

if TYPE_CHECKING:
    from storage.base.day import Behind
    from storage.base.outbox_row import OutboxRow

HEALTH_ROUND = "health_round"


def _read(behind: Behind, row: OutboxRow) -> Round:
    whose = whose_round(row)
    return Round(whose.scope, tuple(store.asked_for(behind.db, behind.policy, whose, behind.today)))


KINDS = (
    Kind(
        name=HEALTH_ROUND,
        words="round through health",
        label="Health to say again",
        place=70,
        area="health",
        rule=month_round(
            HEALTH_ROUND,
            "the month's round through the health of your accounts",
            store.asked_for,
            nothing="nothing to say again of any health",
            nobody="no active accounts",
        ),
        policy_keys=frozenset({"health"}),
        read=_read,
        show=show.round_rows,
    ),
)
