"""What may have been meant, offered as buttons: each carries the whole command again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from storage.base.errors import UserError
from storage.base.plurals import form_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from handlers.door.nouns import Handler
    from handlers.door.request import Answer, Request
    from handlers.door.services import Services

CHOICES = 5


BUTTON_VALUE = 2000


ECHOED = 80
"""Characters of what was typed that a refusal repeats."""


def did_you_mean(choices: Sequence[tuple[str, str]]) -> str:
    """The question above what may have been meant; empty where there is nothing to offer."""
    if not choices:
        return ""
    return form_for(len(choices), "Did you mean this?", "Did you mean one of these?")


def by_menu(verbs: Mapping[str, Handler], request: Request, services: Services, again: str) -> Answer | None:
    """An overflow: what the chosen option names, `VERB:VALUE`; `again` is what to ask for where none has that."""
    verb, _, value = request.value.partition(":")
    if verb not in verbs:
        raise UserError("That choice is too old to use.", f"Ask for {again}")
    return verbs[verb](replace(request, value=value), services)


def fitting(choices: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The choices that a button can carry; a longer command has to be typed again, and is shown for it."""
    return [(label, command) for label, command in choices if len(command) <= BUTTON_VALUE]
