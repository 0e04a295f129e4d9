"""Cells of a workbook: what a number is that is shown as a day, and a value as a CSV export would write it. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from math import floor, isfinite
from typing import Any

from openpyxl.utils.datetime import WINDOWS_EPOCH

from handlers.door.values import in_digits

_ERROR = "#VALUE!"
_NO_DAY = "1900-01-00"
_LEAP_DAY = 60  # of 1900, which Excel has and no calendar
_MS = 24 * 60 * 60 * 1000


def moment_of(serial: float, epoch: datetime, *, is_span: bool) -> datetime | time | timedelta | str:
    """What a number of days since `epoch` is. A moment never becomes one of the next day, however late it is.

    0 is what Excel shows for no day; what lies outside its calendar, an error of the spreadsheet.
    """
    if not isfinite(serial):
        return _ERROR
    day = floor(serial)
    try:
        into = timedelta(milliseconds=min(int((serial - day) * _MS + 0.5), _MS - 1))
        if is_span:
            return timedelta(days=serial)
        if epoch == WINDOWS_EPOCH:
            if serial == 0:
                return _NO_DAY
            if day == 0:
                return (epoch + into).time()
            day += 0 < day < _LEAP_DAY
        return epoch + timedelta(days=day) + into
    except OverflowError:
        return _ERROR


def text_of(cell: Any) -> str:
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
            return str(int(cell)) if cell.is_integer() else in_digits(cell, told_apart=False)
    return str(cell)
