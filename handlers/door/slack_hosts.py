"""Which addresses are Slack's own: where the bot's token and its answers may go, whatever a payload names.

Asked by `bot.py` before it answers by a `response_url`, and by imports before they fetch a file: a file that an app
has added from elsewhere bears the address that the app gave it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from slack_sdk import WebhookClient

if TYPE_CHECKING:
    from collections.abc import Callable

_SLACKS = re.compile(r"(?:[a-z0-9-]+\.)*(?:slack|slack-gov|slack-files)\.com")


def is_slacks(url: str, api_url: str) -> bool:
    """Whether an address is of Slack, over TLS, or of the very server that `api_url` (such as the sandbox's) names."""
    try:
        asked, ours = urlsplit(url), urlsplit(api_url)
        if (asked.scheme, asked.hostname, asked.port) == (ours.scheme, ours.hostname, ours.port):
            return not asked.username
        at_slack = asked.scheme == "https" and asked.port in (None, 443) and not asked.username
    except ValueError:  # no address
        return False
    return at_slack and bool(_SLACKS.fullmatch(asked.hostname or ""))


def answering(api_url: str) -> Callable[[str, dict[str, Any]], None]:
    """How to answer by a `response_url`. Raises RuntimeError for one that Slack refuses, or that is not Slack's."""

    def respond(url: str, body: dict[str, Any]) -> None:
        if not is_slacks(url, api_url):
            raise RuntimeError("this response_url is none of Slack's: nothing is sent there")
        answer = WebhookClient(url, timeout=3, retry_handlers=[]).send_dict(body)
        if answer.status_code != 200 or '"ok":false' in answer.body.replace(" ", ""):  # noqa: PLR2004 - HTTP's OK
            raise RuntimeError(f"response_url refused: {answer.status_code} {answer.body}")

    return respond
