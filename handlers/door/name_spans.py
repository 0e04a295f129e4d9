"""Where an account's name ends in a command: `skip Acme Labs champion left`. Pure; the grammars of the nouns use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from handlers.door.words import Word

LONGEST_NAME = 12
"""Words that are tried as one name."""


def phrase_of(words: Sequence[Word]) -> str:
    """What words are looked up by as one name: the text, of a channel its id."""
    return " ".join(word.id if word.kind == "channel" and word.id else word.text for word in words)


def lengths(words: Sequence[Word]) -> list[int]:
    """How many words at the start may be a name, the likest first: the most, but a quote or a channel stands alone.

    A quote may be the name's own (`"Best" Buy`), so that more words are tried after it.
    """
    longest = min(len(words), LONGEST_NAME)
    match words[0].kind if words else "":
        case "channel":
            return [1]
        case "quoted":
            return [1, *range(longest, 1, -1)]
    return list(range(longest, 0, -1))


def runs(words: Sequence[Word]) -> list[str]:
    """Phrases at the start of the words that may be a name, in the order of `lengths`."""
    return [phrase_of(words[:count]) for count in lengths(words)]


def split_name(words: Sequence[Word], known: Collection[str]) -> tuple[str, list[Word]] | None:
    """The likest run of words at the start that is known, as it was looked up, and the rest; None for none."""
    for count, phrase in zip(lengths(words), runs(words), strict=True):
        if phrase in known:
            return phrase, list(words[count:])
    return None
