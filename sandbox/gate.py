"""Keeps web pages from elsewhere out: a workspace on this machine answers this machine only.

A page on another site may make a browser send requests here, also over a WebSocket, or let its own name point
here (DNS rebinding). Both say where they come from: in `Origin`, or in `Host`. Wraps the whole application of
`server.py`.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

LARGEST_BODY = 50_000_000
_OURS = {"127.0.0.1", "localhost", "::1"}


class Gate:
    """Refuses requests and sockets with a foreign `Host` or `Origin`, and bodies that are too large."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may pass."""
        if scope["type"] not in ("http", "websocket"):
            await self._inner(scope, receive, send)
            return
        status = _refusal(Headers(scope=scope))
        if not status:
            with suppress(ClientDisconnect):  # nobody waits for the answer any more, as when a bot is stopped
                await self._inner(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse("refused", status)(scope, receive, send)


def _refusal(headers: Headers) -> int:
    """The HTTP status to refuse with, 0 for none."""
    host = headers.get("host", "")
    if _name(f"//{host}") not in _OURS:
        return 403
    origin = headers.get("origin")
    if origin is not None and (_name(origin) not in _OURS or urlsplit(origin).netloc != host):
        return 403
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > LARGEST_BODY:
        return 413
    return 411 if "transfer-encoding" in headers else 0


def _name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
