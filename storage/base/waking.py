"""How a process hears that another one wrote, so that what was clicked there is planned and delivered at once here.

SQLite tells it by a number that changes, which is looked at a few times a second while there are other processes; who
is alone looks at nothing. Used by the thread of the scheduler that delivers.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from storage.base.marks import data_version

if TYPE_CHECKING:
    from threading import Event

    from storage.base.db import Store

_LOOK_SECONDS = 0.03


class Ear:
    """Of one thread, on its own connection."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen = 0

    def begin(self) -> None:
        """What is written from now on is heard."""
        self._seen = self._number()

    def wait(self, woken: Event, seconds: float, *, alone: bool) -> bool:
        """Wait until `woken` is set or, not `alone`, somebody else has written; False after so many seconds."""
        if alone:
            return woken.wait(seconds)
        until = monotonic() + seconds
        while (left := until - monotonic()) > 0:
            if woken.wait(min(left, _LOOK_SECONDS)) or self._number() != self._seen:
                return True
        return False

    def _number(self) -> int:
        return data_version(self._store.connection())
