"""How alike are what somebody typed and what there is: behind each "did you mean", and names that are misspelt.

The library takes five megabytes, and is loaded by the first who needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

K = TypeVar("K")


def likeness(one: str, other: str) -> float:
    """From 0 to 100, which is the same."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - see above

    return fuzz.ratio(one, other)


def alike(said: str, among: Iterable[str], at_least: float, most: int = 1) -> list[str]:
    """Of some words those that are so much like what was said, also as a part of it, the likest first; case ignored."""
    from rapidfuzz import process  # noqa: PLC0415

    words = list(among)
    found = process.extract(said, words, processor=str.casefold, score_cutoff=at_least, limit=most)
    return [word for word, _, _ in found]


def likest_as_a_whole(said: str, names: Mapping[K, str], most: int) -> list[K]:
    """The keys of so many names, however little they are like it, the likest first."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415

    return [key for _, _, key in process.extract(said, names, scorer=fuzz.ratio, limit=most)]


def likest_in_part(said: str, names: Mapping[K, str], at_least: float, most: int) -> list[K]:
    """The keys of names that are so much like it, also as a part of it, the likest first."""
    from rapidfuzz import process  # noqa: PLC0415

    return [key for _, _, key in process.extract(said, names, score_cutoff=at_least, limit=most)]
