"""What every kind of file is read as: rows of cells, with the line that each stands in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


Opener = Callable[[], BinaryIO]
"""Opens the file anew, from its start."""


class Record(NamedTuple):
    """One record: the line on which it begins, its cells, and the text itself. `fault` says why it has no cells."""

    line: int
    cells: Sequence[str]
    raw: str
    fault: str = ""


class Table(Protocol):
    """A file that was recognised: its first record, then the others. `records` can be asked for again."""

    name: str
    header: Record
    notes: list[str]
    total: int

    def records(self) -> Iterator[Record]:
        """The records after the header, empty ones left out."""

    def done(self) -> int:
        """How far `records` has come, in the unit of `total`."""
