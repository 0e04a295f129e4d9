"""Files that somebody asked for, in their own messages."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from handlers.door.refusals import TROUBLE

if TYPE_CHECKING:
    from handlers.door.services import Services

_log = logging.getLogger("cta_bot")


def send_file(services: Services, slack_id: str, text: str, *, name: str, title: str, comment: str) -> None:
    """The file, as a message to the person; should Slack refuse it, words that say so."""
    slack = services.slack
    channel = services.when_let(lambda: slack.conversations_open(users=slack_id))["channel"]["id"]
    file: dict[str, Any] = {"content": text, "filename": name, "title": title, "initial_comment": comment}
    refused = "Slack did not take the file. Your operator can see why with `python bot.py doctor`."
    try:
        services.when_let(lambda: slack.files_upload_v2(channel=channel, **file))
    except TROUBLE as error:
        _log.warning("the file was refused: %s", error)
        services.when_let(lambda: slack.chat_postMessage(channel=channel, text=refused))
