"""The workspace's date and time. Message `ts` follow it; triggers, acks and rates follow real time.

The only module of the sandbox that reads the machine's clocks.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Listener = Callable[[], None]


class Clock:
    """Real time plus an offset or, given a `start`, a clock that stands until it is moved."""

    def __init__(self, start: datetime | None = None) -> None:
        if start is not None and start.tzinfo is None:
            raise ValueError("the start of the clock needs a time zone")
        self._frozen_at = start.astimezone(UTC) if start else None
        self._offset = timedelta()
        self._listeners: list[Listener] = []

    @property
    def frozen(self) -> bool:
        """Whether the clock stands until the next jump."""
        return self._frozen_at is not None

    def now(self) -> datetime:
        """The workspace's moment, aware, in UTC."""
        return self._frozen_at or datetime.now(UTC) + self._offset

    def jump(self, to: datetime) -> None:
        """Move forward to `to` and tell the listeners; ValueError for a moment in the past."""
        if to < self.now():
            raise ValueError(f"time only goes forward: it is {self.now():%Y-%m-%d %H:%M} already")
        if self._frozen_at is not None:
            self._frozen_at = to.astimezone(UTC)
        else:
            self._offset += to - self.now()
        for listener in list(self._listeners):
            listener()

    def on_jump(self, listener: Listener) -> None:
        """Call `listener` after every jump, in the thread that jumped."""
        self._listeners.append(listener)

    def forget_listener(self, listener: Listener) -> None:
        """Stop telling `listener`; one that was never told is no error."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    def restart(self, start: datetime | None) -> None:
        """Back to `start` (or to real time), silently: for a workspace that is reset between tests."""
        self._frozen_at = start.astimezone(UTC) if start else None
        self._offset = timedelta()


def real_seconds() -> float:
    """Seconds that only real time moves: for triggers, acks, response URLs and rates."""
    return time.monotonic()


def unix_now() -> int:
    """The machine's own time in unix seconds: for signatures, which real time must match."""
    return int(time.time())
