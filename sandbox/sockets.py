"""Socket Mode: the app's WebSockets, the envelopes that go out and the acks that come back.

Runs on the server's event loop only. Payloads are spread over all open connections; an envelope that is
not acked in time, or whose connection is lost first, counts as not delivered.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import secrets
import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from sandbox.clock import real_seconds
from sandbox.workspace import APP_ID

if TYPE_CHECKING:
    from sandbox.model import Json
    from sandbox.workspace import Workspace

LARGEST_FRAME = 20_480
MOST_CONNECTIONS = 10
TOO_LARGE = 1009


class Unacked(Exception):
    """The app did not ack: `no_connection`, `timeout`, `connection_lost`, or an HTTP status.

    `not_configured`: the manifest has no interactivity.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(eq=False)
class Connection:
    """One open WebSocket of the app; a `leaving` one gets no new envelopes."""

    socket: WebSocket
    number: int
    leaving: bool = False
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)


class SilenceableProtocol(WebSocketsSansIOProtocol):
    """Uvicorn's WebSockets, one of which can become half open: it stands, and swallows every byte either way."""

    def __init__(self, *args: Any, wires: weakref.WeakSet[SilenceableProtocol], **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_silent = False
        wires.add(self)

    def fall_silent(self) -> None:
        """Hear and say nothing any more."""
        self.is_silent = True
        self.stop_keepalive()
        self.transport.write = lambda _: None  # type: ignore[assignment, method-assign]

    def data_received(self, data: bytes) -> None:
        """Nothing, once silent."""
        if not self.is_silent:
            super().data_received(data)


class SocketHub:
    """All connections of the app."""

    def __init__(self, workspace: Workspace) -> None:
        self.ack_seconds = 3.0
        self._workspace = workspace
        self._tickets: set[str] = set()
        self._connections: list[Connection] = []
        self._turn = 0
        self._opened = 0
        self._wires: weakref.WeakSet[SilenceableProtocol] = weakref.WeakSet()
        self.protocol = functools.partial(SilenceableProtocol, wires=self._wires)

    @property
    def connected(self) -> int:
        """How many sockets the app has open."""
        return len(self._connections)

    @property
    def in_flight(self) -> int:
        """How many envelopes wait for their ack."""
        return sum(len(connection.waiting) for connection in self._connections)

    def new_url(self, base_url: str) -> str:
        """A WebSocket address that works once."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return f"{base_url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={APP_ID}"

    async def serve(self, socket: WebSocket) -> None:
        """One connection, from hello to its end."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            self._workspace.refuse("socket", "invalid_ticket")
            await socket.close(1008)
            return
        self._tickets.discard(ticket)
        await socket.accept()
        if len(self._connections) >= MOST_CONNECTIONS:
            self._workspace.refuse("socket", "too_many_websockets")
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return
        self._opened += 1
        connection = Connection(socket, self._opened)
        try:
            await socket.send_json(
                {
                    "type": "hello",
                    "num_connections": len(self._connections) + 1,
                    "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
                    "connection_info": {"app_id": APP_ID},
                }
            )
            self._connections.append(connection)
            self._tell("opened", connection)
            await self._listen(connection)
        except WebSocketDisconnect:
            pass
        finally:
            self._drop(connection)

    async def _listen(self, connection: Connection) -> None:
        while True:
            frame = await connection.socket.receive_text()
            size = len(frame.encode())
            if size > LARGEST_FRAME:
                self._workspace.refuse("ack", "frame_too_large", f"{size} bytes")
                await connection.socket.close(TOO_LARGE)
                return
            self._take_ack(connection, frame)

    def _take_ack(self, connection: Connection, frame: str) -> None:
        try:
            ack = json.loads(frame)
            envelope_id = ack["envelope_id"]
        except (ValueError, KeyError, TypeError):
            self._workspace.refuse("ack", "not_an_ack", frame[:200])
            return
        waiting = connection.waiting.pop(envelope_id, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(ack.get("payload") or {})

    def _drop(self, connection: Connection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
            self._tell("closed", connection)
        for waiting in connection.waiting.values():
            if not waiting.done():
                waiting.set_exception(Unacked("connection_lost"))
        connection.waiting.clear()

    def _tell(self, state: str, connection: Connection) -> None:
        self._workspace.log.add("socket", state=state, number=connection.number, connected=len(self._connections))
        self._workspace.signal("app", connected=len(self._connections))

    async def send(
        self, kind: str, payload: Json, *, accepts_payload: bool, attempt: int = 0, reason: str = ""
    ) -> Json:
        """Deliver one envelope; the ack's payload, or Unacked."""
        connection = self._next_connection()
        envelope_id = secrets.token_hex(16)
        envelope: dict[str, Any] = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": accepts_payload,
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        waiting: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope_id] = waiting
        self._workspace.log.add(
            "sent", envelope_id=envelope_id, type=kind, connection=connection.number, attempt=attempt
        )
        began, ack_seconds = real_seconds(), self.ack_seconds
        try:
            await connection.socket.send_text(json.dumps(envelope))
            answer = await asyncio.wait_for(waiting, ack_seconds)
        except TimeoutError:
            connection.waiting.pop(envelope_id, None)
            raise Unacked("timeout") from None
        except (WebSocketDisconnect, RuntimeError):
            connection.waiting.pop(envelope_id, None)
            raise Unacked("connection_lost") from None
        self._workspace.log.add("acked", envelope_id=envelope_id, seconds=round(real_seconds() - began, 4))
        return answer

    def _next_connection(self) -> Connection:
        staying = [connection for connection in self._connections if not connection.leaving]
        if not staying:
            raise Unacked("no_connection")
        self._turn += 1
        return staying[self._turn % len(staying)]

    async def refresh(self, reason: str = "refresh_requested", *, grace: float = 0.2) -> None:
        """Ask every open connection to make way for a new one, as Slack does now and then, and hang up on them."""
        leaving = await self.ask_to_leave(reason)
        if leaving:
            await asyncio.sleep(grace)
            await self.hang_up(leaving)

    async def ask_to_leave(self, reason: str = "refresh_requested") -> list[Connection]:
        """Ask every open connection to make way; those that are to be closed then (none after a warning)."""
        leaving = list(self._connections)
        debug_info = {"host": "sandbox"}
        for connection in leaving:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # it may have gone by itself
                await connection.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": debug_info})
        if reason == "warning":
            return []
        for connection in leaving:
            connection.leaving = True
        return leaving

    async def fall_silent(self) -> None:
        """Let every open connection become half open: it stands, and each byte is swallowed. New ones are well."""
        for wire in list(self._wires):
            wire.fall_silent()

    async def hang_up(self, connections: list[Connection] | None = None) -> None:
        """Close these connections, or all, without a word."""
        for connection in list(self._connections) if connections is None else connections:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # it may have gone by itself
                await connection.socket.close()
