"""Lines of an export that are no records: footers, totals, filters, separators, the header once more.

Called by `rows`. What is skipped is named to people; a line that may be a record is never skipped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handlers.importing.reading.headers import compared
from storage.base.folding import folded
from storage.base.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from handlers.importing.reading.table import Record

# Of Salesforce, Gainsight, HubSpot, Excel and Sheets, in English, German, French, Spanish; compared folded.
_FOOTER = re.compile(
    r"(?:copyright\b|(?:\(c\)|©) ?(?:[a-z .,&]{0,40}\d{4})|confidential\b|vertraulich"
    r"|alle rechte vorbehalten|all rights reserved|generated (?:by|on|at)\b"
    r"|report (?:ran|run|generated|created|filters?\b)|report (?:name|title|type|id):"
    r"|exported (?:by|on|from|at)\b|created by:|printed (?:by|on)\b"
    r"|(?:bericht |liste |export |auswertung )?(?:erstellt|exportiert|generiert|gedruckt|ausgefuhrt) (?:von|am|durch)\b"
    r"|(?:rapport |liste |export )?(?:genere|exporte|cree|imprime|edite)e?s? (?:par|le)\b"
    r"|(?:informe |reporte |relatorio |listado )?(?:generad|gerad|exportad|cread|criad|impres)[oa] (?:por|el|em)\b"
    r"|tous droits reserves|(?:todos los )?derechos reservados|confidentiel|confidencial|filtres? ?:|filtros?:"
    r"|[-=*~ ]*(?:end of (?:the )?(?:report|file|export|data)|ende des (?:berichts|exports))"
    r"|(?:prepared|downloaded|retrieved) (?:by|on|at|from)\b|run (?:by|on|at):|run (?:on|at) \d"
    r"|last (?:refreshed|updated|modified|run)(?::|\b(?: on| at)? \d)|data as of\b"
    r"|(?:source|note|notes|hinweis|quelle|user|exported|generated):"
    r"|grand (?:summar(?:y|ies)|totals?)\b|totals?:? \d+ \w+|(?:records?|rows?|count|zeilen|anzahl) ?[:=] ?\d+"
    r"|applied filters?\b|filter(?:ed by|s|kriterien)?:|filtered by\b|ange(?:wende|wand)te filter|gefiltert nach"
    r"|as of:? \d|stand:? \d|(?:show|date field|units|currency|report type|data source):"
    r"|(?:anzeigen|datumsfeld|zeitraum|zeitrahmen):"
    r"|showing \d+|(?:page|seite) \d+ (?:of|von|/) ?\d+|\d+ (?:records?|rows?|datensatze|zeilen)\b)"
)
_TOTAL = re.compile(
    r"(?:grand |sub[- ]?|report |overall )?totals?(?: (?:records?|rows?|accounts?|count))?(?: ?\([^)]*\))?"
    r"(?: ?[:=] ?[\d.,]*)?|(?:gesamt|zwischen|teil)(?:summe|ergebnis|e)?(?: ?\([^)]*\))?:?|summen?:?|insgesamt:?"
    r"|totaux:?|ergebnis:?"
    r"|(?:record )?count:? ?\d*|anzahl(?: der datensatze)?:? ?\d*|total general|sum:?|average:?|avg:?|mittelwert:?"
)
_OF_GROUP = re.compile(
    r"sub[- ]?totals?|grand totals?|zwischen(?:summe|ergebnis)|teil(?:summe|ergebnis)|gesamt(?:summe|ergebnis)"
    r"|sous[- ]total"
)
"""What no record holds in any cell, whatever stands beside it."""
_SUBTOTAL = re.compile(
    r".+ (?:total|subtotal|count|average|ergebnis|gesamt|zwischensumme|summe)(?: ?\([^)]*\))?:?"
    r"|(?:sum|count|average|avg|min|max|summe|anzahl) (?:of|von|der) .{1,40}"
)
_NUMBER = re.compile(r"[-+(]?\D{0,4}[\d.,' \u00a0\u202f%]+\D{0,4}")
_RULER = re.compile(r"[-=_*~+|.\u2500-\u257f\u2010-\u2015]+")
_SHOWN = 40


class Furniture:
    """Tells records of one file from what stands around them; `skipped` is what it took away."""

    def __init__(self, header: Sequence[str], named: tuple[int | None, int | None] = (None, None)) -> None:
        """`named`: the places of a record's name and of its id, where the file has both."""
        self._header = [compared(cell) for cell in header]
        self._letter = self._header[0][:1] if self._header else ""
        self._name, self._id = named
        self._numeric_ids: bool | None = None
        self.skipped: list[str] = []
        self.count = 0

    def cleared(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records; lone cells wait until it is known whether they belong to a footer."""
        waiting: list[Record] = []
        footer = apart = False
        last = 0
        for record in records:
            if self._surely(record):
                if waiting:
                    yield from self._settled(waiting, footer=footer, apart=apart)
                    waiting, footer = [], False
                if self._numeric_ids is None:
                    self._learn(record)
                last = record.line
                yield record
                continue
            said = [cell for cell in record.cells if cell.strip()]
            lone = not record.fault and len(said) == 1 and len(self._header) > 1
            ends = bool(lone and _FOOTER.match(folded(said[0])))
            if not lone:
                yield from self._settled(waiting, footer=footer, apart=apart)
                waiting, footer = [], False
            if not record.fault and not ends and self._is_none(record, said):
                self._skip((record,))
            elif lone:
                apart = 0 < last < record.line - 1 if not waiting else apart
                waiting.append(record)
                footer = footer or ends
                if len(waiting) > _SHOWN and not footer:
                    yield waiting.pop(0)
            else:
                self._learn(record)
                yield record
            last = record.line
        yield from self._settled(waiting, footer=footer, apart=apart)

    def _surely(self, record: Record) -> bool:
        """Whether a record is one at a glance, as nearly all are: a name and an id, and not the header's first cell."""
        cells = record.cells
        if record.fault or len(cells) < 2 or self._id is None:  # noqa: PLR2004 - a lone cell may be a footer
            return False
        first = cells[0]
        if not (first.isascii() and first[:1].isalnum() and cells[1][:1].isalnum()):
            return False
        identity = self._identity(record)
        if not identity or identity.isdecimal():
            return False
        return first[0].lower() != self._letter or compared(first) != self._header[0]

    def _settled(self, waiting: Sequence[Record], *, footer: bool, apart: bool) -> Iterator[Record]:
        """Lone cells: with a footer among them they are skipped, unless one may be a record cut short."""
        for record in waiting:
            of_footer = len(record.cells) == 1 or apart or _FOOTER.match(folded("".join(record.cells)))
            if footer and of_footer:
                self._skip((record,))
            else:
                yield record

    def told(self) -> str:
        """What was skipped, for people; '' for nothing."""
        if not self.count:
            return ""
        more = f" and {self.count - len(self.skipped)} more" if self.count > len(self.skipped) else ""
        lines = counted(self.count, "line is no record and was", "lines are no records and were")
        return f"{lines} skipped: {', '.join(self.skipped)}{more}."

    def _learn(self, record: Record) -> None:
        if self._numeric_ids is None and (identity := self._identity(record)):
            self._numeric_ids = identity.isdecimal()

    def _identity(self, record: Record) -> str:
        """The id of a record that has a name too; '' without."""
        return self._cell(record, self._id) if self._cell(record, self._name) else ""

    @staticmethod
    def _cell(record: Record, place: int | None) -> str:
        return record.cells[place].strip() if place is not None and place < len(record.cells) else ""

    def _is_none(self, record: Record, said: Sequence[str]) -> bool:
        if all(_RULER.fullmatch(cell.strip()) for cell in said):
            return True
        if self._is_the_header_again(record.cells):
            return True
        identity = self._identity(record)
        if identity and (not identity.isdecimal() or self._numeric_ids is not False):
            return False  # an account may be called Total; a number under ids that are none is a count
        if not identity and any(_OF_GROUP.fullmatch(folded(cell)) for cell in said):
            return True
        first, rest = folded(said[0]), said[1:]
        if not all(_NUMBER.fullmatch(cell.strip()) for cell in rest):
            return False
        if _TOTAL.fullmatch(first):
            return bool(rest) or first not in ("total", "summe", "sum", "ergebnis", "gesamt") or len(self._header) > 1
        if not rest:
            return bool(_FOOTER.match(first))
        # `EMEA Total`, and a number under an amount: not one beside an id, which stands next to the name
        beside = len(record.cells) > 1 and record.cells[1].strip() and len(rest) > 1
        return bool(_SUBTOTAL.fullmatch(first)) and not beside

    def _is_the_header_again(self, cells: Sequence[str]) -> bool:
        if len(cells) > len(self._header) or (len(cells) == 1 and len(self._header) > 1):
            return False
        # cell by cell: of millions of records nearly all differ in the first
        same = all(compared(cell) == title for cell, title in zip(cells, self._header, strict=False))
        return same and any(self._header[: len(cells)])

    def _skip(self, records: Sequence[Record]) -> None:
        for record in records:
            self.count += 1
            if len(self.skipped) < 20:  # noqa: PLR2004 - what people read
                text = " ".join(" ".join(record.cells).split())
                shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
                self.skipped.append(f"line {record.line} ({shown})")


def other_reading(record: Record, width: int, delimiter: str) -> str:
    """Why a line that is written with another separator than its file is refused; '' for one that is not."""
    if not delimiter or width == 1 or len(record.cells) >= width:
        return ""
    for other in {";", ",", "\t", "|"} - {delimiter}:
        parts = record.raw.rstrip("\r\n").split(other)
        lone = len(record.cells) == 1 and len(parts) > 1 and other in ";\t"
        if lone or len(parts) == width:
            cells = " · ".join(part.strip() for part in parts[:6])
            named = {"\t": "tab"}.get(other, other)
            mine = {"\t": "tab"}.get(delimiter, delimiter)
            return (
                f"is written with another separator than its file: with '{mine}' it is"
                f" {len(record.cells)} of {counted(width, 'cell')}, '{record.raw.strip()[:60]}'; with '{named}' it"
                f" would be {cells}. Write it like the others"
            )
    return ""
