"""An open escalation, as what does not go well with a green health (storage/health/store.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.signals import Signal
from storage.escalation import store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.base.policy import Policy

AREA = "escalations"


def signals(db: Connection, _policy: Policy, account_ids: Sequence[int], _today: date) -> dict[int, list[Signal]]:
    """Open escalations, by account."""
    found: dict[int, list[Signal]] = {}
    for one in store.open_ones(db, account_ids):
        found.setdefault(one.account_id, []).append(Signal("escalation", one.severity))
    return found


def looked_after(db: Connection, account_ids: Sequence[int]) -> set[int]:
    """Accounts with an open escalation: its updates say how they are."""
    return {one.account_id for one in store.open_ones(db, account_ids)}
