"""What is put aside while a file is read: rows that will be written, and rejected lines on their way out.

Used by `actions` alone.
"""

from __future__ import annotations

import marshal
import tempfile
from typing import TYPE_CHECKING, Self

from storage.importing.record import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Rejects:
    """The rejected lines on their way to a file; the header goes first."""

    def __init__(self, header: str, put: Callable[[str], None] | None) -> None:
        self._header = header
        self._put = put

    def put(self, line: str) -> None:
        """Send a line on, the header before the first."""
        if self._put is None:
            return
        if self._header:
            self._put(_ended(self._header))
            self._header = ""
        self._put(_ended(line))


def _ended(line: str) -> str:
    return line if line.endswith(("\n", "\r")) else f"{line}\n"


class Spool:
    """Batches of rows on disk, so that memory does not grow with the file."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._sizes: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._sizes)

    def put(self, rows: list[Row]) -> None:
        """Put a batch aside."""
        if rows:
            self._sizes.append(self._file.write(marshal.dumps(list(map(tuple, rows)))))

    def batches(self) -> Iterator[list[Row]]:
        """The batches, in the order in which they came."""
        self._file.seek(0)
        for size in self._sizes:
            loaded = marshal.loads(self._file.read(size))  # noqa: S302 - written above, by this process
            yield list(map(Row._make, loaded))
