"""What can be taken back of an account's calls (storage/account/taking_back.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account.taking_back import UNCHANGED, Undo
from storage.base.errors import Stale
from storage.call import store

if TYPE_CHECKING:
    from storage.account.record import Account
    from storage.account.taking_back import Done
    from storage.base.db import Unit


def _not_held(unit: Unit, account: Account, found: Done) -> None:
    if not store.remove(unit, int(found.after.get("call", 0))):
        raise Stale(f"That call with {account.name} is not there any more.", UNCHANGED)


UNDO = {store.LOGGED: Undo("the call that was logged", _not_held, says_health=True)}
