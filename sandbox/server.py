"""The sandbox as a whole: a workspace behind HTTP and WebSockets on one port, in a thread of its own.

    with Sandbox(manifest=Path("manifest.json")) as sandbox:
        App(client=WebClient(token=sandbox.bot_token, base_url=sandbox.api_url))

Used by an app's demo, by `sandbox/testing.py` and by `python -m sandbox`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
import threading
from typing import TYPE_CHECKING, Any, Self, TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from sandbox import page_api
from sandbox.api.files import as_attachment
from sandbox.clock import Clock
from sandbox.delivery import Delivery
from sandbox.errors import SlackError
from sandbox.events import EventFeed
from sandbox.faults import ANSWERS, Faults
from sandbox.gate import Gate
from sandbox.interactions import Interactions
from sandbox.keep import load, save
from sandbox.manifest import read_manifest
from sandbox.rates import Rates
from sandbox.responses import Responses
from sandbox.seed import DEFAULT, populate
from sandbox.sockets import SocketHub
from sandbox.triggers import Triggers
from sandbox.webapi import CuttableProtocol, WebApi
from sandbox.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from datetime import datetime
    from pathlib import Path

    from starlette.requests import Request

T = TypeVar("T")


def _is_no_ordered_cut(record: logging.LogRecord) -> bool:
    """Leave out what uvicorn says of answers that end early: such is ordered, as a fault."""
    return not record.getMessage().startswith("ASGI callable returned without")


class Sandbox:
    """A whole Slack for one app. `start`, then `api_url`, the tokens and `url` (the page) are good.

    `seed`: who and what there is (default: `seed.toml`). `port` 0: any free one. `keep`: a file that the
    workspace is read from and written to. `rates`: refuse calls that come too fast. `now`: a clock that stands
    there until it is moved; without it time runs. `log`: a file that mirrors the log as JSON lines.
    """

    def __init__(
        self,
        *,
        manifest: Mapping[str, Any] | Path,
        seed: Path | None = None,
        port: int = 0,
        keep: Path | None = None,
        rates: bool = False,
        now: datetime | None = None,
        log: Path | None = None,
    ) -> None:
        self.clock = Clock(now)
        self._start_at = now
        self._seed = seed or DEFAULT
        self._keep = keep
        self.workspace = Workspace(read_manifest(manifest), self.clock, log)
        self.log = self.workspace.log
        self.faults = Faults()
        self.rates = Rates(on=rates)
        self.triggers = Triggers()
        self.sockets = SocketHub(self.workspace)
        self.responses = Responses(self.workspace)
        self.delivery = Delivery(self.workspace, self.sockets)
        self.events = EventFeed(self.workspace, self.delivery)
        self.people = Interactions(self.workspace, self.delivery, self.events, self.triggers, self.responses)
        self.web_api = WebApi(
            self.workspace, self.triggers, self.rates, self.sockets, self.faults, self.people.change_channel
        )
        self._port = port
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._fill()

    def _fill(self) -> None:
        if not (self._keep and self._keep.exists() and load(self.workspace, self._keep)):
            populate(self.workspace, self._seed)

    # -- addresses and secrets --------------------------------------------------------------

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def api_url(self) -> str:
        """The base URL for a WebClient, with its trailing slash."""
        return f"{self.url}/api/"

    @property
    def bot_token(self) -> str:
        """The app's bot token."""
        return self.workspace.bot_token

    @property
    def app_token(self) -> str:
        """The app-level token, for Socket Mode."""
        return self.workspace.app_token

    @property
    def signing_secret(self) -> str:
        """What requests in HTTP mode are signed with."""
        return self.workspace.signing_secret

    # -- time -------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The workspace's moment."""
        return self.clock.now()

    def jump(self, to: datetime) -> None:
        """Move time forward; see Clock.jump."""
        self.clock.jump(to)
        self.log.add("clock", now=self.clock.now().isoformat())
        self.workspace.signal("clock")

    def on_jump(self, callback: Callable[[], None]) -> None:
        """Call back after every jump, in the thread that jumped."""
        self.clock.on_jump(callback)

    # -- running ----------------------------------------------------------------------------

    def start(self) -> None:
        """Serve in the background; returns once the port answers."""
        listener = socket.create_server(("127.0.0.1", self._port), backlog=128)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # what it accepts has it, too
        self._port = listener.getsockname()[1]
        for part in (self.web_api, self.responses, self.people):
            part.base_url = self.url
        config = uvicorn.Config(
            self._application(),
            http=CuttableProtocol,
            ws=self.sockets.protocol,  # type: ignore[arg-type]  # called as the class is
            ws_ping_interval=8.0,  # an app whose socket has become half open is given up within 20 seconds
            ws_ping_timeout=10.0,
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        logging.getLogger("uvicorn.error").addFilter(_is_no_ordered_cut)
        self._server = uvicorn.Server(config)
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(listener, ready), name="sandbox", daemon=True)
        self._thread.start()
        ready.wait()

    def _serve(self, listener: socket.socket, ready: threading.Event) -> None:
        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            self.events.run_on(self._loop)
            ready.set()
            assert self._server is not None  # noqa: S101 - set by start, just before this thread
            await self._server.serve(sockets=[listener])

        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        asyncio.run(serve())

    def stop(self) -> None:
        """Stop serving, within about a second; the workspace is kept if it has a file."""
        if self._server is None or self._thread is None:
            return
        self.run(self.delivery.close())
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self._server = self._thread = self._loop = None
        if self._keep:
            save(self.workspace, self._keep)
        self.log.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def run(self, doing: Coroutine[Any, Any, T], seconds: float = 30) -> T:
        """The result of something that runs on the server's loop, asked from another thread."""
        if self._loop is None:
            raise RuntimeError("the sandbox is not running")
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result(seconds)

    def reset(self) -> None:
        """Everything as at the start, in milliseconds; the app's sockets, listeners and tokens stay."""
        with self.workspace.changed:
            self.clock.restart(self._start_at)
            self.events.clear()
            self.faults.clear()
            self.rates.clear()
            self.triggers.clear()
            self.responses.clear()
            self.workspace.clear()
            populate(self.workspace, self._seed)
        self.workspace.signal("reload")

    # -- routes -----------------------------------------------------------------------------

    def _application(self) -> Gate:
        from sandbox.page import routes as page_routes

        routes = [
            Route("/api/{method}", self.web_api.serve, methods=["GET", "POST"]),
            WebSocketRoute("/link/", self.sockets.serve),
            Route("/respond/{ticket}", self._respond, methods=["POST"]),
            Route("/upload/v1/{ticket}", self._upload, methods=["POST", "PUT"]),
            Route("/files-pri/{file}/{path:path}", self._download),
            Route("/_sandbox/faults", self._faults, methods=["GET", "POST", "DELETE"]),
            *page_api.routes(self),
            *page_routes(),
        ]
        return Gate(Starlette(routes=routes))

    async def _respond(self, request: Request) -> Response:
        ticket = request.path_params["ticket"]
        try:
            body = json.loads(await request.body())
        except ValueError:
            body = None
        if not isinstance(body, dict):
            self.workspace.refuse("response_url", "invalid_payload")
            return PlainTextResponse("invalid_payload", 400)
        channel = self.responses.channel_of(ticket)
        return await self.web_api.perform(ANSWERS, channel, body, lambda: self._answer(ticket, body), request)

    def _answer(self, ticket: str, body: dict[str, Any]) -> Response:
        try:
            self.responses.take(ticket, body)
        except SlackError as refusal:
            self.workspace.refuse("response_url", refusal.code, refusal.extra)
            status = refusal.status if refusal.status != 200 else 400  # noqa: PLR2004 - HTTP's OK
            return JSONResponse(refusal.as_answer(), status)
        return PlainTextResponse("ok")

    async def _upload(self, request: Request) -> Response:
        ticket = request.path_params["ticket"]
        file = next((one for one in self.workspace.files.values() if one.ticket == ticket), None)
        if file is None:
            return PlainTextResponse("not found", 404)
        content = await _sent_bytes(request)
        if len(content) != file.length:
            self.workspace.refuse("upload", "wrong_length", f"{len(content)} bytes, not {file.length}")
            return PlainTextResponse("the length is not the one announced", 400)
        file.content, file.ticket = content, ""
        return PlainTextResponse(f"OK - {file.length}")

    async def _download(self, request: Request) -> Response:
        file = self.workspace.files.get(request.path_params["file"])
        authorised = request.headers.get("authorization") == f"Bearer {self.bot_token}"
        if not authorised or "files:read" not in self.workspace.manifest.scopes:
            # Slack answers with its sign-in page, not with an error.
            self.workspace.refuse("file download", "not_authed")
            return Response("<!DOCTYPE html><title>Sign in</title>", media_type="text/html")
        if file is None or file.content is None:
            return PlainTextResponse("not found", 404)
        return Response(file.content, media_type=file.mimetype, headers=as_attachment(file.name))

    async def _faults(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.faults.clear()
        elif request.method == "POST":
            ordered = await request.json()
            try:
                self.faults.add(ordered.pop("kind"), ordered.pop("method"), **ordered)
            except (KeyError, TypeError, ValueError) as wrong:
                return JSONResponse({"ok": False, "error": str(wrong)}, 400)
        return JSONResponse({"ok": True, "faults": self.faults.waiting()})


async def _sent_bytes(request: Request) -> bytes:
    """An uploaded body: raw, or the file of a form."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        form = await request.form()
        upload = next((one for one in form.values() if not isinstance(one, str)), None)
        with contextlib.closing(form):
            return await upload.read() if upload else b""
    return await request.body()
