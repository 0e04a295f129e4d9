"""HTTP to the app on connections that are kept, as Slack and any proxy before the app do. Used by `delivery.py`.

On the event loop only: threads would be fewer than the requests that may wait.
"""

from __future__ import annotations

import asyncio
import http.client
import urllib.parse
from io import BytesIO

Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Place = tuple[str, int, bool]


class KeptConnections:
    """Connections to one place that wait for the next request."""

    def __init__(self) -> None:
        self._place: Place | None = None
        self._idle: list[Wire] = []

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        """The status and text of the answer. Raises OSError or HTTPException where there is none."""
        where = urllib.parse.urlsplit(url)
        is_safe = where.scheme == "https"
        default = http.client.HTTPS_PORT if is_safe else http.client.HTTP_PORT
        place = (where.hostname or "", where.port or default, is_safe)
        lines = {"Host": where.netloc, "Content-Length": str(len(body))} | headers
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        request = f"POST {where.path or '/'} HTTP/1.1\r\n{head}\r\n".encode() + body
        while (wire := self._take(place)) is not None:
            try:
                return await self._ask(place, wire, request)
            except _HungUp:
                continue  # it was hung up on while it waited, and nothing was read of this
        return await self._ask(place, await asyncio.open_connection(place[0], place[1], ssl=is_safe or None), request)

    def close(self) -> None:
        """Hang up, where nothing is under way."""
        self._place = None
        for _, writer in self._idle:
            writer.transport.abort()
        self._idle.clear()

    def _take(self, place: Place) -> Wire | None:
        if place != self._place:
            self.close()
            self._place = place
        while self._idle:
            reader, writer = self._idle.pop()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        return None

    async def _ask(self, place: Place, wire: Wire, request: bytes) -> tuple[int, str]:
        reader, writer = wire
        kept = False
        try:
            writer.write(request)
            answer = await _head(reader)
            text = await _text(reader, answer)
            kept = not answer.will_close and place == self._place
            return answer.status, text
        finally:
            if kept:
                self._idle.append(wire)
            else:
                writer.close()


class _HungUp(http.client.RemoteDisconnected):
    """The far end closed the connection before a byte of an answer."""


async def _head(reader: asyncio.StreamReader) -> http.client.HTTPResponse:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise http.client.IncompleteRead(error.partial) from error
        raise _HungUp("no answer") from error
    except ConnectionError as error:
        raise _HungUp("no answer") from error
    answer = http.client.HTTPResponse(_Received(head))  # type: ignore[arg-type]  # a socket by half
    answer.begin()
    return answer


async def _text(reader: asyncio.StreamReader, answer: http.client.HTTPResponse) -> str:
    try:
        if answer.chunked:
            parts = []
            while size := int((await reader.readline()).partition(b";")[0], 16):
                parts.append(await reader.readexactly(size))
                await reader.readline()
            await reader.readline()
            return b"".join(parts).decode()
        if answer.length is None:
            return (await reader.read()).decode()
        return (await reader.readexactly(answer.length)).decode()
    except (asyncio.IncompleteReadError, ValueError) as error:
        raise http.client.HTTPException(str(error)) from error


class _Received:
    """What was read, as `http.client` wants it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def makefile(self, _mode: str) -> BytesIO:
        return BytesIO(self._content)
