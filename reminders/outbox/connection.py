"""Slack's client for delivery: it asks once more when the connection stands, right before what is said leaves.

To find Slack, connect and shake hands can take seconds, and a process may be stopped meanwhile: whatever was asked
before is stale by then. Made by the sender of the client it is given.
"""

from __future__ import annotations

from contextlib import contextmanager
from threading import local
from typing import TYPE_CHECKING, Any

from slack_sdk import WebClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from urllib.request import Request


class SlackClient(WebClient):
    """A client with the settings of another. It never tries again by itself: the SDK's default posts twice."""

    def __init__(self, like: WebClient) -> None:
        super().__init__(
            token=like.token,
            base_url=like.base_url,
            timeout=like.timeout,
            ssl=like.ssl,
            proxy=like.proxy,
            headers=like.headers,
            retry_handlers=[],
        )
        self._asked = local()

    @contextmanager
    def asking(self, last_look: Callable[[], None] | None) -> Iterator[None]:
        """This thread's calls take a last look: what it raises ends them before Slack has heard what is said."""
        self._asked.last_look = last_look
        try:
            yield
        finally:
            self._asked.last_look = None

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        last_look, body = getattr(self._asked, "last_look", None), req.data
        if last_look is not None and isinstance(body, bytes):
            req.data = _Asking(body, last_look)
            req.add_unredirected_header("Content-length", str(len(body)))
        return super()._perform_urllib_http_request_internal(url, req)


class _Asking:
    """A request's body. It is iterated over once the connection stands and the headers are on their way."""

    def __init__(self, body: bytes, last_look: Callable[[], None]) -> None:
        self._body = body
        self._last_look = last_look

    def __iter__(self) -> Iterator[bytes]:
        self._last_look()
        yield self._body
