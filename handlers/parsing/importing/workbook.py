"""An Excel workbook (.xlsx) as a table: the first sheet, streamed row by row."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from handlers.parsing.importing.files import Record
from storage.model.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handlers.parsing.importing.files import Opener

# A workbook that unpacks to more is a mistake or an attack.
_LARGEST = 1_000_000_000
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_DAMAGED = (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError, OSError)


class Workbook:
    """The first sheet of a workbook; line numbers are the sheet's row numbers."""

    def __init__(self, opener: Opener, name: str) -> None:
        self.opener = opener
        self.name = name
        self.notes: list[str] = []
        self._row = 0
        with opener() as stream:
            self._check_parts(stream)
        first = next(self._all(), None)
        if first is None:
            raise UserError(f"{name}: the first sheet is empty.", "Put the table on the first sheet.")
        self.header = first

    def records(self) -> Iterator[Record]:
        """The rows after the header, blank ones left out."""
        records = self._all()
        next(records, None)
        return records

    def done(self) -> int:
        """Rows read so far."""
        return self._row

    def _check_parts(self, stream: Any) -> None:
        try:
            with zipfile.ZipFile(stream) as parts:
                if "[Content_Types].xml" not in parts.namelist():
                    raise UserError(f"{self.name} is a zip file.", "Unpack it and import the CSV or .xlsx inside.")
                if sum(part.file_size for part in parts.infolist()) > _LARGEST:
                    raise UserError(f"{self.name} unpacks to more than 1 GB.", "Save the one sheet as CSV.")
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    book = load_workbook(stream, read_only=True)
                sheet = book.worksheets[0]
                self.total = int(sheet.max_row or 0)
                if len(book.worksheets) > 1:
                    self.notes.append(f"Only the first sheet is read: {sheet.title}.")
                # openpyxl does not tell of merged cells while it streams; the sheet's own XML does.
                path = str(getattr(sheet, "_worksheet_path", "xl/worksheets/sheet1.xml")).lstrip("/")
                self._formulas = self._check_sheet(parts, path)
                book.close()
        except _DAMAGED as error:
            raise UserError(f"{self.name} can't be read as an Excel file: {error}.", "Save it again.") from error

    def _check_sheet(self, parts: zipfile.ZipFile, path: str) -> bool:
        """Whether the sheet has formulas; raises UserError for merged cells in the header."""
        formulas, rest = False, b""
        with parts.open(path) as sheet:
            while chunk := sheet.read(1 << 20):
                window = rest + chunk
                formulas = formulas or b"<f>" in window or b"<f " in window
                for left, top, right, bottom in _MERGED.findall(window):
                    if int(top) <= 1:
                        raise UserError(
                            f"{self.name}, line 1: the header cells {left.decode()}{top.decode()} to"
                            f" {right.decode()}{bottom.decode()} are merged, so their columns have no name.",
                            "Unmerge them, and give each column one header in line 1.",
                        )
                rest = window[-100:]
        return formulas

    def _rows(self, stream: Any, *, data_only: bool) -> Iterator[Sequence[Any]]:
        """The cells of each row; raises UserError for a sheet that is damaged further down."""
        rows: Iterator[Sequence[Any]] | None = None
        while True:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # of styles, choices and extensions that openpyxl does not know
                    if rows is None:
                        book = load_workbook(stream, read_only=True, data_only=data_only)
                        rows = book.worksheets[0].iter_rows(values_only=True)
                    row = next(rows, None)
            except _DAMAGED as error:
                raise UserError(f"{self.name} is damaged after row {self._row}: {error}.", "Save it again.") from error
            if row is None:
                return
            yield row

    def _all(self) -> Iterator[Record]:
        with self.opener() as values, self.opener() as formulas:
            # A formula's last result is a value like any other; one that was never worked out has none.
            written: Iterator[Sequence[Any]] | None = None
            if self._formulas:
                written = self._rows(formulas, data_only=False)
            for number, row in enumerate(self._rows(values, data_only=True), start=1):
                self._row = number
                sources = next(written) if written else row
                cells = [_text(cell) for cell in row]
                fault = ""
                for place, source in enumerate(sources):
                    if row[place] is None and isinstance(source, str) and source.startswith("="):
                        fault = f"column {get_column_letter(place + 1)} is a formula without a result"
                if any(cells) or fault:
                    yield Record(number, cells, _line(cells), fault)


def _text(cell: Any) -> str:
    """A cell as a CSV export of the same sheet would write it."""
    match cell:
        case None:
            return ""
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
        case date():
            return cell.isoformat()
        case float():
            return str(int(cell)) if cell.is_integer() else f"{cell:.2f}"
    return str(cell)


def _line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
