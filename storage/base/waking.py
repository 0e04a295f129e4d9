"""How a process hears that another one wrote, so that what was clicked there is planned and delivered at once here.

A file tells it by a number that changes, which is looked at a few times a second; a server by NOTIFY, on a connection
of its own. Only while there are other processes: who is alone listens to nothing. Used by the thread of the scheduler
that delivers; what is not heard is found by the sweep.
"""

from __future__ import annotations

import logging
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING

from storage.base.dialect import version_seen

if TYPE_CHECKING:
    from storage.base.db import Store

_LOOK_SECONDS = 0.03
_LISTEN_SECONDS = 0.3
log = logging.getLogger("cta_bot.waking")


class Ear:
    """Of one thread, on its own connection."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen = 0
        self._closed = Event()
        self._listener: Thread | None = None

    def begin(self) -> None:
        """What is written from now on is heard."""
        self._seen = version_seen(self._store.connection())

    def wait(self, woken: Event, seconds: float, *, alone: bool) -> bool:
        """Wait until `woken` is set or, not `alone`, somebody else has written; False after so many seconds."""
        if alone:
            return woken.wait(seconds)
        if self._store.engine.notifies:
            if self._listener is None:
                self._listener = Thread(target=self._listen, args=(woken,), name="ear", daemon=True)
                self._listener.start()
            return woken.wait(seconds)
        until = monotonic() + seconds
        while (left := until - monotonic()) > 0:
            if woken.wait(min(left, _LOOK_SECONDS)) or version_seen(self._store.connection()) != self._seen:
                return True
        return False

    def close(self) -> None:
        """Listen no more."""
        self._closed.set()
        if self._listener is not None:
            self._listener.join()

    def _listen(self, woken: Event) -> None:
        while not self._closed.is_set():
            try:
                for heard in self._store.engine.listen(_LISTEN_SECONDS):
                    if self._closed.is_set():
                        return
                    if heard:
                        woken.set()
            except Exception as error:  # noqa: BLE001 - the server is away; what was written meanwhile is found by the sweep
                log.info("nothing is heard of other processes: %s", error)
                self._closed.wait(_LISTEN_SECONDS)
