"""Webhooks, handed in as work beside delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.webhook.calling import Hooks

if TYPE_CHECKING:
    from collections.abc import Callable

    from handlers.door.beside import Around


def look(around: Around) -> Callable[[], object]:
    """What begins calls that are due."""
    return Hooks(around.store, around.clock, around.secret, around.halted).look
