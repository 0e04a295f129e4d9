"""The month's round through healths that were not said for long, handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.engine.kinds import Kind, PeriodRule
from reminders.engine.rounds import MONTH, each
from storage.account import facts
from storage.account.lists import CSM, Whose
from storage.base.keys import destination_of
from storage.health import store
from storage.health.record import Round
from templates.health import day as show

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from sqlite3 import Connection

    from reminders.engine.items import AsOf
    from reminders.engine.kinds import Reading
    from storage.base.day import Behind
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy

HEALTH_ROUND = "health_round"
NOTHING = "nothing to say again of any health"


def _why(_as_of: AsOf) -> str:
    return "the month's round through the health of your accounts"


def _people(db: Connection, _policy: Policy) -> Sequence[int | None]:
    return [csm_id for csm_id in facts.csm_ids(db) if csm_id is not None]


def _of(csm_id: int) -> Whose:
    return Whose(f"{CSM}{csm_id}", (csm_id,))


def _holds(reading: Reading, csm_id: int | None, day: date) -> bool:
    return csm_id is not None and bool(store.asked_for(reading.db, reading.as_of.policy, _of(csm_id), day))


def _read(behind: Behind, row: OutboxRow) -> Round:
    """Whose round it is, whoever gets it instead."""
    owner_id = destination_of(str(row.payload.get("owner", row.destination))).person_id or 0
    whose = _of(owner_id)
    return Round(whose.scope, tuple(store.asked_for(behind.db, behind.policy, whose, behind.today)))


KINDS = (
    Kind(
        name=HEALTH_ROUND,
        words="round through health",
        label="Health to say again",
        place=70,
        area="health",
        rule=PeriodRule(
            people=_people,
            known_at=lambda db, _, csm_id: facts.csm_known_at(db, csm_id) if csm_id is not None else None,
            items=each(MONTH, HEALTH_ROUND, _why),
            holds=_holds,
            nothing=NOTHING,
            nobody="no active accounts",
        ),
        policy_keys=frozenset({"health"}),
        read=_read,
        show=show.round_rows,
    ),
)
