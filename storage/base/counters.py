"""What was tried against a reason for no success and kept, handed in (`counters.py`): shown where one says no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.nouns import handed_in

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.base.policy import Policy


def kept_against(
    db: Connection, policy: Policy, segment: str | None, reason: str | None, use_case: str
) -> tuple[str, ...]:
    """What to do, in words that people wrote, the most promising first; nothing without a reason."""
    if not reason:
        return ()
    nouns = handed_in("storage", "counters")
    return tuple(words for noun in nouns for words in noun.counter_plays(db, policy, segment, reason, use_case))
