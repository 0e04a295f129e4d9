"""A file being read, held to a span of seconds and given up on a word: bombs and broken exports end in plain words.

Every read of the bytes passes here, whatever reads them (text, zip, XML), so that one huge row ends as all do.
"""

from __future__ import annotations

import io
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from storage.base.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def _goes_on() -> bool:
    return False


class Watch:
    """How long a file may take; `halted` says that nobody waits for it any more. Raises UserError from `look`."""

    def __init__(self, name: str, seconds: float, halted: Callable[[], bool] = _goes_on) -> None:
        self.name = name
        self.seconds = seconds
        self.halted = halted
        self._until = time.monotonic() + seconds

    def look(self) -> None:
        """Go on, or raise UserError."""
        if self.halted():
            raise UserError(f"The bot is being stopped; nothing was imported from {self.name}.", "Try again shortly.")
        if time.monotonic() > self._until:
            raise UserError(
                f"{self.name} takes more than {self.seconds:g} s to read; nothing was imported.",
                "Save the one sheet as CSV, or split it.",
            )

    def opened(self, source: bytes | Path) -> io.BufferedReader:
        """The bytes, watched; raises UserError for a file that can't be opened."""
        with self.in_words(source):
            raw = io.BytesIO(source) if isinstance(source, bytes) else source.open("rb", buffering=0)
        return _Watched(raw, self)

    @contextmanager
    def in_words(self, source: object = None) -> Iterator[None]:
        """Say a disk's or a network drive's trouble in words, also in the middle of a file."""
        try:
            yield
        except OSError as error:
            raise UserError(
                f"{source or self.name} can't be read: {error.strerror}.", "Nothing was changed."
            ) from error


class _Watched(io.BufferedReader):
    def __init__(self, raw: io.BytesIO | io.FileIO, watch: Watch) -> None:
        super().__init__(raw)
        self._watch = watch

    def read(self, size: int | None = -1, /) -> bytes:
        self._watch.look()
        with self._watch.in_words():
            return super().read(size)

    def read1(self, size: int = -1, /) -> bytes:
        self._watch.look()
        with self._watch.in_words():
            return super().read1(size)
