"""The database's time, by this machine's clock: so that all replicas of one database go by the same time.

What is due, how old a claim is and when a step was taken are decided by it; whose turn it is, by the database itself
(`leases.py`). `bot.py` makes one; it hears how far off the machine's clock is when the database is opened, and each
time that the process says that it is there (`reminders/outbox/turn.py`).
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from storage.base.dialect import NOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from sqlite3 import Connection

MAY_WANDER = timedelta(minutes=2)
"""What is no later than so by the clock is of now: nobody set it."""
_ENOUGH = 0.25
"""Seconds that are no difference: a question takes its time, and the time should not tremble."""
_BOOT_CLOCK = getattr(time, "CLOCK_BOOTTIME", None)
log = logging.getLogger("cta_bot.clock")


def seconds_awake_or_not() -> float:
    """Real seconds that nobody sets; a machine that slept has aged (where the system tells)."""
    return time.monotonic() if _BOOT_CLOCK is None else time.clock_gettime(_BOOT_CLOCK)


class SharedClock:
    """Aware time in UTC. `own` is the machine's clock, `steady` seconds that nobody sets."""

    def __init__(self, own: Callable[[], datetime], steady: Callable[[], float] = seconds_awake_or_not) -> None:
        self.own = own
        self._steady = steady
        self.ahead = 0.0
        """Seconds by which it was ahead of the database's when that was asked."""
        self._began: float | None = None
        """The machine's time when `steady` began to count, by the clock as it stood when the database was asked."""

    def __call__(self) -> datetime:
        """The database's time, as far as it is known."""
        own = self.own()
        was_set = 0.0 if self._began is None else own.timestamp() - self._steady() - self._began
        return own - timedelta(seconds=self.ahead + (was_set if abs(was_set) >= _ENOUGH else 0.0))

    def heard(self, ahead: float | None) -> None:
        """The machine's clock is so many seconds ahead of the database's (None: nobody knows)."""
        if ahead is None:
            return
        self._began = self.own().timestamp() - self._steady()
        if abs(ahead - self.ahead) < _ENOUGH:
            return
        log.info("this machine's clock is %+.1f s off the database's: the database's counts", ahead)
        self.ahead = ahead

    def ask(self, db: Connection) -> None:
        """Ask the database now."""
        said: float = db.execute(f"SELECT {NOW}").fetchone()[0]
        self.heard(self.own().timestamp() - said)
