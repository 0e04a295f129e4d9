"""The threads that listeners run on, over either way in: few while they work, more while they wait.

Beyond a handful, threads that work only share two cores and cost a database connection each. Those that wait for Slack
or the disk are another matter: who comes after them is not to wait, too. So a thread more is begun once somebody has
waited long for one. Used by `over_socket.py` and `over_http.py`.
"""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import Executor, Future
from threading import Condition, Event, Thread
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

FEW, MOST = 3, 12
"""Threads that work; and in all, while others wait. Each that was begun stays."""
PATIENCE = 0.8
"""Seconds that somebody waits for one of the few before there is one more, of the three that Slack gives an ack."""

T = TypeVar("T")
_Work = tuple[float, "Callable[[], object]", "Future[Any]"]


class Listeners(Executor):
    """Work in the order in which it came, as other executors do it."""

    def __init__(self, few: int = FEW, most: int = MOST, patience: float = PATIENCE) -> None:
        self._few, self._most, self._patience = few, most, patience
        self._waiting: deque[_Work] = deque()
        self._changed = Condition()
        self._threads = self._idle = 0
        self._closing = False
        self._all_work = Event()
        Thread(target=self._watch, name="listeners' watch", daemon=True).start()

    def submit(self, work: Callable[..., T], /, *arguments: Any, **named: Any) -> Future[T]:
        """Have work done; its result, or what it raised. Raises RuntimeError after `shutdown`."""
        future: Future[T] = Future()
        with self._changed:
            if self._closing:
                raise RuntimeError("the listeners have stopped")
            self._waiting.append((time.monotonic(), lambda: work(*arguments, **named), future))
            if len(self._waiting) > self._idle:
                if self._threads < self._few:
                    self._begin()
                else:
                    self._all_work.set()
            self._changed.notify()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - its base's
        """Take nothing more in; `wait` is for what is under way, `cancel_futures` drops what has not begun."""
        with self._changed:
            self._closing = True
            while cancel_futures and self._waiting:
                self._waiting.popleft()[2].cancel()
            self._changed.notify_all()
            self._all_work.set()
            while wait and self._threads:
                self._changed.wait()

    def _begin(self) -> None:
        self._threads += 1
        Thread(target=self._work, name="listener", daemon=True).start()

    def _work(self) -> None:
        while (one := self._next()) is not None:
            _, work, future = one
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(work())
                except BaseException as error:  # noqa: BLE001 - whoever waits for the result hears of it
                    future.set_exception(error)
            del one, work, future
        with self._changed:
            self._threads -= 1
            self._changed.notify_all()

    def _next(self) -> _Work | None:
        with self._changed:
            self._idle += 1
            try:
                while not self._waiting and not self._closing:
                    self._changed.wait()
                return self._waiting.popleft() if self._waiting else None
            finally:
                self._idle -= 1

    def _watch(self) -> None:
        """Begin a thread for each that has waited long, while any does."""
        while self._all_work.wait() and not self._closing:
            time.sleep(self._patience / 4)
            with self._changed:
                long_ago = time.monotonic() - self._patience
                late = sum(since <= long_ago for since, _, _ in self._waiting)
                for _ in range(min(late, self._most - self._threads)):
                    self._begin()
                if not self._waiting:
                    self._all_work.clear()
