"""How long what goes to other systems is tried, and how long after each try the next one is. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Row = TypeVar("Row")

TRIED_FOR = timedelta(days=3)
WAITS = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 1800, 3600, 7200, 14400))
"""How long after each try the next one is; the last for all further ones."""
ALONE = timedelta(minutes=2)
"""So long at most all others wait for one that fails while no other shows whether it fails for its own sake."""
FAR = timedelta(days=2)
"""Longer than anything is left alone: what waits until a later instant was put off by a clock that stood ahead."""
WENT_WRONG = "something went wrong here, the log says what"
"""What is said of what nobody thought of; whatever it is, the others go on."""
TOLD_AFTER = timedelta(hours=1)
"""Operations hear of what can't be reached for so long."""


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many tries."""
    return WAITS[min(attempts, len(WAITS)) - 1]


def all_wait(wait: timedelta, *attempts: int) -> timedelta:
    """How long all wait where two failed in a row, tried so often before: two old failures say little of the others."""
    return min(wait, ALONE) if all(attempts) else wait


def oldest_then_fresh(rows: Sequence[Row], attempts: Callable[[Row], int]) -> list[Row]:
    """The one that waits longest first; if it fails, one that was not tried yet shows whether all do."""
    return [*rows[:1], *sorted(rows[1:], key=attempts)]
