"""HTTP mode: what Slack posts to `/slack/events`, checked, then dispatched on a pool of threads. Made by `bot.py`.

Anybody may reach the port. So a request is turned away as early as can be said: a wrong path, a body over 1 MB or
headers that no signature can stand in before the body is read; a wrong signature before anything is parsed. Who is
slow to say what they want is hung up on, and so is whoever waits longest where too many do.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import re
import socket
from http import HTTPStatus
from threading import Thread
from typing import TYPE_CHECKING, Any

import h11  # of uvicorn
import uvicorn
from slack_bolt import BoltRequest
from uvicorn.protocols.http.h11_impl import H11Protocol

from handlers.door.listeners import Listeners

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from slack_bolt import App
    from slack_bolt.response import BoltResponse

    Send = Callable[[dict[str, Any]], Awaitable[None]]
    Receive = Callable[[], Awaitable[dict[str, Any]]]

PATH = "/slack/events"
LARGEST = 1 << 20
"""Bytes of a body; Slack's own are under 300 KB."""
LARGEST_HEAD = 1 << 16
"""Bytes of all headers; Slack's are under 2 KB."""
PATIENCE = 10.0
"""Seconds for a whole request, and for a kept connection to bring the next."""
MOST_HELD = 16 * LARGEST  # bytes of all bodies that are read or worked on
MOST_PIECES = 2000  # of one body; each costs as much as a request, however small: Slack's come in 200 at most
MOST_WAITING = 200  # connections without a whole request
AGE = 300  # seconds that a signature holds, either way
# What Bolt may hear of: the signature covers the body alone, and other headers switch Bolt's listeners off.
_PASSED = (
    "content-type", "x-slack-signature", "x-slack-request-timestamp", "x-slack-retry-num", "x-slack-retry-reason",
)  # fmt: skip
_TIMESTAMP = re.compile(rb"[0-9]{1,12}")
_SIGNATURE = re.compile(rb"v0=[0-9a-f]{64}")

log = logging.getLogger("cta_bot")


class _Refused(Exception):
    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class OverHttp:
    """The bot's side of HTTP mode: an ASGI app, and the server that runs it in a thread of its own."""

    def __init__(self, app: App, signing_secret: str, clock: Callable[[], datetime]) -> None:
        self._app = app
        self._secret = signing_secret.encode()
        self._clock = clock
        self._held = 0
        self._reading: dict[asyncio.Task[Any] | None, bytearray] = {}  # bodies that are not whole yet, the oldest first
        self._taken_in: dict[bytes, float] = {}  # by signature, the oldest first; of the time that one holds
        self._workers = Listeners()
        config = uvicorn.Config(
            self,
            http=Impatient,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            h11_max_incomplete_event_size=LARGEST_HEAD,
            timeout_keep_alive=int(PATIENCE),
            timeout_graceful_shutdown=3,
        )
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # what strangers send is not worth a line each
        self._server = uvicorn.Server(config)
        self._thread: Thread | None = None

    def listen(self, listener: socket.socket) -> None:
        """Serve on a socket that listens, until `close`."""
        self._thread = Thread(target=self._server.run, kwargs={"sockets": [listener]}, name="http", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Answer what is under way, within seconds, and stop."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(timeout=5)
        self._workers.shutdown(wait=False, cancel_futures=True)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """One request."""
        body = bytearray()
        try:
            headers = self._believable(scope)
            if not await self._read(receive, body):
                return
            self._verify(headers, bytes(body))
            if self._came_before(headers[b"x-slack-signature"]):
                await _send(send, HTTPStatus.OK, {}, "")
                return
            answer = await asyncio.get_running_loop().run_in_executor(
                self._workers, self._dispatch, bytes(body), headers
            )
            await _send(send, answer.status, answer.headers, answer.body or "")
        except _Refused as refused:
            await _send(send, refused.status, {"connection": ["close"]}, refused.status.phrase)
        finally:
            self._held -= len(body)

    def _believable(self, scope: dict[str, Any]) -> dict[bytes, bytes]:
        """The headers of a request that Slack may have sent; raises _Refused for any other."""
        if scope["path"] != PATH or scope["method"] != "POST":
            raise _Refused(HTTPStatus.NOT_FOUND)
        if sum(len(name) + len(value) for name, value in scope["headers"]) > LARGEST_HEAD:
            raise _Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)  # h11 looks at what has not come whole only
        headers: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            if name in headers and name.startswith(b"x-slack-"):
                raise _Refused(HTTPStatus.UNAUTHORIZED)
            headers[name] = value
        timestamp = headers.get(b"x-slack-request-timestamp", b"")
        signature = headers.get(b"x-slack-signature", b"")
        if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
            raise _Refused(HTTPStatus.UNAUTHORIZED)
        if abs(self._clock().timestamp() - int(timestamp)) > AGE:
            raise _Refused(HTTPStatus.UNAUTHORIZED)
        if int(headers.get(b"content-length", b"0")) > LARGEST:  # h11 has seen to it that it is a number
            raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return headers

    async def _read(self, receive: Receive, body: bytearray) -> bool:
        """Read the whole body, within the limits; False if whoever sent it is gone."""
        me = asyncio.current_task()
        self._reading[me] = body
        try:
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    return False
                body += message.get("body", b"")
                self._held += len(message.get("body", b""))
                if len(body) > LARGEST:
                    raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
                if self._held > MOST_HELD:
                    self._give_up_oldest(me)
                if not message.get("more_body"):
                    return True
        except asyncio.CancelledError:
            if me is None or me in self._reading:
                raise  # the server stops
            me.uncancel()
            raise _Refused(HTTPStatus.SERVICE_UNAVAILABLE) from None
        finally:
            self._reading.pop(me, None)

    def _give_up_oldest(self, me: asyncio.Task[Any] | None) -> None:
        """Make room: Slack sends a body at once, and who only holds one takes their time; raises _Refused for `me`."""
        oldest, held = next(iter(self._reading.items()))
        if oldest is None or oldest is me:
            raise _Refused(HTTPStatus.SERVICE_UNAVAILABLE)
        del self._reading[oldest]
        self._held -= len(held)
        held.clear()
        oldest.cancel()

    def _verify(self, headers: dict[bytes, bytes], body: bytes) -> None:
        base = b":".join((b"v0", headers[b"x-slack-request-timestamp"], body))
        signature = f"v0={hmac.new(self._secret, base, hashlib.sha256).hexdigest()}".encode()
        if not hmac.compare_digest(signature, headers[b"x-slack-signature"]):
            raise _Refused(HTTPStatus.UNAUTHORIZED)

    def _came_before(self, signature: bytes) -> bool:
        """Whether these very bytes were taken in already: a signed request counts once, whoever hands it in again.

        Slack signs anew what it sends again, so that only a proxy or a thief repeats a signature.
        """
        now = self._clock().timestamp()
        while self._taken_in and next(iter(self._taken_in.values())) < now - 2 * AGE:
            self._taken_in.pop(next(iter(self._taken_in)))
        known = signature in self._taken_in
        self._taken_in.setdefault(signature, now)
        return known

    def _dispatch(self, body: bytes, headers: dict[bytes, bytes]) -> BoltResponse:
        try:
            passed: dict[str, str | Sequence[str]] = {}
            passed |= {name: headers[name.encode()].decode("latin-1") for name in _PASSED if name.encode() in headers}
            request = BoltRequest(body=body.decode(), headers=passed)
        except Exception as error:
            log.warning("a signed request could not be read: %s", type(error).__name__)  # which may hold all of it
            raise _Refused(HTTPStatus.BAD_REQUEST) from error
        try:
            return self._app.dispatch(request)
        except Exception as error:
            log.exception("a request could not be answered")
            raise _Refused(HTTPStatus.INTERNAL_SERVER_ERROR) from error


