"""What usage adds to an account's card and brief, while it is on: its latest figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from storage.base.switches import covered
from storage.usage import store
from storage.usage.settings import UsageArea

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.usage.record import Figure


@dataclass(frozen=True, slots=True)
class UsagePart:
    """The figure of the last usage day, and until when it stands; `shown` is whether the area is on for the account."""

    shown: bool = False
    figure: Figure | None = None
    until: date | None = None
    area: UsageArea | None = None

    def on(self, today: date) -> Figure | None:
        """The figure, while it is not too old."""
        return self.figure if self.until is not None and today <= self.until else None


def read(db: Connection, policy: Policy, account: Account) -> UsagePart:
    """The account's latest figure, while the area is on for it."""
    if not covered(policy, store.AREA, account.segment):
        return UsagePart()
    area = policy.settings(UsageArea)
    days = store.latest_days(db, [account.id], date.max, 1).get(account.id)
    if not days:
        return UsagePart(shown=True, area=area)
    figure = store.on_day(db, policy, [account.id], days[0]).get(account.id)
    return UsagePart(shown=True, figure=figure, until=days[0] + timedelta(days=area.stale_days), area=area)
