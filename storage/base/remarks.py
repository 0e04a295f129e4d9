"""What people wrote in their own words, whose and when: erased with its author, and dropped when it is old.

Nouns hand theirs in (`remarks.py`, REMARKS). What figures and history need is none: days, health, reasons by key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from storage.base.nouns import handed_in

if TYPE_CHECKING:
    from collections.abc import Sequence

ERASED = "(erased)"
"""What stands where words stood, and something must stand."""


class Remark(NamedTuple):
    """Words in a table: `by` and `on` are SQL, the id of whoever wrote them and the day or instant at which.

    `whole`: a row is nothing without its words, and goes with them. `over`: only then are they ever too old.
    """

    table: str
    words: tuple[str, ...]
    by: str
    on: str
    over: str = "1 = 1"
    whole: bool = False
    key: str = "id"
    needed: tuple[str, ...] = ()
    """Those of the words that can't be empty."""

    @property
    def filled(self) -> str:
        """Whether there is anything left to drop."""
        some = [f"{word} <> '{ERASED}'" if word in self.needed else f"{word} IS NOT NULL" for word in self.words]
        return f"({' OR '.join(some)})"

    @property
    def drop(self) -> str:
        """The beginning of what drops them."""
        if self.whole:
            return f"DELETE FROM {self.table}"
        empty = {word: f"'{ERASED}'" if word in self.needed else "NULL" for word in self.words}
        values = [f"{word} = {value}" for word, value in empty.items()]
        return f"UPDATE {self.table} SET {', '.join(values)}"


def remarks() -> Sequence[Remark]:
    """All that nouns hand in."""
    return [remark for noun in handed_in("storage", "remarks") for remark in noun.REMARKS]


def words() -> frozenset[str]:
    """What words are called, also where changes are told: in the audit, in messages, in what other systems get."""
    return frozenset(word for remark in remarks() for word in remark.words) | {"line", "note", "text"}


def needed_actions() -> frozenset[str]:
    """Audit rows that something is built on, however old they are."""
    return frozenset(action for noun in handed_in("storage", "remarks") for action in getattr(noun, "NEEDED", ()))
