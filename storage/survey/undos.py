"""What can be taken back of an account's answers (storage/account/taking_back.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account.taking_back import UNCHANGED, Undo
from storage.base.errors import Stale
from storage.survey import store

if TYPE_CHECKING:
    from storage.account.record import Account
    from storage.account.taking_back import Done
    from storage.base.db import Unit


def _not_answered(unit: Unit, account: Account, found: Done) -> None:
    if not store.put_back(unit, int(found.after.get("answer", 0)), found.before):
        raise Stale(f"That answer of {account.name} is not there any more.", UNCHANGED)


UNDO = {store.ANSWERED: Undo("the answer", _not_answered)}
