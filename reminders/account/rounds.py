"""The month's round through a CSM's accounts; nouns say what is found in it: healths to say again, late calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.engine.kinds import PeriodRule
from reminders.engine.rounds import MONTH, each
from storage.account import facts
from storage.account.lists import CSM, Whose

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from sqlite3 import Connection

    from reminders.engine.kinds import Reading
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy

    Found = Callable[[Connection, Policy, Whose, date], Sequence[object]]


def month_round(
    kind: str, why: str, found: Found, *, nothing: str, nobody: str, wanted: Callable[[Policy], bool] = lambda _: True
) -> PeriodRule:
    """To each CSM once a month, if anything is `found` among their accounts then; `wanted` says whether by anybody."""

    def people(db: Connection, policy: Policy) -> Sequence[int | None]:
        return [csm_id for csm_id in facts.csm_ids(db) if csm_id is not None] if wanted(policy) else []

    def known_at(db: Connection, policy: Policy, csm_id: int | None) -> datetime | None:
        return facts.csm_known_at(db, csm_id) if csm_id is not None and wanted(policy) else None

    def holds(reading: Reading, csm_id: int | None, day: date) -> bool:
        return csm_id is not None and bool(found(reading.db, reading.as_of.policy, of_csm(csm_id), day))

    return PeriodRule(
        people=people,
        known_at=known_at,
        items=each(MONTH, kind, lambda _: why),
        holds=holds,
        nothing=nothing,
        nobody=nobody,
    )


def whose_round(row: OutboxRow) -> Whose:
    """Whose round it is, whoever gets it instead."""
    return of_csm(row.owner_id or 0)


def of_csm(csm_id: int) -> Whose:
    """The accounts of one CSM, as a scope."""
    return Whose(f"{CSM}{csm_id}", (csm_id,))
