"""The sub-command that a mistyped first word was meant to be. Pure; every command asks it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from storage.base.alike import alike

if TYPE_CHECKING:
    from collections.abc import Collection

_ALIKE: Final = 70
_BEGUN: Final = 3
_OTHER_WORDS: Final = {
    "delete": ("archive", "withdraw", "cancel", "skip"),
    "del": ("archive", "withdraw", "cancel", "skip"),
    "remove": ("archive", "withdraw", "cancel", "skip"),
    "rm": ("archive", "withdraw", "cancel", "skip"),
    "restore": ("unarchive", "reopen", "undo"),
    "rename": ("edit",),
    "update": ("edit", "held"),
    "set": ("edit", "cadence"),
    "transfer": ("handover", "assign"),
    "find": ("show", "list"),
    "search": ("show", "list"),
    "get": ("show",),
    "win": ("close", "renewed"),
    "lose": ("close", "churned"),
    "lost": ("close", "churned"),
    "finish": ("close", "held", "log"),
    "move": ("due", "schedule"),
    "postpone": ("snooze", "later"),
}
"""What other tools call it: words that look like none of ours."""


def meant_verb(word: str, verbs: Collection[str]) -> str:
    """Of a command's verbs, the one that was nearly typed, or that another tool calls so; empty for none."""
    said = word.casefold()
    other = next((verb for verb in _OTHER_WORDS.get(said, ()) if verb in verbs), "")
    # Whose beginning it is comes before who merely holds it.
    begun = [verb for verb in verbs if len(said) >= _BEGUN and verb.startswith(said)]
    close = sorted(begun, key=lambda verb: (len(verb), verb)) or alike(said, verbs, _ALIKE) or _swapped(said, verbs)
    return other or (close[0] if close else "")


def _swapped(said: str, verbs: Collection[str]) -> list[str]:
    """The verbs of which two letters were typed in the other order: in a short one that is most of it (`lgo`)."""
    pairs = {f"{said[:i]}{said[i + 1]}{said[i]}{said[i + 2 :]}" for i in range(len(said) - 1)}
    return sorted(pairs.intersection(verbs))
