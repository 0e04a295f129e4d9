"""What every kind of file is read as: rows of cells, with the line that each stands in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HEADER_WITHIN = 20
"""Lines that hold something: a report's title and filters may stand above its header, in so many."""
_SURE = 2

Opener = Callable[[], BinaryIO]
"""Opens the file anew, from its start."""
Score = Callable[[Sequence[str]], int]
"""How many cells of a record are headers that mean something."""


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
    digits: Mapping[int, Callable[[float], str]]
    """By place, how numbers are written where a file holds such; said before its records are read."""

    def records(self) -> Iterator[Record]:
        """The records after the header, empty ones left out."""

    def done(self) -> int:
        """How far `records` has come, in the unit of `total`."""


def header_among(records: Iterable[Record], score: Score, notes: list[str]) -> Record | None:
    """The header: the first record, or the first that is surely one below a title; None where there is no record.

    What stands above it is named in `notes`.
    """
    first = list(islice(records, HEADER_WITHIN))
    if not first or first[0].fault or (score(first[0].cells) and not _lone(first[0])):
        return first[0] if first else None
    for place, record in enumerate(first):
        if not record.fault and score(record.cells) >= _SURE:
            above = f"lines {first[0].line} to {first[place - 1].line}" if place > 1 else f"line {first[0].line}"
            notes.append(f"The header is line {record.line}; above it: {_shown(first[0])} ({above}, skipped).")
            return record
    return first[0]


def below(header: Record, records: Iterator[Record]) -> Iterator[Record]:
    """The records after the header."""
    for record in records:
        if record.line == header.line:
            break
    return records


def _lone(record: Record) -> bool:
    return sum(bool(cell.strip()) for cell in record.cells) == 1


def _shown(record: Record) -> str:
    text = " ".join(record.raw.rstrip(",;|\t\r\n ").split())
    return f"'{text[:40]}'"
