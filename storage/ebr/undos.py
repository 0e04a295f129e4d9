"""What can be taken back of an account's EBRs (storage/account/taking_back.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.account import store as accounts
from storage.account.taking_back import UNCHANGED, Undo
from storage.base.errors import Stale

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.account.record import Account
    from storage.account.taking_back import Done
    from storage.base.db import Unit


def _not_held(unit: Unit, account: Account, found: Done) -> None:
    """The EBR was not held; the one that was scheduled is so again."""
    row = unit.db.execute(
        "SELECT id, (SELECT max(id) FROM ebrs WHERE account_id = ?1) FROM ebrs"
        " WHERE account_id = ?1 AND state = 'held' AND held_on = ?2",
        (account.id, found.after.get("held_on")),
    ).fetchone()
    if row is None or row[0] != row[1]:
        raise Stale(f"{account.name} has a newer EBR since.", UNCHANGED)
    unit.db.execute("DELETE FROM ebrs WHERE id = ?", (row[0],))
    if planned := found.before.get("planned"):
        plan_again(unit, account.id, planned)
    accounts.look_again(unit, account.id, ebr=True)


def plan_again(unit: Unit, account_id: int, planned: Mapping[str, Any]) -> None:
    """The EBR that something has ended is scheduled as before."""
    unit.db.execute(
        "INSERT INTO ebrs(account_id, state, scheduled_at, scheduled_on, scheduled_known_at, by_id, updated_at)"
        " VALUES (?, 'scheduled', ?, ?, ?, ?, ?)",
        (account_id, *(planned[name] for name in PLANNED), unit.at),
    )


PLANNED = ("scheduled_at", "scheduled_on", "scheduled_known_at", "by_id")
"""What is kept of a scheduled EBR that a held one, or a file, ends."""

UNDO = {"ebr.log": Undo("the EBR that was logged", _not_held), "ebr.cadence": Undo("how often it has an EBR")}
