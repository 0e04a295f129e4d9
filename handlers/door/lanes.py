"""What is done after an ack, one thing at a time for each person: whose answers hang keeps nobody else waiting.

Made by `bot.py`; the guard and Home hand in work through `Services.later`. Before it is done after an ack it is done
by a listener: a stop waits for both.
"""

from __future__ import annotations

import secrets
from collections import deque
from contextlib import contextmanager
from threading import Condition, Event, Semaphore, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor


_AT_ONCE = 2


class Lanes:
    """Work by lane, each in the order in which it came; lanes share the executor's threads and take turns."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._waiting: dict[str, deque[Callable[[], None]]] = {}
        self._answering = 0
        self._changed = Condition()
        self._apart = Semaphore(_AT_ONCE)
        self.stopping = Event()

    def submit(self, work: Callable[[], None], lane: str = "") -> None:
        """Have work done: behind what waits in its lane."""
        with self._changed:
            if lane in self._waiting:
                self._waiting[lane].append(work)
                return
            self._waiting[lane] = deque([work])
        self._executor.submit(self._next, lane)

    def submit_long(self, work: Callable[[], None]) -> None:
        """Have work done that may take minutes, a few at once: it keeps no answer waiting, and no stop."""
        lane = f"long:{secrets.token_hex(8)}"
        thread = Thread(target=self._do_long, args=(lane,), name="long", daemon=True)
        with self._changed:
            self._waiting[lane] = deque([work])
        thread.start()

    def _do_long(self, lane: str) -> None:
        with self._apart:
            self._next(lane)

    def _next(self, lane: str) -> None:
        try:
            self._waiting[lane][0]()
        finally:
            with self._changed:
                self._waiting[lane].popleft()
                more = bool(self._waiting[lane])
                if not more:
                    del self._waiting[lane]
                    self._changed.notify_all()
            if more:
                self._executor.submit(self._next, lane)

    @contextmanager
    def answering(self) -> Iterator[None]:
        """While somebody is answered, before the ack: that, too, is under way."""
        with self._changed:
            self._answering += 1
        try:
            yield
        finally:
            with self._changed:
                self._answering -= 1
                self._changed.notify_all()

    def wait(self, seconds: float) -> bool:
        """Wait until all is done; False where it takes longer."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._answering, seconds)
