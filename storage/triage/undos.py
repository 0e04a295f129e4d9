"""What can be taken back of an account's triage (storage/account/taking_back.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account.taking_back import Undo
from storage.triage import store

if TYPE_CHECKING:
    from storage.account.record import Account
    from storage.account.taking_back import Done
    from storage.base.db import Unit


def _as_it_was(unit: Unit, _account: Account, found: Done) -> None:
    was, now = found.before.get("triage_was"), found.after.get("triage_now")
    store.restore(unit, int(found.after["triage"]), was, now, found.after.get("triage_update"))


UNDO = {
    store.OPENED: Undo("the triage", _as_it_was),
    store.DESCRIBED: Undo("what was said of the triage", _as_it_was),
    store.UPDATED: Undo("the update of the triage", _as_it_was, says_health=True),
    store.GIVEN_UP: Undo("that it will churn", _as_it_was, by_manager=True),
}
