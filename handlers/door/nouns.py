"""What nouns hand in for Slack: from its names to their handlers (`handlers/<noun>/noun.py`), and words (`words.py`).

A `noun.py` has any of the tables COMMANDS, ACTIONS, VIEWS, OPTIONS, SHORTCUTS, EVENTS and REPLIES (who hears replies in
threads). Old action ids stay in them, since old messages live on. MORE_VERBS are sub-commands of another noun's
command, by command and verb; PRIVATE are action ids that are neither logged nor counted; SAID_WHOLE are words that
are answered with a button, as its label, action id and value (`my day`).
A `words.py` has COMMAND, PLACE, VERBS, COMMAND_HELP and SAID (how one says it without a slash, and what else there
is); MORE are verbs with their help for another noun's command. With `areas`, they are seen while one of these
is on, and refused else (`seen` instead: they look to that themselves); a `words.py` with AREAS has a command that is
seen likewise.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from storage.base.nouns import handed_in, merged
from storage.base.switches import areas_on, refuse_off

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import ModuleType

    from handlers.door.request import Answer, Request
    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.base.policy import Policy

    Handler = Callable[[Request, Services], Answer | None]
    Verb = Callable[[Request, Services, Sequence[Word]], Answer | None]


@cache
def table(name: str) -> Mapping[str, Handler]:
    """All nouns' entries of one table, e.g. `ACTIONS`. Raises ValueError where two claim the same name."""
    return merged("handlers", "noun", name)


@cache
def private() -> frozenset[str]:
    """The clicks that nobody is to know of but who clicked: neither logged nor counted (PRIVATE of a `noun.py`)."""
    return frozenset(name for noun in handed_in("handlers", "noun") for name in getattr(noun, "PRIVATE", ()))


def more_verb(command: str, verb: str, policy: Policy) -> Verb | None:
    """A sub-command that another noun has added to a command; raises UserError where its areas are off."""
    for more in _more(command):
        if verb in more["verbs"].values() and "areas" in more:
            refuse_off(policy, *more["areas"])
    tables = (getattr(noun, "MORE_VERBS", {}).get(command, {}) for noun in handed_in("handlers", "noun"))
    return next((verbs[verb] for verbs in tables if verb in verbs), None)


def grammars(policy: Policy | None = None) -> Mapping[str, ModuleType]:
    """The nouns' words by their command, in the order of their places; those seen under a policy, if one is given."""
    found = _all_grammars()
    if policy is None:
        return found
    on = areas_on(policy)
    return {name: noun for name, noun in found.items() if not hasattr(noun, "AREAS") or not on.isdisjoint(noun.AREAS)}


@cache
def _all_grammars() -> Mapping[str, ModuleType]:
    found = [noun for noun in handed_in("handlers", "words") if hasattr(noun, "COMMAND")]
    return MappingProxyType({noun.COMMAND: noun for noun in sorted(found, key=lambda noun: int(noun.PLACE))})


def verbs_of(command: str, policy: Policy | None = None) -> Mapping[str, str]:
    """All words that a command's first word may be, and the sub-command that each names.

    With a policy: without those of areas that are off.
    """
    return _all_verbs(command) if policy is None else _verbs(command, policy)


@cache
def _all_verbs(command: str) -> Mapping[str, str]:
    return MappingProxyType(_verbs(command, None))


def _verbs(command: str, policy: Policy | None) -> dict[str, str]:
    own: dict[str, str] = dict(getattr(grammars()[command], "VERBS", {}))
    for more in _more(command, policy):
        own |= more["verbs"]
    return own


def help_of(command: str, policy: Policy | None = None) -> list[tuple[str, str]]:
    """A command's help: usage and what it does; what other nouns add stands before the last line.

    With a policy: without that of areas that are off.
    """
    lines: list[tuple[str, str]] = list(grammars()[command].COMMAND_HELP)
    added = [line for more in _more(command, policy) for line in more["help"]]
    return [*lines[:-1], *added, *lines[-1:]] if added else lines


def _more(command: str, policy: Policy | None = None) -> list[dict[str, Any]]:
    """What other nouns add to a command: a table each, or several where some are of areas."""
    handed = (getattr(noun, "MORE", {}).get(command) or () for noun in handed_in("handlers", "words"))
    found = [more for tables in handed for more in (tables if isinstance(tables, tuple) else (tables,))]
    if policy is None:
        return found
    on = areas_on(policy)
    areas = [more.get("areas") or more.get("seen") for more in found]
    return [more for more, of in zip(found, areas, strict=True) if of is None or not on.isdisjoint(of)]
