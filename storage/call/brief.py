"""What calls add to an account's brief: the last ones, and whether the next one is late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.base.switches import covered
from storage.call import store

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.call.record import Call

SHOWN = 6


@dataclass(frozen=True, slots=True)
class CallPart:
    """The latest calls; `shown` is whether the area is on for the account."""

    shown: bool = False
    calls: tuple[Call, ...] = ()

    @property
    def last_on(self) -> date | None:
        """The day of the last one."""
        return self.calls[0].held_on if self.calls else None


def read(db: Connection, policy: Policy, account: Account) -> CallPart:
    """The account's calls, while the area is on for it."""
    if not covered(policy, "calls", account.segment):
        return CallPart()
    return CallPart(shown=True, calls=tuple(store.of_account(db, account.id, limit=SHOWN)))
