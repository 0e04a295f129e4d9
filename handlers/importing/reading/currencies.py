"""The currency in which a workbook shows a number, by the format of its cell: `5000` shown as `5.000 €`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from handlers.door.money import is_currency

if TYPE_CHECKING:
    from collections.abc import Sequence

_OWN = 164
"""From here on a format is the workbook's; those before are shown in the currency of whoever looks."""
_SIGN = re.compile(r'\[\$(?P<bracketed>[^\]-]+)[^\]]*\]|"(?P<quoted>[^"]+)"|\\?(?P<bare>[$€£¥₹])')
_COLUMN = re.compile(r"curr|währung|devise|moneda|valuta", re.IGNORECASE)


def shown_in(book: Any) -> dict[int, str]:
    """By the number of a style, the sign or code that numbers are shown with; others are in none."""
    formats = {number + _OWN: _sign(text) for number, text in enumerate(book._number_formats)}  # noqa: SLF001 - nowhere else
    styles = enumerate(book._cell_styles)  # noqa: SLF001 - the same
    return {number: sign for number, style in styles if (sign := formats.get(style.numFmtId, ""))}


def has_column(header: Sequence[str]) -> bool:
    """Whether a column says the currency: then how a number looks says nothing."""
    return any(_COLUMN.search(cell) for cell in header)


def _sign(number_format: str) -> str:
    for found in _SIGN.finditer(number_format.partition(";")[0]):
        sign = (found["bracketed"] or found["quoted"] or found["bare"]).strip()
        if is_currency(sign):
            return sign
    return ""
