"""The month's round of late calls, handed in: off inside its area until `nudge` asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.account.rounds import month_round, whose_round
from reminders.engine.kinds import Kind
from storage.call import store
from storage.call.record import CallRound
from storage.call.settings import CallArea
from templates.call import day as show

if TYPE_CHECKING:
    from storage.base.day import Behind
    from storage.base.outbox_row import OutboxRow

CALL_ROUND = "call_round"


def _read(behind: Behind, row: OutboxRow) -> CallRound:
    whose = whose_round(row)
    return CallRound(whose.scope, tuple(store.late(behind.db, behind.policy, whose, behind.today)))


KINDS = (
    Kind(
        name=CALL_ROUND,
        words="round of late calls",
        label="Calls that are late",
        place=71,
        area="calls",
        rule=month_round(
            CALL_ROUND,
            "accounts that nobody has talked to for too long",
            store.late,
            nothing="nothing to catch up on: no call is late",
            nobody="no active accounts, or no round is wanted",
            wanted=lambda policy: policy.settings(CallArea).nudge,
        ),
        policy_keys=frozenset({"calls"}),
        read=_read,
        show=show.round_rows,
    ),
)
