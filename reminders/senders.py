"""The sender: how delivery speaks to Slack. Replaced in the delivery change; only the seam stands here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slack_sdk import WebClient


@dataclass(frozen=True)
class SlackSender:
    """Posts through a client with `retry_handlers=[]`: the SDK's default posts twice when a connection dies."""

    client: WebClient
