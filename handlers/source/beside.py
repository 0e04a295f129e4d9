"""Pulls, handed in as work beside delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.source.actions import Pulls

if TYPE_CHECKING:
    from collections.abc import Callable

    from handlers.door.beside import Around


def look(around: Around) -> Callable[[], object]:
    """What begins pulls that are due."""
    return Pulls(around.store, around.clock, around.secret, around.halted, around.wake).look
