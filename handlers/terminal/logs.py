"""What stands in the log: all that the bot says, and of what Slack's libraries say what is worth reading.

Called by bot.py once, before anything else.
"""

from __future__ import annotations

import logging
import sys

_CHATTY = ("slack_bolt", "slack_sdk", "websocket")
_AGAIN_AFTER = 60.0
_MOST_REMEMBERED = 200


def set_up() -> None:
    """Log to stderr, with the time."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_WorthReading())
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", handlers=[handler])


class _WorthReading(logging.Filter):
    """Of Slack's libraries: not the steps on the way to a connection, and the same words once a minute.

    While Slack can't be reached, its SDK says so in five lines twice a second.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said_at: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is logged."""
        if not record.name.startswith(_CHATTY) or record.exc_info:
            return True
        words = record.getMessage()
        if record.name.startswith("slack_bolt") and record.levelno < logging.WARNING:
            return False
        if "`token` will be unused" in words:  # Bolt finds our token in the environment, too
            return False
        if record.created - self._said_at.get(words, 0.0) < _AGAIN_AFTER:
            return False
        if len(self._said_at) >= _MOST_REMEMBERED:
            self._said_at.clear()
        self._said_at[words] = record.created
        return True
