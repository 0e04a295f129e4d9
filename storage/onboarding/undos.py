"""What can be taken back of an account's onboarding (storage/account/taking_back.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.account.taking_back import Undo

if TYPE_CHECKING:
    from storage.account.record import Account
    from storage.account.taking_back import Done
    from storage.base.db import Unit


def _no_delay(unit: Unit, account: Account, found: Done) -> None:
    unit.db.execute("UPDATE onboarding_delays SET undone_at = ? WHERE id = ?", (unit.at, found.after.get("delay")))
    accounts.look_again(unit, account.id)


UNDO = {
    "success.reached": Undo("the day of a milestone"),
    "success.started": Undo("the start of onboarding by hand"),
    "success.intent": Undo("what it bought for"),
    "success.delay": Undo("the delay", _no_delay),
}
