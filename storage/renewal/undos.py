"""What can be taken back of a renewal's outcome (storage/account/taking_back.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account.taking_back import UNCHANGED, Undo
from storage.base.errors import Stale

if TYPE_CHECKING:
    from storage.account.record import Account
    from storage.account.taking_back import Done
    from storage.base.db import Unit


def _revert(unit: Unit, account: Account, found: Done) -> None:
    """The outcome is gone; a review of the next renewal stands on it, and so does a later outcome."""
    last = unit.db.execute(
        "SELECT id, outcome, next_renewal_on FROM renewals WHERE account_id = ? ORDER BY id DESC LIMIT 1", (account.id,)
    ).fetchone()
    if last is None or f"renewal.{last[1]}" != found.action:
        raise Stale(f"{account.name}'s renewal was decided anew since.", UNCHANGED)
    reviews = unit.db.execute(
        "SELECT 1 FROM reviews WHERE account_id = ? AND renewal_on = ? LIMIT 1", (account.id, last[2])
    ).fetchone()
    if reviews:
        raise Stale(f"A review of {account.name}'s next renewal is recorded.", "Take that back first.")
    unit.db.execute("DELETE FROM renewals WHERE id = ?", (last[0],))


UNDO = {
    "renewal.renewed": Undo("that it renewed", _revert),
    "renewal.churned": Undo("that it churned", _revert),
}
