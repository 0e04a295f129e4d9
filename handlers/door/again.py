"""What is said after an ack, once more where Slack is unwell or wants to be left alone first: nobody else says it.

Called (`Services.when_let`) by whatever `later` and `apart` carry out; before an ack nobody waits for that.
"""

from __future__ import annotations

from time import monotonic, sleep
from typing import TYPE_CHECKING, Final, TypeVar

from handlers.door.refusals import TROUBLE, is_limited, is_passing, left_alone_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

T = TypeVar("T")

MOST_SECONDS: Final = 30
WAITS: Final = (0.5, 2.0)
"""Seconds before each further try where Slack was unwell, or did not answer."""
_A_LOOK: Final = 0.1


def when_let(
    ask: Callable[[], T], stopping: Callable[[], bool], resting: Callable[[], AbstractContextManager[None]]
) -> T:
    """What a call of Slack gives, made again when Slack says that it may be, or a moment later where it was unwell.

    What went unanswered may have been done: better that somebody reads an answer twice than not at all. Raises all
    else that Slack says, and that where it takes too long, or the bot stops. Nobody else waits meanwhile.
    """
    until, waits = monotonic() + MOST_SECONDS, iter(WAITS)
    while True:
        try:
            return ask()
        except TROUBLE as error:
            if (seconds := left_alone_for(error) if is_limited(error) else next(waits, None)) is None:
                raise
            again = monotonic() + seconds
            if not is_passing(error) or again > until:
                raise
            with resting():
                while monotonic() < again:
                    if stopping():
                        raise
                    sleep(_A_LOOK)
