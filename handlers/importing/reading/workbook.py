"""An Excel workbook (.xlsx) as a table: the first sheet that is shown, streamed row by row."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
import zlib
from functools import partial
from typing import IO, TYPE_CHECKING, Any

from openpyxl.chartsheet import Chartsheet
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import WorkSheetParser

from handlers.door.values import in_digits
from handlers.importing.reading import currencies
from handlers.importing.reading.cells import moment_of, text_of
from handlers.importing.reading.disguises import refuse_zipped
from handlers.importing.reading.table import Record, below, header_among
from storage.base.errors import UserError
from storage.base.plurals import counted, form_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from handlers.importing.reading.table import Opener, Score

# A workbook beyond these is a mistake or an attack.
_LARGEST = 400_000_000
_LARGEST_STRINGS = 100_000_000
_UNSUSPICIOUS, _TIGHTEST = 20_000_000, 100
_LAST_ROW = 1_048_576
_MOST_CELLS = 16_384
_WIDEST = 1_000
_MOST_MERGED = 20_000
_MOST_MARKS = 100_000
_MOST_SHEETS = 1_000
_NAMED = 3
_AS_CSV = "Save the one sheet as CSV."
_STRICT = b"purl.oclc.org/ooxml"
_exact = partial(in_digits, told_apart=False)
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
# What zipfile, zlib, expat and openpyxl raise over parts that contradict each other.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, LookupError, ValueError, SyntaxError, OSError, TypeError,
    AttributeError, ArithmeticError, EOFError, RuntimeError, AssertionError,
)  # fmt: skip


class _Parts(zipfile.ZipFile):
    """What openpyxl reads whole is built in memory, mark by mark: names, styles, links; all but cells."""

    _marks = 0

    def read(self, name: Any, pwd: bytes | None = None) -> bytes:
        """A part. Raises UserError where it, and all before it, hold more than belongs to a table."""
        info = self.getinfo(name) if isinstance(name, str) else name
        found = super().read(name, pwd) if info.file_size <= _UNSUSPICIOUS else b""
        self._marks += found.count(b"<")
        if info.file_size > _UNSUSPICIOUS or self._marks > _MOST_MARKS:
            raise UserError("The workbook has far more names, styles or links than a table.", _AS_CSV)
        return found


class _Reader(ExcelReader):
    """Opens a workbook without its charts, and without what it remembers of other workbooks."""

    wb: Any

    def __init__(self, stream: Any, *, data_only: bool) -> None:
        super().__init__(stream, read_only=True, data_only=data_only, keep_links=False)
        self.archive = _Parts(stream)

    def read_worksheets(self) -> None:
        """Each sheet by its name. Raises UserError for more than anybody has."""
        if len(self.parser.sheets) > _MOST_SHEETS:
            raise UserError(f"The workbook has more than {_MOST_SHEETS:,} sheets.", _AS_CSV)
        super().read_worksheets()

    def read_chartsheet(self, sheet: Any, _rel: Any) -> None:
        """A sheet that is a chart keeps its place, by which names are assigned, and nothing else."""
        self.wb._sheets.append(Chartsheet(parent=self.wb, title=sheet.name))  # noqa: SLF001 - there is no other way


def _opened(stream: Any, *, data_only: bool = False) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles, choices and extensions that openpyxl does not know
        reader = _Reader(stream, data_only=data_only)
        reader.read()
    return reader.wb


class Workbook:
    """The first sheet of a workbook that is shown; line numbers are the sheet's row numbers."""

    def __init__(self, opener: Opener, name: str, score: Score) -> None:
        self.opener = opener
        self.name = name
        self.notes: list[str] = []
        self._row = 0
        self.digits: Mapping[int, Callable[[float], str]] = {}
        self._signs: dict[int, str] | None = {}  # by style; none where a column says the currency
        self._dates: frozenset[int] = frozenset()  # the styles of days, moments and spans
        self._spans: frozenset[int] = frozenset()
        with opener() as stream:
            self._check_parts(stream)
        self._width = 0
        first = header_among(self._all(), score, self.notes)
        if first is None:
            raise UserError(f"{name}: the first sheet is empty.", "Put the table on the first sheet.")
        self._check_header(first.line)
        self.header = first
        self._width = len(first.cells)
        self._signs = {} if currencies.has_column(first.cells) else None

    def records(self) -> Iterator[Record]:
        """The rows after the header, blank ones left out."""
        return below(self.header, self._all())

    def done(self) -> int:
        """Rows read so far."""
        return self._row

    def _check_parts(self, stream: Any) -> None:
        try:
            with zipfile.ZipFile(stream) as parts:
                refuse_zipped(parts.namelist(), self.name)
                self._check_sizes(parts)
                for part in parts.namelist():
                    if part.startswith("xl/worksheets/"):
                        with parts.open(part) as rows:  # before openpyxl, which looks for the size of each sheet
                            self._check_rows(rows)
                book = _opened(stream)
                sheet = self._sheet_of(parts, book)
                self.total = min(int(sheet.max_row or 0), _LAST_ROW)
                if len(book.worksheets) > 1:
                    which = "first sheet" if sheet is book.worksheets[0] else "first sheet that is not hidden"
                    self.notes.append(f"Only the {which} is read: {sheet.title}.")
                # openpyxl does not tell of merged cells while it streams; the sheet's own XML does.
                path = str(getattr(sheet, "_worksheet_path", "xl/worksheets/sheet1.xml")).lstrip("/")
                self._formulas = self._check_sheet(parts, path)
                book.close()
        except _DAMAGED as error:
            raise UserError(f"{self.name} can't be read as an Excel file: {error}.", "Save it again.") from error

    def _sheet_of(self, parts: zipfile.ZipFile, book: Any) -> Any:
        """The first sheet that is shown; raises UserError where there is none with cells."""
        shown = _shown(book)
        if shown is not None:
            return shown
        if book.worksheets:
            raise UserError(
                f"{self.name}: all its sheets are hidden.", "Unhide the one with the table, and save it again."
            )
        if book.chartsheets:
            raise UserError(f"{self.name} has charts and no sheet with cells.", "Put the table on a sheet of its own.")
        if any(_STRICT in parts.read(part) for part in ("xl/workbook.xml",) if part in parts.namelist()):
            raise UserError(
                f"{self.name} is a Strict Open XML workbook.", "Save it as Excel Workbook (.xlsx) and import that."
            )
        raise UserError(f"{self.name} has no sheet.", "Save it again, with the table on the first sheet.")

    def _check_sizes(self, parts: zipfile.ZipFile) -> None:
        """Raise UserError for what would unpack to more than a table can be."""
        infos = parts.infolist()
        strings = sum(part.file_size for part in infos if part.filename.lower().endswith("sharedstrings.xml"))
        tight = any(
            part.file_size > _UNSUSPICIOUS and part.file_size > _TIGHTEST * part.compress_size for part in infos
        )
        if tight or strings > _LARGEST_STRINGS or sum(part.file_size for part in infos) > _LARGEST:
            raise UserError(f"{self.name} unpacks to far more than a table holds.", _AS_CSV)

    def _check_rows(self, sheet: IO[bytes]) -> None:
        """Raise UserError for a row with more cells than a sheet has columns: one row is held in memory whole."""
        cells = 0
        while chunk := sheet.read(1 << 20):
            for place, row in enumerate(chunk.split(b"<row")):
                cells = sum(map(row.count, (b"<c ", b"<c>", b"<c/"))) + (0 if place else cells)
                if cells > _MOST_CELLS:
                    raise UserError(
                        f"{self.name} has a row of more than {_MOST_CELLS:,} cells; Excel has no such.",
                        _AS_CSV,
                    )

    def _check_sheet(self, parts: zipfile.ZipFile, path: str) -> bool:
        """Whether the sheet has formulas; keeps which cells are merged."""
        formulas, rest = False, b""
        self._merged: dict[tuple[int, int], tuple[int, int]] = {}
        with parts.open(path) as sheet:
            while chunk := sheet.read(1 << 20):
                window = rest + chunk
                formulas = formulas or b"<f>" in window or b"<f " in window
                for left, top, right, bottom in _MERGED.findall(window):
                    self._merged[coordinate_to_tuple(f"{left.decode()}{top.decode()}")] = coordinate_to_tuple(
                        f"{right.decode()}{bottom.decode()}"
                    )
                    if len(self._merged) > _MOST_MERGED:
                        raise UserError(f"{self.name} has too many merged cells.", _AS_CSV)
                rest = window[-100:]
        return formulas

    def _check_header(self, line: int) -> None:
        """Raise UserError for merged cells in the header."""
        for (top, left), (bottom, right) in self._merged.items():
            if top <= line <= bottom:
                cells = f"{get_column_letter(left)}{top} to {get_column_letter(right)}{bottom}"
                raise UserError(
                    f"{self.name}, line {line}: the header cells {cells} are merged, so their columns have no name.",
                    f"Unmerge them, and give each column one header in line {line}.",
                )

    def _rows(self, stream: Any, *, data_only: bool) -> Iterator[tuple[int, dict[int, Any]]]:
        """Row numbers, and the cells that hold something, by column; raises UserError for a damaged sheet."""
        rows: Iterator[tuple[int, list[dict[str, Any]]]] | None = None
        meant: frozenset[int] | None = None  # the styles by which a number is something else
        while True:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    if rows is None:
                        rows = self._parsed(stream, data_only=data_only)
                    found = next(rows, None)
            except _DAMAGED as error:
                raise UserError(f"{self.name} is damaged after row {self._row}: {error}.", "Save it again.") from error
            if found is None:
                return
            if found[0] > _LAST_ROW:
                raise UserError(f"{self.name} has a row {found[0]:,}; Excel has {_LAST_ROW:,}.", "Save it again.")
            if meant is None:
                meant = self._dates.union(self._signs or ())
            yield (
                found[0],
                {
                    cell["column"]: self._value(cell) if cell["style_id"] in meant else cell["value"]
                    for cell in found[1]
                    if cell["value"] is not None
                },
            )

    def _value(self, cell: dict[str, Any]) -> Any:
        """A cell's value where its style says what a number is: a moment, or an amount in the currency shown."""
        value, style = cell["value"], cell["style_id"]
        if cell["data_type"] != "n":
            return value
        if style in self._dates:
            return moment_of(value, self._epoch, is_span=style in self._spans)
        return f"{self._text(value, cell['column'])} {(self._signs or {})[style]}"

    def _text(self, value: Any, column: int) -> str:
        if type(value) is str:
            return value
        if isinstance(value, float) and not value.is_integer():
            return self.digits.get(column - 1, _exact)(value)
        return text_of(value)

    def _parsed(self, stream: Any, *, data_only: bool) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """The rows as they are written: openpyxl's own table fills each gap up to a stray cell."""
        book = _opened(stream, data_only=data_only)
        sheet = _shown(book)
        if self._signs is None:
            self._signs = currencies.shown_in(book)
        self._dates, self._spans = frozenset(book._date_formats), frozenset(book._timedelta_formats)  # noqa: SLF001
        self._epoch = book.epoch
        with sheet._get_source() as source:  # noqa: SLF001 - openpyxl offers the sparse rows nowhere else
            yield from WorkSheetParser(
                source,
                sheet._shared_strings,  # noqa: SLF001
                data_only=data_only,
            ).parse()

    def _all(self) -> Iterator[Record]:
        merged = Merged(self._merged)
        beyond: list[tuple[int, int]] = []
        with self.opener() as values, self.opener() as formulas:
            # A formula's last result is a value like any other; one that was never worked out has none.
            written = self._rows(formulas, data_only=False) if self._formulas else None
            for number, row in self._rows(values, data_only=True):
                self._row = number
                sources = next(written)[1] if written else row
                shown = merged.filled(number, row)
                width = self._width or min(max(shown, default=0), _WIDEST)
                if self._width and max(shown, default=0) > width:
                    beyond.extend((number, place) for place in shown if place > width and text_of(shown[place]).strip())
                cells = [self._text(shown.get(place), place) for place in range(1, width + 1)]
                fault = ""
                for place, source in sources.items():
                    if place <= width and row.get(place) is None and isinstance(source, str) and source.startswith("="):
                        fault = f"column {get_column_letter(place)} is a formula without a result"
                if any(cells) or fault:
                    yield Record(number, cells, _line(cells), fault)
        self._note(merged, beyond)

    def _note(self, merged: Merged, beyond: Sequence[tuple[int, int]]) -> None:
        """Say, once, what of the sheet counts otherwise than it looks."""
        notes = []
        if merged.rows:
            notes.append(f"A merged value counts for each row that it covers: {merged.rows} more here.")
        if merged.wide:
            rows = _rows_named(merged.wide)
            notes.append(f"A value merged across columns counts in the first of them alone: {rows}.")
        if beyond:
            first = f"the first is {get_column_letter(beyond[0][1])}{beyond[0][0]}"
            what = counted(len(beyond), "value stands", "values stand")
            verb = form_for(len(beyond), "is", "are")
            notes.append(f"{what} beyond the header's columns and {verb} left out; {first}.")
        self.notes.extend(note for note in notes if note not in self.notes)


