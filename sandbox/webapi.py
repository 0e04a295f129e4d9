"""The HTTP side of the Web API: arguments, tokens, scopes, rates, faults, and the log of every call."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import struct
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.api import METHODS, Call
from sandbox.errors import SlackError
from sandbox.rates import RateLimited

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from sandbox.api import Method
    from sandbox.faults import Fault, Faults
    from sandbox.model import Json
    from sandbox.rates import Rates
    from sandbox.sockets import SocketHub
    from sandbox.triggers import Triggers
    from sandbox.workspace import Workspace

logger = logging.getLogger("sandbox")

_TOKEN_KINDS = {"xoxb": "bot", "xapp": "app"}
_SHOWN = 2_000


class WebApi:
    """Answers `/api/METHOD` as Slack does."""

    def __init__(
        self,
        workspace: Workspace,
        triggers: Triggers,
        rates: Rates,
        sockets: SocketHub,
        faults: Faults,
        change_channel: Callable[..., None],
    ) -> None:
        self._workspace = workspace
        self._triggers = triggers
        self._rates = rates
        self._sockets = sockets
        self._faults = faults
        self._change_channel = change_channel
        self.base_url = ""

    async def serve(self, request: Request) -> Response:
        """One call over HTTP."""
        name = request.path_params["method"]
        try:
            token, args, is_json = await _read(request)
        except SlackError as refusal:
            self._workspace.refuse(name, refusal.code)
            return JSONResponse(refusal.as_answer())

        def work() -> Response:
            response = _as_response(self.call(name, token, args, is_json=is_json))
            if token == self._workspace.bot_token:
                response.headers["X-OAuth-Scopes"] = ",".join(sorted(self._workspace.manifest.scopes))
            return response

        return await self.perform(name, self._channel_in(args), _shown(args), work, request)

    def _channel_in(self, args: Json) -> str:
        wanted = str(args.get("channel", ""))
        if wanted in self._workspace.people:
            return self._workspace.dm(wanted).id
        channel = self._workspace.channel(wanted) if wanted else None
        return channel.id if channel else wanted

    async def perform(
        self, name: str, channel: str, shown: Json, work: Callable[[], Response], request: Request
    ) -> Response:
        """What `work` answers, unless a fault was ordered for `name`."""
        fault = self._faults.take(name, channel)
        if fault is None:
            return work()
        self._workspace.log.add("fault", fault=fault.kind, method=name, args=shown, takes_effect=fault.takes_effect)
        if fault.takes_effect:
            done: Response | None = work()
        else:
            done = None
            self._workspace.log.add("asked", method=name, args=shown, outcome=f"fault: {fault.kind}")
        return await self._suffer(fault, done, channel, request)

    async def _suffer(self, fault: Fault, done: Response | None, channel: str, request: Request) -> Response:
        answered = done or JSONResponse({"ok": False, "error": fault.code})
        match fault.kind:
            case "rate_limited":
                body: Json = {"ok": False, "error": "ratelimited"}
                return JSONResponse(body, 429, {"Retry-After": str(fault.retry_after)})
            case "server_error":
                return Response("Internal Server Error", fault.status)
            case "error":
                return JSONResponse({"ok": False, "error": fault.code})
            case "hang":
                await asyncio.sleep(fault.seconds)
                return done or Cut(request, b"")
            case "no_scopes":
                del answered.headers["X-OAuth-Scopes"]
                return answered
            case "then":
                self._change_channel(fault.channel or channel, fault.change, user=self._workspace.bot.id)
                return answered
            case _:
                return Cut(request, b"" if fault.kind == "reset" else bytes(answered.body))

    def call(self, name: str, token: str, args: Json, *, is_json: bool = False) -> Json:
        """The answer to one call, logged, together with what it changed."""
        with self._workspace.changed:
            try:
                answer = {"ok": True, **self._run(name, token, args, is_json=is_json)}
            except SlackError as refusal:
                answer = refusal.as_answer()
                if isinstance(refusal, RateLimited):
                    answer["retry_after"] = refusal.retry_after
                self._log(name, token, args, refusal.code)
                self._workspace.refuse(name, refusal.code, answer.get("response_metadata") or _shown(args))
                return answer
            self._log(name, token, args, "ok")
            return answer

    def _log(self, name: str, token: str, args: Json, outcome: str) -> None:
        self._workspace.log.add("asked", method=name, args=_shown(args), token=token.partition("-")[0], outcome=outcome)

    def _run(self, name: str, token: str, args: Json, *, is_json: bool) -> Json:
        method = METHODS.get(name)
        if method is None:
            logger.warning("the sandbox has no method %s", name)
            raise SlackError("unknown_method", req_method=name)
        self._admit(method, token)
        self._rates.charge_method(name, method.tier)
        if is_json and not method.takes_json:
            args = {}  # Slack ignores JSON bodies of methods that take forms only
        call = Call(args, self._workspace, self._triggers, self._rates, self._sockets, self.base_url)
        return method.run(call)

    def _admit(self, method: Method, token: str) -> None:
        if method.token == "none":  # noqa: S105 - the kind of token
            return
        if not token:
            raise SlackError("not_authed")
        kind = _TOKEN_KINDS.get(token.partition("-")[0])
        if kind is None or token not in (self._workspace.bot_token, self._workspace.app_token):
            raise SlackError("invalid_auth")
        if kind != method.token:
            raise SlackError("not_allowed_token_type")
        if kind == "bot" and self._workspace.bot_revoked:
            raise SlackError("token_revoked")
        granted = self._workspace.manifest.scopes
        if method.scope and method.scope not in granted:
            raise SlackError("missing_scope", needed=method.scope, provided=",".join(sorted(granted)))


async def _read(request: Request) -> tuple[str, Json, bool]:
    """Token, arguments, and whether they came as JSON; the token may stand in the header or the form."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip() if scheme.lower() == "bearer" else ""
    args: Json = dict(request.query_params)
    content_type = request.headers.get("content-type", "").partition(";")[0]
    if content_type == "application/json":
        body = await request.body()
        try:
            sent = json.loads(body) if body else {}
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(sent, dict):
            raise SlackError("json_not_object")
        return token, {name: value for name, value in sent.items() if value is not None} | args, True
    if request.method == "POST":
        args |= dict(await request.form())
    token = token or str(args.get("token", ""))
    args.pop("token", None)
    return token, args, False


