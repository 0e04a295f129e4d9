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
_STAND_INS = 24
"""So many threads at most work in the place of those that wait: each has a connection to the database."""


class Lanes:
    """Work by lane, each in the order in which it came; lanes share the executor's threads and take turns.

    Work that waits for Slack by itself says so (`resting`): else a few people whom it limits would hold up all others.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._waiting: dict[str, deque[Callable[[], None]]] = {}
        self._ready: deque[str] = deque()
        self._stand_ins = 0
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
            self._make_ready(lane)
        self._executor.submit(self._one)

    def _make_ready(self, lane: str) -> None:
        self._ready.append(lane)
        self._changed.notify_all()

    def _one(self) -> None:
        """Do what waits first of the lane whose turn it is, unless a stand-in took it."""
        with self._changed:
            lane = self._ready.popleft() if self._ready else None
        if lane is not None:
            self._next(lane)

    @contextmanager
    def resting(self) -> Iterator[None]:
        """While a thread only waits in it, another one works in its place."""
        over = Event()
        with self._changed:
            has_room = self._stand_ins < _STAND_INS
            self._stand_ins += has_room
        if has_room:
            Thread(target=self._stand_in, args=(over,), name="stand-in", daemon=True).start()
        try:
            yield
        finally:
            with self._changed:
                over.set()
                self._changed.notify_all()

    def _stand_in(self, over: Event) -> None:
        try:
            while not over.is_set():
                with self._changed:
                    self._changed.wait_for(lambda: self._ready or over.is_set())
                if not over.is_set():
                    self._one()
        finally:
            with self._changed:
                self._stand_ins -= 1

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
                if more:
                    self._make_ready(lane)
                else:
                    del self._waiting[lane]
                    self._changed.notify_all()
            if more:
                self._executor.submit(self._one)

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