def _rows_named(rows: Sequence[int]) -> str:
    """`row 3`, or `rows 3, 4, 5 and 12 more`."""
    named = ", ".join(map(str, rows[:_NAMED]))
    more = f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
    return f"{form_for(len(rows), 'row')} {named}{more}"


class Merged:
    """The merged ranges of a sheet, walked from top to bottom: each row gets the values that cover it."""

    def __init__(self, ranges: dict[tuple[int, int], tuple[int, int]]) -> None:
        self._starting: dict[int, list[tuple[int, int, int]]] = {}
        for (top, left), (bottom, right) in ranges.items():
            self._starting.setdefault(top, []).append((left, right, bottom))
        self._open: list[tuple[int, int, int, Any]] = []
        self.rows = 0
        self.wide: list[int] = []

    def filled(self, number: int, row: dict[int, Any]) -> dict[int, Any]:
        """The row's cells, with the merged values that reach down to it. Only the first column of a range counts."""
        self._open = [part for part in self._open if part[2] >= number]
        wide = any(right > left for left, right, *_ in self._open)
        added = {left: value for left, _, _, value in self._open if row.get(left) is None}
        for left, right, bottom in self._starting.pop(number, ()):
            wide = wide or (right > left and row.get(left) is not None)
            if bottom > number and row.get(left) is not None:
                self._open.append((left, right, bottom, row[left]))
        self.rows += bool(added)
        if wide:
            self.wide.append(number)
        return {**row, **added} if added else row


def _shown(book: Any) -> Any:
    """The first sheet with cells that is not hidden, if there is one."""
    return next((sheet for sheet in book.worksheets if sheet.sheet_state == "visible"), None)


def _line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