def _shown(args: Json) -> Json:
    """Arguments for the log: structures in JSON text opened, so that tests can look into them."""
    shown: dict[str, Any] = {}
    for name, value in args.items():
        shown[name] = value
        if isinstance(value, str) and value[:1] in ("{", "["):
            try:
                shown[name] = json.loads(value)
            except ValueError:
                shown[name] = value[:_SHOWN]
    return shown


def _as_response(answer: Json) -> Response:
    if "retry_after" in answer:
        seconds = str(answer.pop("retry_after"))
        return JSONResponse(answer, 429, {"Retry-After": seconds})
    return JSONResponse(answer)


# -- cutting connections ------------------------------------------------------------------------


class CuttableProtocol(H11Protocol):
    """Uvicorn's HTTP protocol, remembering the open transports so that a fault can cut one off."""

    transports: dict[tuple[str, int], asyncio.Transport] = {}  # noqa: RUF012 - one table for the process

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Remember the transport."""
        super().connection_made(transport)
        if self.client:
            self.transports[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        if self.client:
            self.transports.pop(self.client, None)
        super().connection_lost(exc)


class Cut(Response):
    """Nothing, or half of `body`, and then the end: a TCP reset if nothing was sent, else a close."""

    def __init__(self, request: Request, body: bytes) -> None:
        super().__init__(body, media_type="application/json")
        client = request.client
        self._transport = CuttableProtocol.transports.get((client.host, client.port)) if client else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send half of what was promised, then cut."""
        del scope, receive
        if self.body:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            half = bytes(self.body)[: len(self.body) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
        if self._transport is None:
            return
        if self.body:
            self._transport.close()
            return
        raw = self._transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()
