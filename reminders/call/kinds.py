"""The month's round of late calls, handed in: off inside its area until `nudge` asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.engine.kinds import Kind, PeriodRule
from reminders.engine.rounds import MONTH, each
from storage.account import facts
from storage.account.lists import CSM, Whose
from storage.base.keys import destination_of
from storage.call import store
from storage.call.record import CallRound
from storage.call.settings import CallArea
from templates.call import day as show

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from sqlite3 import Connection

    from reminders.engine.items import AsOf
    from reminders.engine.kinds import Reading
    from storage.base.day import Behind
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy

CALL_ROUND = "call_round"
NOTHING = "nothing to catch up on: no call is late"


def _why(_as_of: AsOf) -> str:
    return "accounts that nobody has talked to for too long"


def _people(db: Connection, policy: Policy) -> Sequence[int | None]:
    if not policy.settings(CallArea).nudge:
        return []
    return [csm_id for csm_id in facts.csm_ids(db) if csm_id is not None]


def _known_at(db: Connection, policy: Policy, csm_id: int | None) -> datetime | None:
    wanted = csm_id is not None and policy.settings(CallArea).nudge
    return facts.csm_known_at(db, csm_id) if wanted else None


def _of(csm_id: int) -> Whose:
    return Whose(f"{CSM}{csm_id}", (csm_id,))


def _holds(reading: Reading, csm_id: int | None, day: date) -> bool:
    return csm_id is not None and bool(store.late(reading.db, reading.as_of.policy, _of(csm_id), day))


def _read(behind: Behind, row: OutboxRow) -> CallRound:
    """Whose round it is, whoever gets it instead."""
    owner_id = destination_of(str(row.payload.get("owner", row.destination))).person_id or 0
    whose = _of(owner_id)
    return CallRound(whose.scope, tuple(store.late(behind.db, behind.policy, whose, behind.today)))


KINDS = (
    Kind(
        name=CALL_ROUND,
        words="round of late calls",
        label="Calls that are late",
        place=71,
        area="calls",
        rule=PeriodRule(
            people=_people,
            known_at=_known_at,
            items=each(MONTH, CALL_ROUND, _why),
            holds=_holds,
            nothing=NOTHING,
            nobody="no active accounts, or no round is wanted",
        ),
        policy_keys=frozenset({"calls"}),
        read=_read,
        show=show.round_rows,
    ),
)
