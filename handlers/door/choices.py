"""What may have been meant, offered as buttons: each carries the whole command again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.errors import UserError
from storage.base.plurals import form_for

if TYPE_CHECKING:
    from collections.abc import Sequence

CHOICES = 5


BUTTON_VALUE = 2000


ECHOED = 80
"""Characters of what was typed that a refusal repeats."""


def did_you_mean(choices: Sequence[tuple[str, str]]) -> str:
    """The question above what may have been meant; empty where there is nothing to offer."""
    if not choices:
        return ""
    return form_for(len(choices), "Did you mean this?", "Did you mean one of these?")


def too_old(again: str) -> UserError:
    """What to say to a menu's choice that no list of ours has any more; `again` is what to ask for."""
    return UserError("That choice is too old to use.", f"Ask for {again}")


def fitting(choices: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The choices that a button can carry; a longer command has to be typed again, and is shown for it."""
    return [(label, command) for label, command in choices if len(command) <= BUTTON_VALUE]
