"""What was kept against a reason, handed in: shown where a no is recorded, while growth is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.switches import covered
from storage.play import store

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.base.policy import Policy


def counter_plays(db: Connection, policy: Policy, segment: str | None, reason: str, use_case: str) -> list[str]:
    """What to do, of each, the most promising first; none for an account that the area does not cover."""
    if not covered(policy, store.AREA, segment):
        return []
    return [play.todo for play in store.against(db, reason, use_case)]
