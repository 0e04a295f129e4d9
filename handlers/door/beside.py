"""What a bot does beside answering and delivering, on threads of its own: nouns hand it in (`beside.py`, `look`).

Made by `bot.py`; the scheduler has each look whether something is due, each minute and after every change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from storage.base.nouns import handed_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from storage.base.db import Store


class Around(NamedTuple):
    """What such work needs of the world; `halted`: the bot is being stopped."""

    store: Store
    clock: Callable[[], datetime]
    secret: Callable[[str], str | None]
    halted: Callable[[], bool]
    wake: Callable[[], None]


def looks(around: Around) -> tuple[Callable[[], object], ...]:
    """What begins the work that is due, and returns at once; one of each noun that has some."""
    return tuple(noun.look(around) for noun in handed_in("handlers", "beside"))
