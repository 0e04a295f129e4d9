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


def runs(words: Sequence[Word]) -> list[str]:
    """Phrases at the start of the words that may be a name, the longest first; a quote or a channel stands alone."""
    longest = 1 if words and words[0].kind in ("quoted", "channel") else min(len(words), LONGEST_NAME)
    return [phrase_of(words[:count]) for count in range(longest, 0, -1)]


def split_name(words: Sequence[Word], known: Collection[str]) -> tuple[str, list[Word]] | None:
    """The longest run of words at the start that is known, as it was looked up, and the rest; None for none."""
    found = runs(words)
    for place, phrase in enumerate(found):
        if phrase in known:
            return phrase, list(words[len(found) - place :])
    return None
