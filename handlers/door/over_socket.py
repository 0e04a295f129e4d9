"""Socket Mode: the links to Slack, kept open whatever happens to them. Made by `bot.py`.

There are two, since Slack spreads what it sends over all that are open: while one is lost, the other hears. A link
ends when a ping is not answered in time (a half-open one swallows every byte, and nobody else would notice), and is
opened again at once. One that Slack asks us to leave is left when its successor hears, and read to its end, so that
what came by it is acked by it. Slack's SDK has clients too: they wait for a pong for ever, look after their link every
ten seconds, and hang up on acks that are under way.
"""

from __future__ import annotations

import json
import logging
import socket
import struct
from contextlib import ExitStack, suppress
from http.client import HTTPException
from itertools import count
from threading import Event, Lock, Thread, Timer
from time import time
from typing import TYPE_CHECKING, Any

from slack_bolt import BoltRequest
from slack_bolt.adapter.socket_mode.internals import build_headers, send_response
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.request import SocketModeRequest
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import connect

from handlers.door.listeners import Listeners

if TYPE_CHECKING:
    from slack_bolt import App
    from slack_sdk.socket_mode.response import SocketModeResponse
    from websockets.sync.client import ClientConnection

LINKS = 2
PING_EVERY, PONG_WITHIN = 5.0, 10.0
"""Seconds: a link that has fallen silent is given up 15 seconds later at the latest."""
_PATIENCE = 5.0  # seconds for a step of opening a link
_FIRST_WAIT, _LONGEST_WAIT, _REFUSED_WAIT = 0.1, 1.0, 5.0  # seconds before trying again
_LEAVING = 30.0  # seconds that a link which we were asked to leave is read for, if Slack does not close it
_LARGEST = 4 << 20  # bytes of an envelope
_SEND_TIMEOUT = struct.pack("ll", int(PONG_WITHIN), 0)
_FAULTS = (SlackClientError, WebSocketException, HTTPException, OSError, ValueError, KeyError)

log = logging.getLogger("cta_bot")
_wire = logging.getLogger("cta_bot.socket")
_wire.setLevel(logging.CRITICAL)  # what it would say of each lost link, we say once and in words


