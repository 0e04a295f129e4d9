"""What stands in the log: all that the bot says, and of what Slack's libraries say what is worth reading.

On a terminal as text, elsewhere a JSON object a line. At info one line a command, click or form: which, by whose id,
what came of it, in how long; never a secret, and never what people wrote. Called by bot.py once, before anything else.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING, Any, TextIO

import structlog

from storage.base.errors import UserError

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor

LEVELS = ("debug", "info", "warning", "error")
_CHATTY = ("slack_bolt", "slack_sdk", "websocket")
_AGAIN_AFTER = 60.0
_MOST_REMEMBERED = 200
_SECRET = re.compile(
    r"\bx(?:ox[a-z]|app)-[\w-]{6,}|(?<=://)[^/\s:@]+:\S+(?=@)|(?<=hooks\.slack\.com/)[^\s\"'<>]+|(?<=ticket=)[\w-]+"
)
"""Slack's tokens, the password of an address, and addresses that let whoever has them in: to answer, to connect."""


def set_up(level: str = "info", stream: TextIO | None = None) -> None:
    """Log to stderr from a level on. Raises UserError for a level that there is not."""
    if level.casefold() not in LEVELS:
        raise UserError(f"LOG_LEVEL is '{level[:40]}'.", f"There are: {', '.join(LEVELS)}.")
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    handler.addFilter(_WorthReading())
    handler.setFormatter(_formatter(terminal=out.isatty()))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


def _formatter(*, terminal: bool) -> logging.Formatter:
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if terminal
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    as_text = structlog.processors.format_exc_info
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, as_text, _no_secret, last],
    )


def _no_secret(_logger: Any, _method: str, said: EventDict) -> EventDict:
    """A token that an error or a traceback holds is not written down."""
    for key, value in said.items():
        if isinstance(value, str):
            said[key] = _SECRET.sub("[secret]", value)
    return said


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
        if record.levelno < logging.INFO:  # a call or an answer: behind its method or status stands what people wrote
            record.msg, record.args = words.partition(", ")[0], ()
            return True
        if "`token` will be unused" in words:  # Bolt finds our token in the environment, too
            return False
        if record.created - self._said_at.get(words, 0.0) < _AGAIN_AFTER:
            return False
        if len(self._said_at) >= _MOST_REMEMBERED:
            self._said_at.clear()
        self._said_at[words] = record.created
        return True
