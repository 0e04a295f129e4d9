"""What can be taken back of an account's usage (storage/account/taking_back.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account.taking_back import UNCHANGED, Undo
from storage.base.errors import Stale
from storage.usage import store

if TYPE_CHECKING:
    from storage.account.record import Account
    from storage.account.taking_back import Done
    from storage.base.db import Unit


def _not_agreed(unit: Unit, account: Account, found: Done) -> None:
    if not store.take_back_agreed(unit, int(found.after.get("agreed", 0))):
        raise Stale(f"That is not said of {account.name} any more.", UNCHANGED)


UNDO = {store.ADOPTED: Undo("that it is adopted", _not_agreed)}
