"""The database's time, by this machine's clock: so that all replicas of one database go by the same time.

What is due, how old a claim is and when a step was taken are decided by it; whose turn it is, by the database itself
(`leases.py`). `bot.py` makes one; it hears how far off the machine's clock is when the database is opened, and each
time that the process says that it is there (`reminders/outbox/turn.py`).
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from storage.base.dialect import NOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from sqlite3 import Connection

_ENOUGH = 0.25
"""Seconds that are no difference: a question takes its time, and the time should not tremble."""
log = logging.getLogger("cta_bot.clock")


class SharedClock:
    """Aware time in UTC. `own` is the machine's clock."""

    def __init__(self, own: Callable[[], datetime]) -> None:
        self.own = own
        self.ahead = 0.0
        """Seconds by which it is ahead of the database's."""

    def __call__(self) -> datetime:
        """The database's time, as far as it is known."""
        return self.own() - timedelta(seconds=self.ahead)

    def heard(self, ahead: float | None) -> None:
        """The machine's clock is so many seconds ahead of the database's (None: nobody knows)."""
        if ahead is None or abs(ahead - self.ahead) < _ENOUGH:
            return
        log.info("this machine's clock is %+.1f s off the database's: the database's counts", ahead)
        self.ahead = ahead

    def ask(self, db: Connection) -> None:
        """Ask the database now."""
        said: float = db.execute(f"SELECT {NOW}").fetchone()[0]
        self.heard(self.own().timestamp() - said)
