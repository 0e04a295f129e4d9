"""What nouns hand in for Slack: from its names to their handlers (`handlers/<noun>/noun.py`), and words (`words.py`).

A `noun.py` has any of the tables COMMANDS, ACTIONS, VIEWS, OPTIONS, SHORTCUTS, EVENTS and REPLIES (who hears replies in
threads). Old action ids stay in them, since old messages live on. MORE_VERBS are sub-commands of another noun's
command, by command and verb.
A `words.py` has COMMAND, PLACE, VERBS, COMMAND_HELP and SAID (how one says it without a slash, and what else there
is); MORE are verbs with their help for another noun's command.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from storage.base.nouns import handed_in, merged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import ModuleType

    from handlers.door.request import Answer, Request
    from handlers.door.services import Services
    from handlers.door.words import Word

    Handler = Callable[[Request, Services], Answer | None]
    Verb = Callable[[Request, Services, Sequence[Word]], Answer | None]


@cache
def table(name: str) -> Mapping[str, Handler]:
    """All nouns' entries of one table, e.g. `ACTIONS`. Raises ValueError where two claim the same name."""
    return merged("handlers", "noun", name)


def more_verb(command: str, verb: str) -> Verb | None:
    """A sub-command that another noun has added to a command."""
    tables = (getattr(noun, "MORE_VERBS", {}).get(command, {}) for noun in handed_in("handlers", "noun"))
    return next((verbs[verb] for verbs in tables if verb in verbs), None)


def grammars() -> Mapping[str, ModuleType]:
    """The nouns' words by their command, in the order of their places."""
    found = [noun for noun in handed_in("handlers", "words") if hasattr(noun, "COMMAND")]
    return {noun.COMMAND: noun for noun in sorted(found, key=lambda noun: int(noun.PLACE))}


def verbs_of(command: str) -> dict[str, str]:
    """All words that a command's first word may be, and the sub-command that each names."""
    own: dict[str, str] = dict(getattr(grammars()[command], "VERBS", {}))
    for more in _more(command):
        own |= more["verbs"]
    return own


def help_of(command: str) -> list[tuple[str, str]]:
    """A command's help: usage and what it does; what other nouns add stands before the last line."""
    lines: list[tuple[str, str]] = list(grammars()[command].COMMAND_HELP)
    added = [line for more in _more(command) for line in more["help"]]
    return [*lines[:-1], *added, *lines[-1:]] if added else lines


def _more(command: str) -> list[dict[str, Any]]:
    handed = (getattr(noun, "MORE", {}).get(command) for noun in handed_in("handlers", "words"))
    return [more for more in handed if more]
