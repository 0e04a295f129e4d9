"""What escalations add to an account's brief: the open ones, and how the last ones ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.base.business_days import business_days_of
from storage.base.switches import covered
from storage.escalation import store
from storage.escalation.record import next_due
from storage.escalation.settings import EscalationArea

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.escalation.record import Escalation

CLOSED_ONES = 3


@dataclass(frozen=True, slots=True)
class EscalationPart:
    """Open escalations, each with the day on which its update is due, and the last ones that were closed."""

    standing: tuple[tuple[Escalation, date], ...] = ()
    closed: tuple[Escalation, ...] = ()


def read(db: Connection, policy: Policy, account: Account) -> EscalationPart:
    """The account's escalations, while the area is on for it."""
    if not covered(policy, "escalations", account.segment):
        return EscalationPart()
    area, business = policy.settings(EscalationArea), business_days_of(policy)
    some = store.of_accounts(db, [account.id])
    return EscalationPart(
        tuple((one, next_due(one, area, business)) for one in some if one.is_open),
        tuple([one for one in some if not one.is_open][:CLOSED_ONES]),
    )
