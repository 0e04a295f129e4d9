"""A few threads that each carry one message at a time, so that a slow conversation holds up no other.

They are daemons, unlike a pool's: a call that hangs must not keep the process alive. What it was about stays
claimed, and is looked into when the lease has ended.
"""

from __future__ import annotations

from queue import SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Work = Callable[[], None]


class Workers:
    """`count` threads; `free` of them have nothing to do."""

    def __init__(self, count: int) -> None:
        self._queue: SimpleQueue[Work | None] = SimpleQueue()
        self._free = count
        self._lock = Lock()
        self._threads = [Thread(target=self._run, name=f"delivery-{n}", daemon=True) for n in range(count)]
        for thread in self._threads:
            thread.start()

    @property
    def free(self) -> int:
        """How many can begin something at once."""
        with self._lock:
            return max(self._free, 0)

    def submit(self, work: Work) -> None:
        """Have it done by the next that is free."""
        with self._lock:
            self._free -= 1
        self._queue.put(work)

    def stop(self, seconds: float) -> None:
        """Let what is under way end within so many seconds; what is not is left to its lease."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join(timeout=seconds / len(self._threads))

    def _run(self) -> None:
        while (work := self._queue.get()) is not None:
            try:
                work()
            finally:
                with self._lock:
                    self._free += 1
