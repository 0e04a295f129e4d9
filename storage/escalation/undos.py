"""What can be taken back of an account's escalations (storage/account/taking_back.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account.taking_back import UNCHANGED, Undo
from storage.base.errors import Stale
from storage.escalation import store

if TYPE_CHECKING:
    from storage.account.record import Account
    from storage.account.taking_back import Done
    from storage.base.db import Unit


def _not_opened(unit: Unit, account: Account, found: Done) -> None:
    if not store.remove(unit, int(found.after.get("escalation", 0))):
        raise Stale(f"That escalation of {account.name} was worked on since.", UNCHANGED)


def _not_closed(unit: Unit, account: Account, found: Done) -> None:
    if not store.unclose(unit, int(found.after.get("escalation", 0)), str(found.before.get("state", "open"))):
        raise Stale(f"That escalation of {account.name} is open again.", UNCHANGED)


UNDO = {
    store.OPENED: Undo("the escalation", _not_opened),
    store.ENDED: Undo("that the escalation was closed", _not_closed, says_health=True),
}
