"""What is said after an ack, once more where Slack wants to be left alone first: nobody else is left to say it.

Called (`Services.when_let`) by whatever `later` and `apart` carry out; before an ack nobody waits for that.
"""

from __future__ import annotations

from time import monotonic, sleep
from typing import TYPE_CHECKING, Final, TypeVar

from slack_sdk.errors import SlackApiError

from handlers.door.refusals import is_limited, left_alone_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

T = TypeVar("T")

MOST_SECONDS: Final = 30
_A_LOOK: Final = 0.1


def when_let(
    ask: Callable[[], T], stopping: Callable[[], bool], resting: Callable[[], AbstractContextManager[None]]
) -> T:
    """What a call of Slack gives, made again when Slack says that it may be: of one that it limits nothing is done.

    Raises all else that Slack says, and that where it takes too long, or the bot stops. Nobody else waits meanwhile.
    """
    until = monotonic() + MOST_SECONDS
    while True:
        try:
            return ask()
        except SlackApiError as error:
            again = monotonic() + left_alone_for(error)
            if not is_limited(error) or again > until:
                raise
            with resting():
                while monotonic() < again:
                    if stopping():
                        raise
                    sleep(_A_LOOK)
