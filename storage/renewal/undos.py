"""What can be taken back of a renewal's outcome (storage/account/taking_back.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account.taking_back import Undo
from storage.base.errors import Stale
from storage.renewal import outcomes
from storage.renewal.store import of_account

if TYPE_CHECKING:
    from storage.account.record import Account
    from storage.account.taking_back import Done
    from storage.base.db import Unit


def _undecided(unit: Unit, account: Account, _found: Done) -> None:
    """The outcome is taken back, unless a review of the next renewal stands on it."""
    last = outcomes.latest(unit.db, account.id)
    if last and last.next_renewal_on in {review.renewal_on for review in of_account(unit.db, account.id)}:
        raise Stale(f"A review of {account.name}'s next renewal is recorded.", "Take that back first.")
    outcomes.take_back(unit, account.id)


UNDO = {
    "renewal.renewed": Undo("that it renewed", _undecided, whole=True),
    "renewal.churned": Undo("that it churned", _undecided, whole=True),
}
