"""What can be taken back of an account's onboarding (storage/account/taking_back.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.account.taking_back import Undo
from storage.base.errors import Stale
from storage.cta import life
from storage.cta import store as ctas
from storage.cta.record import NEW, WITHDRAWN

if TYPE_CHECKING:
    from storage.account.record import Account
    from storage.account.taking_back import Done
    from storage.base.db import Unit


def _no_delay(unit: Unit, account: Account, found: Done) -> None:
    unit.db.execute("UPDATE onboarding_delays SET undone_at = ? WHERE id = ?", (unit.at, found.after.get("delay")))
    accounts.look_again(unit, account.id)


def _not_begun(unit: Unit, account: Account, found: Done) -> None:
    """The checklist that it opened is withdrawn, unless somebody has worked on it."""
    if not (made := found.after.get("checklist")):
        return
    checklist = ctas.get(unit.db, int(made))
    if checklist.status not in (NEW, WITHDRAWN):
        raise Stale(f"The checklist of {account.name} was worked on since.", f"Withdraw it: /cta withdraw {made}")
    if checklist.status == NEW:
        life.withdraw(unit, checklist.id, "onboarding was not begun")


UNDO = {
    "success.reached": Undo("the day of a milestone"),
    "success.started": Undo("the start of onboarding by hand", _not_begun),
    "success.intent": Undo("what it bought for"),
    "success.delay": Undo("the delay", _no_delay),
}
