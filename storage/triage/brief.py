"""What triages add to an account's brief: the one in which it is, and the last ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.base.moments import civil_day
from storage.base.switches import covered
from storage.health.settings import HealthArea
from storage.triage import store
from storage.triage.record import ENDED, update_due

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.triage.record import Triage

ENDED_ONES = 3


@dataclass(frozen=True, slots=True)
class TriagePart:
    """The triage in which the account is, when its update is due, and those that have ended, each with its day."""

    current: Triage | None = None
    due_on: date | None = None
    escalated: bool = False
    ended: tuple[tuple[date, Triage], ...] = ()


def read(db: Connection, policy: Policy, account: Account) -> TriagePart:
    """The account's triages, while the area is on for it."""
    if not covered(policy, "health", account.segment):
        return TriagePart()
    some = store.of_accounts(db, [account.id])
    current = next((one for one in some if one.state != ENDED), None)
    ended = [(civil_day(one.ended_at, policy.timezone), one) for one in some if one.ended_at]
    due_on = update_due(current, policy.settings(HealthArea)) if current else None
    return TriagePart(current, due_on, store.escalated(db, policy, account.id), tuple(ended[:ENDED_ONES]))
