"""Files that somebody asked for, in their own messages."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackApiError

if TYPE_CHECKING:
    from handlers.door.services import Services

_log = logging.getLogger("cta_bot")


def send_file(services: Services, slack_id: str, text: str, *, name: str, title: str, comment: str) -> None:
    """The file, as a message to the person; should Slack refuse it, words that say so."""
    channel = services.slack.conversations_open(users=slack_id)["channel"]["id"]
    try:
        services.slack.files_upload_v2(
            channel=channel, content=text, filename=name, title=title, initial_comment=comment
        )
    except SlackApiError as error:
        _log.warning("the file was refused: %s", error.response["error"])
        services.slack.chat_postMessage(
            channel=channel,
            text="Slack did not take the file. Your operator can see why with `python bot.py doctor`.",
        )
