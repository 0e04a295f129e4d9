"""What follows for a renewal's checklists when it is recorded, and when that is taken back; handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.sales import checklists

if TYPE_CHECKING:
    from datetime import datetime

    from storage.base.db import Unit


def renewal_ended(unit: Unit, account_id: int, outcome: str) -> None:
    """They end with it."""
    checklists.end(unit, account_id, outcome)


def renewal_undecided(unit: Unit, account_id: int, decided_at: datetime) -> None:
    """Those that ended with it go on."""
    checklists.open_again(unit, account_id, decided_at)
