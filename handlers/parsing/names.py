"""Where an account's name ends in a command: `skip Acme Labs champion left`. Pure; the grammars of the nouns use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handlers.parsing.words import Word

LONGEST_NAME = 12
"""Words that are tried as one name."""


def split_name(words: Sequence[Word], is_known: Callable[[str], bool]) -> tuple[str, list[Word]] | None:
    """The account's name at the start of the words, and the rest; None where no name `is_known`.

    The name is a quoted phrase, a channel, or the longest run of words that is known.
    """
    if words and words[0].kind in ("quoted", "channel"):
        return words[0].id or words[0].text, list(words[1:])
    for count in range(min(len(words), LONGEST_NAME), 0, -1):
        name = " ".join(word.text for word in words[:count])
        if is_known(name):
            return name, list(words[count:])
    return None
