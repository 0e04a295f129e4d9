"""An end to what is asked of somebody else's server, however slowly it answers, and at once when the bot stops.

A time limit of a socket begins anew with each byte: who sends one now and then is waited for without end. So whoever
asks names what cuts the exchange off, and it is cut off from beside. Used by pulls and webhooks.
"""

from __future__ import annotations

import socket
import time
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LOOK = 0.25


class Patience:
    """So many seconds from now, and no longer than the bot runs."""

    def __init__(self, seconds: float, halted: Callable[[], bool] = bool) -> None:
        self._until = time.monotonic() + seconds
        self._halted = halted

    @property
    def is_over(self) -> bool:
        """Whether it is given up."""
        return time.monotonic() > self._until or self._halted()

    @contextmanager
    def cutting(self, cut: Callable[[], object]) -> Iterator[None]:
        """Call `cut`, again and again, once it is over and as long as what stands inside goes on."""
        ended = Event()

        def watch() -> None:
            while not ended.wait(_LOOK):
                if self.is_over:
                    with suppress(Exception):  # it ends by itself meanwhile
                        cut()

        Thread(target=watch, name="patience", daemon=True).start()
        try:
            yield
        finally:
            ended.set()


def hang_up(sock: socket.socket) -> None:
    """Wake who reads from a socket, below its TLS."""
    socket.socket.shutdown(sock, socket.SHUT_RDWR)
