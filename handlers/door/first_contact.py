"""The first words with Slack at a start: who we are, asked again while it is out of reach. Called by `bot.py`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

from slack_sdk.errors import SlackApiError

from handlers.door.refusals import in_words, is_passing

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_sdk import WebClient

FIRST_WAIT, LONGEST_WAIT = 2, 60
"""Seconds between two tries to reach Slack at a start."""
log = logging.getLogger("cta_bot")
T = TypeVar("T")


def at_once(ask: Callable[[], T]) -> T:
    """What Slack answers, asked once."""
    return ask()


def patiently(url: str, say: Callable[[str], None], pause: Callable[[float], object], ask: Callable[[], T]) -> T:
    """What Slack answers; asked again while it is out of reach, for a bot may start before its network does.

    `pause` waits between two tries, and may raise to give up; `say` tells the operator.
    """
    wait = FIRST_WAIT
    while True:
        try:
            return ask()
        except Exception as error:
            words = in_words(error)
            if words is None or not is_passing(error):
                raise
            say(f"{url}: {words.message} Trying again in {wait} s; Ctrl-C stops it.")
            pause(wait)
            wait = min(2 * wait, LONGEST_WAIT)


def app_id(slack: WebClient, bot_id: str) -> str:
    """The id of this app, or nothing if Slack won't say: the workspace is then all that payloads are held to."""
    try:
        return str(slack.bots_info(bot=bot_id)["bot"].get("app_id") or "")
    except SlackApiError as error:
        if is_passing(error):
            raise
        log.warning("Slack did not say which app this is: %s", error.response["error"])
        return ""