async def _send(send: Send, status: int, headers: dict[str, Any], body: str) -> None:
    content = body.encode()
    lines = [
        (name.encode("latin-1"), str(value).encode("latin-1"))
        for name, values in headers.items()
        if name.lower() != "content-length"
        for value in values
    ]
    lines.append((b"content-length", str(len(content)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": content})


class _Whole(h11.Connection):
    """h11, which gives up a body that comes in crumbs: a megabyte of them would hold up all others for a minute.

    Its own answers go out as one piece: each that is written has the threads that work hand over their turn.
    """

    pieces = 0
    _head = b""

    def next_event(self) -> type[h11.NEED_DATA | h11.PAUSED] | h11.Event:
        """What is read next."""
        event = super().next_event()
        if isinstance(event, h11.Request):
            self.pieces = 0
        self.pieces += isinstance(event, h11.Data)
        if self.pieces > MOST_PIECES:
            raise h11.RemoteProtocolError("the body comes in crumbs")
        return event

    def send(self, event: h11.Event) -> bytes:  # type: ignore[override] # one for all that h11 has a word each for
        """What is to be written; a head waits for the body behind it."""
        said = self._head + (super().send(event) or b"")
        is_head = isinstance(event, h11.Response)
        self._head = said if is_head else b""
        return b"" if is_head else said


class Impatient(H11Protocol):
    """Uvicorn's HTTP, hanging up on those who do not come to the point."""

    waiting: dict[Impatient, None] = {}  # noqa: RUF012 - one table for the port, the longest waiting first
    deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Somebody came."""
        # asyncio does so only for listeners made in a certain way; else a kept connection answers 40 ms later.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)
        self.conn = _Whole(h11.SERVER, LARGEST_HEAD)
        self._wait()

    def on_response_complete(self) -> None:
        """Answered: the next one is waited for."""
        self._wait()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Gone."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """More of a request."""
        super().data_received(data)
        if self._has_request():
            self._stop_waiting()

    def _wait(self) -> None:
        self._stop_waiting()
        self.deadline = self.loop.call_later(PATIENCE, self.hang_up)
        self.waiting[self] = None
        if len(self.waiting) > MOST_WAITING:
            next(iter(self.waiting)).hang_up()

    def _stop_waiting(self) -> None:
        self.waiting.pop(self, None)
        if self.deadline is not None:
            self.deadline.cancel()

    def _has_request(self) -> bool:
        return self.cycle is not None and not self.cycle.more_body and not self.cycle.response_complete

    def hang_up(self) -> None:
        """End the connection, and whatever was begun by it."""
        self._stop_waiting()
        self.transport.abort()
