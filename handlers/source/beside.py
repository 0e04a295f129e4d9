"""Pulls, and what goes back, handed in as work beside delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.source.actions import Pulls
from handlers.source.writing import Writes

if TYPE_CHECKING:
    from collections.abc import Callable

    from handlers.door.beside import Around


def look(around: Around) -> Callable[[], object]:
    """What begins pulls that are due, and writes what changed."""
    pulls = Pulls(around.store, around.clock, around.secret, around.halted, around.wake)
    back = Writes(around.store, around.clock, around.secret, around.halted)
    return lambda: [one.look() for one in (pulls, back)]