class OverSocket:
    """The bot's links to Slack. `connect`, and until `close` what Slack sends reaches the app's listeners."""

    def __init__(
        self, app: App, app_token: str, *, ping_every: float = PING_EVERY, pong_within: float = PONG_WITHIN
    ) -> None:
        self._app = app
        self._web = WebClient(token=app_token, base_url=app.client.base_url, timeout=int(_PATIENCE), retry_handlers=[])
        self._ping_every, self._pong_within = ping_every, pong_within
        self._workers = Listeners()
        self._closing = Event()
        self._lock = Lock()
        self._links: set[ClientConnection] = set()
        self._trouble = ""

    def connect(self) -> None:
        """Open the first link, and the others beside. Raises SlackApiError (a token that Slack refuses) or OSError."""
        try:
            first = self._dial()
        except (SlackApiError, OSError):
            raise
        except _FAULTS as error:
            raise ConnectionError(str(error)) from error
        for link in (first, *[None] * (LINKS - 1)):
            Thread(target=self._keep, args=(link,), name="link", daemon=True).start()

    @property
    def connected(self) -> int:
        """How many links are open."""
        with self._lock:
            return len(self._links)

    def close(self) -> None:
        """Hang up, within a second also where nobody answers; what waits for its turn is dropped."""
        self._closing.set()
        with self._lock:
            closing = [Thread(target=link.close, name="closing", daemon=True) for link in self._links]
        for thread in closing:
            thread.start()
        for thread in closing:
            thread.join(timeout=1)
        self._workers.shutdown(wait=False, cancel_futures=True)

    def _keep(self, link: ClientConnection | None) -> None:
        """One link after the other, each until it ends or Slack asks for the next."""
        while not self._closing.is_set():
            link = link or self._dial_patiently()
            if link is None:
                return
            self._opened(link)
            if self._read(link):
                Thread(target=self._leave, args=(link,), name="leaving link", daemon=True).start()
            else:
                self._ended(link)
            link = None

    def _dial_patiently(self) -> ClientConnection | None:
        """A new link, tried for until there is one; None once the bot stops."""
        for attempt in count():
            wait = min(_FIRST_WAIT * 2 ** min(attempt, 9), _LONGEST_WAIT)
            try:
                return self._dial()
            except SlackApiError as error:
                wait = float(error.response.headers.get("Retry-After") or _REFUSED_WAIT)
                self._say(f"Slack refuses a connection: {error.response.get('error')}")
            except _FAULTS as error:
                self._say(f"Slack can't be reached: {error}")
            if self._closing.wait(wait):
                break
        return None

    def _dial(self) -> ClientConnection:
        url = str(self._web.apps_connections_open(app_token=str(self._web.token))["url"])
        with ExitStack() as unless_taken:
            link: ClientConnection = unless_taken.enter_context(
                connect(
                    url,
                    ping_interval=self._ping_every,
                    ping_timeout=self._pong_within,
                    compression=None,
                    proxy=True if url.startswith("wss:") else None,  # without TLS Slack is on this machine
                    open_timeout=_PATIENCE,
                    close_timeout=1,
                    max_size=_LARGEST,
                    logger=_wire,
                )
            )
            hello = _parsed(link.recv(timeout=_PATIENCE))
            if hello.get("type") != "hello":
                raise ConnectionRefusedError(str(hello.get("reason") or "no hello"))
            # Else an ack could wait for ever for a far end that reads no more, and the pings behind it.
            link.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _SEND_TIMEOUT)
            unless_taken.pop_all()
        return link

    def _opened(self, link: ClientConnection) -> None:
        with self._lock:
            self._links.add(link)
            is_first, self._trouble = len(self._links) == 1, ""
        if is_first:
            log.info("Websocket connected")
        if self._closing.is_set():
            link.close()

    def _ended(self, link: ClientConnection) -> None:
        with self._lock:
            self._links.discard(link)
            is_last = not self._links
        if is_last and not self._closing.is_set():
            self._say(f"the connection to Slack was lost ({link.close_reason or link.close_code}); opening another")

    def _say(self, trouble: str) -> None:
        """Say what is wrong, once until it is over."""
        with self._lock:
            is_new, self._trouble = trouble != self._trouble, trouble
        if is_new:
            log.warning("%s", trouble)

    def _read(self, link: ClientConnection) -> bool:
        """Hand what comes to the listeners, until the link ends, or (then True) Slack asks us to leave it."""
        with suppress(ConnectionClosed):
            for frame in link:
                envelope = _parsed(frame)
                if envelope.get("type") == "disconnect":
                    return True
                if "envelope_id" in envelope:
                    with suppress(RuntimeError):  # the bot stops
                        self._workers.submit(self._handle, link, envelope)
        return False

    def _leave(self, link: ClientConnection) -> None:
        """Read a link to its end: what is under way is still acked by it."""
        over = Timer(_LEAVING, link.close)
        over.daemon = True
        over.start()
        while self._read(link):
            pass
        over.cancel()
        self._ended(link)

    def _handle(self, link: ClientConnection, envelope: dict[str, Any]) -> None:
        request = SocketModeRequest.from_dict(envelope)
        if request is None:
            return
        try:
            bolt = BoltRequest(mode="socket_mode", body=request.payload, headers=build_headers(request))
        except Exception as error:  # noqa: BLE001 - as in HTTP mode: nobody can say what such a thing may hold
            log.warning("an envelope could not be read: %r", error)
            return
        try:
            send_response(_Way(link), request, self._app.dispatch(bolt), time())  # type: ignore[arg-type]
        except Exception:
            log.exception("an envelope could not be answered")


def _parsed(frame: str | bytes) -> dict[str, Any]:
    with suppress(ValueError):
        found = json.loads(frame)
        if isinstance(found, dict):
            return found
    return {}


class _Way:
    """The way back of one envelope: all that `send_response` asks of the SDK's client."""

    logger = _wire

    def __init__(self, link: ClientConnection) -> None:
        self._link = link

    def send_socket_mode_response(self, response: SocketModeResponse) -> None:
        try:
            self._link.send(json.dumps(response.to_dict()))
        except ConnectionClosed:
            log.info("an ack came after its connection was closed")
