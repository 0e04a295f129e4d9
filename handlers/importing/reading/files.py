"""The file itself: CSV in any usual encoding and with any usual delimiter, or an Excel workbook.

`open_table` looks at the bytes, never at the file's name: exports are often named wrongly.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from handlers.importing.reading.disguises import SAVE_AS as _SAVE_AS
from handlers.importing.reading.disguises import refuse
from handlers.importing.reading.table import HEADER_WITHIN, Record, Table, below, header_among
from storage.base.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from handlers.importing.reading.table import Opener, Score

_CHUNK = 1 << 20
_DELIMITERS = (",", ";", "\t", "|")
# A cell this long is an unclosed quote that swallowed the file, not a value.
_LONGEST_CELL = 4_000_000
_LONGEST_LINE = 8_000_000
_UTF16_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF8_PAIRS = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_NOT_WINDOWS = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


def open_table(opener: Opener, name: str, score: Score) -> Table:
    """The table in a file. `score` finds its header, and what separates the cells.

    Raises UserError, naming the file and the line, for one that can't be read at all.
    """
    with opener() as stream:
        start = stream.read(4096)
        stream.seek(0, io.SEEK_END)
        size = stream.tell()
    if not start.strip(b"\x00 \t\r\n\xef\xbb\xbf\xfe\xff"):
        raise UserError(f"{name} is empty.", "Export it again; nothing was changed.")
    refuse(start, name, opener)
    if start.startswith(b"PK\x03\x04"):
        from handlers.importing.reading.workbook import Workbook  # noqa: PLC0415 - openpyxl is slow to import

        return Workbook(opener, name, score)
    encoding, note = _encoding(opener, name, start)
    delimiter = _delimiter(opener, name, encoding, score)
    return Text(opener, name, encoding, delimiter, size, score, [note] if note else [])


@dataclass
class Text:
    """A file of delimited text."""

    opener: Opener
    name: str
    encoding: str
    delimiter: str
    total: int
    score: Score
    notes: list[str] = field(default_factory=list)
    digits: Mapping[int, Callable[[float], str]] = field(default_factory=dict)
    _stream: BinaryIO | None = None

    def __post_init__(self) -> None:
        first = header_among(self._all(), self.score, self.notes)
        if first is None:
            raise UserError(f"{self.name} is empty.", "Export it again; nothing was changed.")
        if first.fault:
            raise UserError(f"{self.name}, line {first.line}: {first.fault}.", _SAVE_AS)
        self.header = first

    def records(self) -> Iterator[Record]:
        """The records after the header, blank lines left out."""
        return below(self.header, self._all())

    def done(self) -> int:
        """Bytes read so far."""
        return self._stream.tell() if self._stream and not self._stream.closed else self.total

    def _all(self) -> Iterator[Record]:
        csv.field_size_limit(_LONGEST_CELL)
        raw: list[str] = []
        with self.opener() as stream, io.TextIOWrapper(stream, self.encoding, newline="") as text:
            if self._stream is None or self._stream.closed:
                self._stream = stream
            lines = _lines(text, self.name, raw)
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True, skipinitialspace=self.delimiter != "\t")
            line = 1
            while True:
                fault = ""
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    cells, fault = [], _quotes(error)
                if fault or any(cells):
                    declares_delimiter = line == 1 and raw[0].lower().startswith("sep=")
                    if not declares_delimiter:
                        yield Record(line, cells, raw[0] if len(raw) == 1 else "".join(raw), fault)
                raw.clear()
                line = reader.line_num + 1


def _lines(text: io.TextIOWrapper, name: str, raw: list[str]) -> Iterator[str]:
    """The lines of a text, kept in `raw`; raises UserError for one that no table has, before all is in memory."""
    for number, line in enumerate(iter(partial(text.readline, _LONGEST_LINE), ""), start=1):
        if len(line) == _LONGEST_LINE and not line.endswith(("\n", "\r")):
            raise UserError(f"{name}, line {number} has more than {_LONGEST_LINE:,} characters.", _SAVE_AS)
        raw.append(line)
        yield line


def _quotes(error: csv.Error) -> str:
    said = str(error)
    if "field limit" in said:
        return f'a cell has more than {_LONGEST_CELL:,} characters; is a quote (") never closed?'
    if "unexpected end" in said:
        return 'a quote (") is opened and never closed'
    if "expected after" in said:
        return 'a quote (") inside a quoted cell must be doubled ("")'
    return f"the line is not valid CSV ({said})"


def _encoding(opener: Opener, name: str, start: bytes) -> tuple[str, str]:
    """The encoding and what to tell the person about it; raises UserError where no usual one fits."""
    if start.startswith(_UTF16_BOMS):
        return _checked(opener, name, "utf-16"), ""
    if (nuls := start.count(0)) > len(start) // 4:
        even = start[::2].count(0)
        return _checked(opener, name, "utf-16-be" if even > nuls // 2 else "utf-16-le"), ""
    try:
        _decode(opener, "utf-8-sig")
    except UnicodeDecodeError:
        line = _line_of(opener, re.compile(rb"[\x80-\xff]"))
        if _line_of(opener, _UTF8_PAIRS):
            raise UserError(
                f"{name} is damaged UTF-8, or two encodings in one file (first seen near line {line}).", _SAVE_AS
            ) from None
        if wrong := _line_of(opener, _NOT_WINDOWS):
            raise UserError(
                f"{name} is neither UTF-8 nor Windows-1252: line {wrong} has a byte that neither has.", _SAVE_AS
            ) from None
        return "cp1252", "Read as Windows-1252, since it is not UTF-8."
    return "utf-8-sig", ""


def _checked(opener: Opener, name: str, encoding: str) -> str:
    try:
        _decode(opener, encoding)
    except UnicodeDecodeError as error:
        raise UserError(f"{name} is damaged UTF-16 ({error.reason}).", _SAVE_AS) from error
    return encoding


def _decode(opener: Opener, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    with opener() as stream:
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)


def _line_of(opener: Opener, pattern: re.Pattern[bytes]) -> int:
    """The first line in which the pattern is found; 0 for none."""
    with opener() as stream:
        for number, line in enumerate(stream, start=1):
            if pattern.search(line):
                return number
    return 0


def _delimiter(opener: Opener, name: str, encoding: str, score: Score) -> str:
    """The delimiter that makes the most of the header: known ones first, then columns."""
    with opener() as stream, io.TextIOWrapper(stream, encoding, newline="") as text:
        lines = [line for line in islice(_lines(text, name, []), HEADER_WITHIN) if line.strip()]
    if lines and (declared := re.match(r"sep=(.)\s*$", lines[0], re.IGNORECASE)):
        return declared[1]

    def worth(delimiter: str) -> tuple[int, int]:
        records: list[list[str]] = []
        with suppress(csv.Error):
            records.extend(csv.reader(lines, delimiter=delimiter))
        known, at = max(((score(cells), -place) for place, cells in enumerate(records)), default=(0, 0))
        return (known, len(records[-at])) if known else (0, len(records[0]) if records else 0)

    return max(_DELIMITERS, key=worth)
