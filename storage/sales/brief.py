"""What the sales side adds to an account's brief: what was found out for its renewal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.base.switches import covered
from storage.sales import checklists
from storage.sales.record import AREA

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.sales.record import Answer


@dataclass(frozen=True, slots=True)
class SalesPart:
    """Answers of the checklists of a renewal."""

    answers: tuple[Answer, ...] = ()


def read(db: Connection, policy: Policy, account: Account) -> SalesPart:
    """Nothing while the area is off for the account."""
    if not covered(policy, AREA, account.segment):
        return SalesPart()
    return SalesPart(tuple(checklists.answers(db, account.id)))
