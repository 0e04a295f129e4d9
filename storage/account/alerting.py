"""Alerts about accounts: to the CSM's manager and the AE (docs/domain.md, "Who is told"). Called by `hearers.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.account.team import alerted
from storage.base import telling

if TYPE_CHECKING:
    from datetime import date

    from storage.base.db import Unit
    from storage.base.deed import Deed


def alert(unit: Unit, deed: Deed, matter: str, state: str, on: date) -> None:
    """Alert whom it concerns that the deed's account is in this state since this day."""
    account = accounts.get(unit.db, deed.record_id)
    telling.alert(unit, deed, alerted(unit.db, unit.policy, account), account.id, matter, state, on)
