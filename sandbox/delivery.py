"""Takes a payload to the app, over its sockets or, in HTTP mode, as a signed request."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import http.client
import json
import urllib.parse
from typing import TYPE_CHECKING

from sandbox.clock import real_seconds, unix_now
from sandbox.kept_connections import KeptConnections
from sandbox.sockets import Unacked

if TYPE_CHECKING:
    from sandbox.model import Json
    from sandbox.sockets import SocketHub
    from sandbox.workspace import Workspace

OK = 200


class Delivery:
    """Sends commands, interactions and events; `request_url` switches to HTTP mode."""

    def __init__(self, workspace: Workspace, sockets: SocketHub) -> None:
        self._workspace = workspace
        self._sockets = sockets
        self._kept = KeptConnections()
        self.request_url = ""

    async def close(self) -> None:
        """Hang up on the app."""
        self._kept.close()

    async def deliver(
        self,
        kind: str,
        payload: Json,
        *,
        about: str,
        accepts_payload: bool = False,
        attempt: int = 0,
        reason: str = "",
    ) -> Json:
        """The app's answer to a payload of `kind` (slash_commands, interactive, events_api), or Unacked."""
        try:
            answer = await self._carry(kind, payload, accepts_payload, attempt, reason)
        except Unacked as failure:
            self._workspace.log.add("unacked", type=kind, about=about, reason=failure.reason, attempt=attempt)
            raise
        if answer and not accepts_payload:
            self._workspace.refuse(f"ack of {about}", "payload_not_accepted", answer)
            return {}
        return answer

    async def _carry(
        self,
        kind: str,
        payload: Json,
        accepts_payload: bool,  # noqa: FBT001 - inner
        attempt: int,
        reason: str,
    ) -> Json:
        if kind == "interactive" and not self._workspace.manifest.interactive:
            raise Unacked("not_configured")
        if self.request_url:
            return await self._over_http(kind, payload, attempt, reason)
        return await self._sockets.send(kind, payload, accepts_payload=accepts_payload, attempt=attempt, reason=reason)

    async def _over_http(self, kind: str, payload: Json, attempt: int, reason: str) -> Json:
        body, content_type = _encode(kind, payload)
        timestamp = str(unix_now())
        headers = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self._workspace.signing_secret, timestamp, body),
        }
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
        self._workspace.log.add("sent", envelope_id="", type=kind, connection=0, attempt=attempt)
        began = real_seconds()
        try:
            async with asyncio.timeout(self._sockets.ack_seconds):
                status, text = await self._kept.post(self.request_url, body, headers)
        except TimeoutError:
            raise Unacked("timeout") from None
        except (OSError, http.client.HTTPException):
            raise Unacked("no_connection") from None
        if status != OK:
            raise Unacked(f"http_{status}")
        self._workspace.log.add("acked", envelope_id="", seconds=round(real_seconds() - began, 4))
        return _decode(text)


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's request signature, version 0."""
    base = b":".join((b"v0", timestamp.encode(), body))
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def _encode(kind: str, payload: Json) -> tuple[bytes, str]:
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _decode(text: str) -> Json:
    if not text:
        return {}
    try:
        answer = json.loads(text)
    except ValueError:
        return {"text": text}
    return answer if isinstance(answer, dict) else {"text": text}
