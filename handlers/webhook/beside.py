"""Webhooks and the audit's file, handed in as work beside delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.webhook.calling import Hooks
from reminders.webhook.streaming import AuditFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from handlers.door.beside import Around


def look(around: Around) -> Callable[[], object]:
    """What begins calls that are due, and what the file lacks."""
    both = [kind(around.store, around.clock, around.secret, around.halted) for kind in (Hooks, AuditFile)]
    return lambda: [one.look() for one in both]
