"""The page's live frames (see `page_api.py`): every change of the workspace, to those who may see it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.client import NotThere

if TYPE_CHECKING:
    from sandbox.looking import Looking
    from sandbox.model import Json, Person
    from sandbox.parts import World


class Live:
    """Frames to all open pages; each has a queue of its own, filled from whatever thread makes a change."""

    def __init__(self, sandbox: World, looking: Looking) -> None:
        self._sandbox = sandbox
        self._looking = looking
        self._pages: dict[asyncio.Queue[Json], tuple[Person, asyncio.AbstractEventLoop]] = {}
        sandbox.workspace.listen(self._on_signal)

    async def serve(self, socket: WebSocket) -> None:
        """One page, until it goes away."""
        try:
            me = self._looking.viewer(socket)
        except NotThere:
            # Said behind the handshake: one that is refused stands in the browser's console as a fault of the page.
            await socket.accept()
            await socket.close(1008)
            return
        queue: asyncio.Queue[Json] = asyncio.Queue()
        self._pages[queue] = (me, asyncio.get_running_loop())  # what happens during the handshake is told behind it
        try:
            await socket.accept()
        except (WebSocketDisconnect, RuntimeError):
            self._pages.pop(queue, None)
            return
        gone = asyncio.create_task(_until_gone(socket))
        try:
            while not gone.done():
                frame = asyncio.create_task(queue.get())
                await asyncio.wait({frame, gone}, return_when=asyncio.FIRST_COMPLETED)
                if frame.done():
                    await socket.send_text(json.dumps(frame.result()))
                else:
                    frame.cancel()
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            gone.cancel()
            self._pages.pop(queue, None)

    def _on_signal(self, what: str, data: dict[str, Any]) -> None:
        if not self._pages:
            return
        seq = self._sandbox.log.seq
        for queue, (me, loop) in list(self._pages.items()):
            frame = self._frame(what, data, me)
            if frame is not None:
                with contextlib.suppress(RuntimeError):
                    loop.call_soon_threadsafe(queue.put_nowait, {"type": what, "seq": seq, **frame})

    def _frame(self, what: str, data: dict[str, Any], me: Person) -> Json | None:
        """What this person's page hears of a change, or None."""
        looking, workspace = self._looking, self._sandbox.workspace
        if what in ("message", "message_changed", "message_deleted"):
            message = data["message"]
            channel = workspace.channels[message.channel]
            if message.only not in ("", me.id) or not workspace.may_see(me.id, channel):
                return None
            if what == "message_deleted":
                return {"channel": channel.id, "ts": message.ts}
            return {"channel": channel.id, "message": looking.message(message)}
        if what == "modals" and data["person"] == me.id:
            return {"modals": looking.modals(me.id)}
        if what == "home" and data["person"] == me.id:
            return {"home": data["view"].as_slack()}
        if what == "channel":
            channel = data["channel"]
            mine = workspace.may_see(me.id, channel) or data["user"] == me.id
            others_reading = data["change"] == "read" and data["user"] != me.id
            return {"channel": looking.channel(channel, me)} if mine and not others_reading else None
        if what == "person":
            return {"person": looking.person(data["person"])}
        if what == "clock":
            return looking.clock()
        if what == "app":
            return {"connected": data["connected"]}
        return {} if what == "reload" else None


async def _until_gone(socket: WebSocket) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await socket.receive_text()
