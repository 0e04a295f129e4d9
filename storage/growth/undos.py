"""What can be taken back of customers that came back (storage/account/taking_back.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account.taking_back import UNCHANGED, Undo
from storage.base.errors import Stale
from storage.growth import endings

if TYPE_CHECKING:
    from storage.account.record import Account
    from storage.account.taking_back import Done
    from storage.base.db import Unit


def _not_back(unit: Unit, account: Account, found: Done) -> None:
    if not endings.take_back_return(unit, int(found.after.get("back", 0))):
        raise Stale(f"That is not said of {account.name} any more.", UNCHANGED)


UNDO = {endings.BACK: Undo("that it is back", _not_back)}
