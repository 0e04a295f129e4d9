"""Ports that the bot listens on: Slack's requests in HTTP mode, and its health. Opened and closed by `bot.py`.

Each gives the words that say where it is.
"""

from __future__ import annotations

import errno
import os
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

from storage.base.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from slack_bolt import App

    from handlers.door.readiness import Readiness


@contextmanager
def over_http(app: App, secret: str, clock: Callable[[], datetime], host: str, port: int) -> Iterator[str]:
    """What Slack posts, on an address and port (0: any free one). Raises UserError where these can't be had."""
    from handlers.door.over_http import PATH, OverHttp  # noqa: PLC0415 - Socket Mode needs none of it

    http = OverHttp(app, secret, clock)
    listener = _listener(host, port, "--http")
    http.listen(listener)
    try:
        address = f"http://{_shown(host)}:{listener.getsockname()[1]}{PATH}"
        yield f"Listening on {address}; Slack needs it as https, by a proxy that ends TLS."
    finally:
        http.close()


@contextmanager
def for_health(readiness: Callable[[], Readiness | None], version: str, host: str, port: int) -> Iterator[str]:
    """How the bot is, on an address and port (0: any free one); None while it starts and stops.

    Raises UserError where these can't be had.
    """
    from handlers.door.over_health import OverHealth  # noqa: PLC0415 - most run without

    server = OverHealth(readiness, version)
    listener = _listener(host, port, "--health")
    server.listen(listener)
    try:
        yield f"Health on http://{_shown(host)}:{listener.getsockname()[1]}: /healthz, /readyz, /metrics."
    finally:
        server.close()


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _listener(host: str, port: int, option: str) -> socket.socket:
    try:
        # Taken here, since the server would only log that it can't, and the bot go on deaf.
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL or (error.errno or 0) < 0:  # those of name look-ups are
            raise UserError(f"{host} is no address of this machine.", "Give another one with --host.") from error
        reason = os.strerror(error.errno or 0)
        raise UserError(f"Port {port} can't be had: {reason}.", f"Give another one with {option}.") from error
