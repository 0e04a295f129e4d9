"""Work beside delivery, on a thread of its own and by one process at a time: no answer waits for it, nor does a stop.

Nouns make theirs of it and hand it in (`handlers/<noun>/beside.py`).
"""

from __future__ import annotations

import logging
from threading import Thread
from typing import TYPE_CHECKING

from reminders.outbox.context import nothing
from reminders.outbox.turn import Turn

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from storage.base.db import Store

    Secret = Callable[[str], str | None]

log = logging.getLogger("cta_bot")


class Aside:
    """`name` is what it is called, `turn` whose lease of `seconds` lets one process do it; `points` are for tests."""

    name, turn, seconds = "aside", "aside", 60.0

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        secret: Secret,
        halted: Callable[[], bool] = bool,
        wake: Callable[[], object] = bool,
        points: Callable[[str], None] = nothing,
    ) -> None:
        self._store, self._clock, self._secret = store, clock, secret
        self._halted, self._wake, self._points = halted, wake, points
        self._thread: Thread | None = None

    def look(self) -> None:
        """Begin what is due, unless it is under way; returns at once."""
        if self.is_busy or self._halted() or not self.has_work():
            return
        self._thread = Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    @property
    def is_busy(self) -> bool:
        """Whether it is under way."""
        return self._thread is not None and self._thread.is_alive()

    def has_work(self) -> bool:
        """Whether anything is due."""
        return False

    def work(self) -> None:
        """Do what is due. The caller has the turn."""

    def _run(self) -> None:
        try:
            turn = Turn(self._store, self.seconds, self._clock, self.turn)
            if turn.take() is None:
                return
            with turn.kept():
                self.work()
        except Exception:
            log.exception("%s failed", self.name)
