"""What health adds to an account's brief: how it was set, how old it is, and what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.account import health_history
from storage.base.switches import covered
from storage.health.settings import HealthArea

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.account.health_history import Setting
    from storage.account.record import Account
    from storage.base.policy import Policy


@dataclass(frozen=True, slots=True)
class HealthPart:
    """The settings that stand, the newest first, with the rules of their age.

    `shown` is whether the area is on for the account.
    """

    shown: bool = False
    settings: tuple[Setting, ...] = ()
    update_months: int | None = None
    area: HealthArea | None = None

    @property
    def person_ids(self) -> tuple[int, ...]:
        """Who said so last."""
        return tuple(one.by_id for one in self.settings[:1] if one.by_id is not None)


def read(db: Connection, policy: Policy, account: Account) -> HealthPart:
    """The account's health, while the area is on for it."""
    if not covered(policy, "health", account.segment):
        return HealthPart()
    settings = tuple(health_history.of_account(db, account.id))
    months = policy.target_days(account.segment, "update_months")
    return HealthPart(shown=True, settings=settings, update_months=months, area=policy.settings(HealthArea))
