"""What can be taken back of an account itself (storage/account/taking_back.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account import health_history
from storage.account.taking_back import Undo

if TYPE_CHECKING:
    from storage.account.record import Account
    from storage.account.taking_back import Done
    from storage.base.db import Unit


def _unsaid(unit: Unit, account: Account, found: Done) -> None:
    """A health that was said again on its day, with a note: of that only the history knows."""
    if not {"health", "health_on"} & found.after.keys():
        health_history.take_back(unit, [account.id])


UNDO = {"account.health": Undo("its health", _unsaid)}
