"""A Socket Mode client for tests that opens and closes at once.

The SDK's own takes up to half a second to open and one to close, since it looks at its socket and queue in
intervals; over hundreds of tests that is minutes. On the wire, and into Bolt, this one does the same. The
SDK's clients have tests of their own (`tests/sandbox/test_sockets.py`).
"""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Thread
from time import time
from typing import TYPE_CHECKING, Any

from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk import WebClient
from slack_sdk.socket_mode.request import SocketModeRequest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

if TYPE_CHECKING:
    from slack_bolt import App
    from slack_sdk.socket_mode.response import SocketModeResponse
    from websockets.sync.client import ClientConnection


class QuickSocket:
    """One socket for a Bolt app, open once this is made; listeners run on `concurrency` threads."""

    logger = logging.getLogger("sandbox.quick_socket")

    def __init__(self, app: App, app_token: str, *, concurrency: int = 10) -> None:
        self._app = app
        self._web = WebClient(token=app_token, base_url=app.client.base_url)
        self._workers = ThreadPoolExecutor(concurrency, thread_name_prefix="listener")
        self._open = ExitStack()
        self._socket = self._connect()
        self._reader = Thread(target=self._read, name="quick socket", daemon=True)
        self._reader.start()

    def _connect(self) -> ClientConnection:
        url = str(self._web.apps_connections_open(app_token=str(self._web.token))["url"])
        socket = self._open.enter_context(connect(url, proxy=None))
        assert json.loads(socket.recv())["type"] == "hello"  # noqa: S101 - Slack's first word
        return socket

    def _read(self) -> None:
        try:
            for frame in self._socket:
                envelope = json.loads(frame)
                if "envelope_id" in envelope:
                    self._workers.submit(self._handle, envelope)
        except ConnectionClosed:
            return

    def _handle(self, envelope: dict[str, Any]) -> None:
        request = SocketModeRequest.from_dict(envelope)
        if request is not None:
            # send_response asks no more of a client than a logger and the method below.
            send_response(self, request, run_bolt_app(self._app, request), time())  # type: ignore[arg-type]

    def send_socket_mode_response(self, response: SocketModeResponse) -> None:
        """Send an ack; one that comes too late for an open socket is dropped."""
        try:
            self._socket.send(json.dumps(response.to_dict()))
        except ConnectionClosed:
            self.logger.debug("an ack came after the socket was closed")

    def close(self) -> None:
        """Hang up, and let the listeners that run finish."""
        self._open.close()
        self._reader.join()
        self._workers.shutdown()
