"""Records → rows: every cell read, and checked by the rules of `checks`.

What needs the database (which account, who is meant, a second open CTA) is decided in storage/imports.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from handlers.account import values as account_values
from handlers.cta import values as cta_values
from handlers.door import money, values
from handlers.door.values import Unsettled, Wrong
from handlers.importing.reading import headers
from handlers.importing.reading.amounts import AMOUNT_HEADERS, Amounts
from handlers.importing.reading.checks import Checks
from handlers.importing.reading.days import Days
from handlers.importing.reading.forms import day_headers, handed, plain_of, required_of
from handlers.importing.reading.furniture import Furniture, other_reading
from storage.base.plurals import counted
from storage.importing.record import Question, Reading, Rejection, Row
from storage.success.store import BETWEEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from handlers.importing.reading.headers import Column, Columns
    from handlers.importing.reading.table import Record, Table
    from storage.base.policy import Policy
    from storage.importing.record import Fields, Kind, Value

# Blank here means "nothing said": no export means to take a CRM id, an owner or a currency away.
_NOTHING_SAID = frozenset({"crm_id", "currency", "owner", "external_id", "health_on", "name"})
_FIELDS = {
    "arr": "arr_cents",
    "renewal_date": "renewal_on",
    "channel": "channel_id",
    "last_ebr": "last_ebr_on",
}
_NAMED = {"accounts": ("name", "crm_id"), "ctas": ("account", "external_id"), "people": ("name", "email")}
"""What says whose a record is, by kind: a line with both is one, whatever it is called."""
_UNLIKE = frozenset({"name", "crm_id", "crm_url", "note", "external_id", "email"})
_MANY, _FEW = 50_000, 2_000
_UNREAD = object()
_MOST_WARNINGS = 200
_NO_READINGS = (Reading(), Reading())


def columns_of(
    table: Table, kind: Kind, policy: Policy, decided: Mapping[str, str], *, asking: bool = False
) -> Columns:
    """The columns of a table; raises UserError where a required one is missing, unless people are asked (`asking`)."""
    plain = plain_of(kind, policy)
    meanings = headers.known_headers(kind, policy.import_headers, decided, plain)
    where = f"{table.name}, line {table.header.line}"
    own = headers.policy_headers(plain, policy.import_headers)
    columns = headers.read_header(table.header.cells, kind, meanings, where, decided, own, required_of(kind))
    if not (asking and columns.unknown):
        headers.require(columns, plain, meanings, where)
    return columns


def _left_out(columns: Columns) -> Iterator[str]:
    """What is told about columns that are not read."""
    owner = columns.unclear_owner
    if owner:
        yield f"{owner} may be the CSM or the AE, so it is left out until somebody says which."
    if unknown := [title for title in columns.unknown if title != owner]:
        yield f"Not known and left out: {', '.join(unknown)}."
    if decided := [title for title in columns.ignored if title not in columns.unknown]:
        yield f"Left out, as decided before: {', '.join(decided)}."


class Rows:
    """The rows of one file. `warnings` grow while they are read; a rejected line says every fault it has."""

    def __init__(
        self,
        table: Table,
        kind: Kind,
        policy: Policy,
        today: str,
        readings: tuple[Reading, Reading] = _NO_READINGS,
        is_known: Callable[[Record], bool] | None = None,
    ) -> None:
        """`readings`: what was said about this file, and what is kept about the kind's files.

        Records that are known (`is_known`) are not read: neither a row nor a fault comes of them.
        """
        self.table = table
        self.is_known = is_known
        self.policy = policy
        self.form = handed().get(kind)
        self._own = self.form.readers(policy) if self.form else {}
        self._days = day_headers(kind)
        here, kept = readings
        self.columns = columns_of(table, kind, policy, {**kept.columns, **here.columns})
        self.warnings = [*table.notes, *_left_out(self.columns)]
        self.titles = {_FIELDS.get(c.field, c.field): c.title for c in self.columns.known}
        self.days = Days({c.place: c.title for c in self.columns.known if c.field in self._days}, policy, here, kept)
        amounts = {c.place: c.title for c in self.columns.known if c.field in AMOUNT_HEADERS}
        measures = self.form.measures(policy) if self.form else ()
        table.digits = dict.fromkeys(amounts, _in_cents) | {
            c.place: values.in_digits for c in self.columns.known if c.field in measures
        }
        self.amounts = Amounts(amounts, policy, readings, table.records)
        self._readers = [self._reader(c) for c in self.columns.known if c.field != "arr"]
        self._arr = next((c.place for c in self.columns.known if c.field == "arr"), None)
        place = {c.field: c.place for c in self.columns.known}
        name, identity = self.form.named if self.form else _NAMED[kind]
        self.furniture = Furniture(table.header.cells, (place.get(name), place.get(identity)))
        self._check = self.form.check(policy, today) if self.form else Checks(policy, today, self._warn).of(kind)
        self._most = _FEW if self.form else _MANY

    def __iter__(self) -> Iterator[tuple[Row | None, tuple[Rejection, ...], Record]]:
        """Each record as a row, or as what is wrong with it."""
        for record in self.furniture.cleared(self.table.records()):
            row, faults = (None, ()) if self.is_known and self.is_known(record) else self._read(record)
            yield row, faults, record

    def questions(self) -> list[Question]:
        """What has to be asked about columns, once all rows are read."""
        return [*self.days.questions(self.table.records), *self.amounts.questions()]

    def _read(self, record: Record) -> tuple[Row | None, tuple[Rejection, ...]]:
        line, cells, width = record.line, record.cells, self.columns.width
        if record.fault:
            return None, (Rejection(line, "", record.fault),)
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            reason = (
                f"has {counted(len(cells), 'cell')}, the header has {width};"
                " a cell with the separator in it needs quotes"
            )
            return None, (Rejection(line, "", reason),)
        if len(cells) < width:
            if reason := other_reading(record, width, getattr(self.table, "delimiter", "")):
                return None, (Rejection(line, "", reason),)
            self._warn(f"line {line} has {len(cells)} of {counted(width, 'cell')}: what is missing stays as it is.")
        fields, faults = self._read_cells(cells, line)
        if not faults:
            said = self._check(fields, line)
            faults = [Rejection(line, self.titles.get(field, field), reason) for field, reason in said]
        return (None, tuple(faults)) if faults else (Row(line, fields, record.raw), ())

    def _read_cells(self, cells: Sequence[str], line: int) -> tuple[Fields, list[Rejection]]:
        fields: Fields = {}
        faults: list[Rejection] = []
        given = len(cells)
        for place, field, read, known in self._readers:
            if place >= given:
                continue
            cell = cells[place]
            value = known.get(cell, _UNREAD)
            if value is _UNREAD:
                try:
                    text = values.clean(cell)
                    value = read(text) if text else None
                except Wrong as wrong:
                    faults.append(_rejected(line, self.titles[field], wrong))
                    continue
                if field not in _UNLIKE and len(cell) < values.TEXT_LENGTH:
                    if len(known) >= self._most:
                        known.clear()  # what comes next is more like what was just read than like the file's beginning
                        known[""] = None
                    known[cell] = value
            if value is not None or field not in _NOTHING_SAID:
                fields[field] = value
        if self._arr is not None and self._arr < given:
            try:
                self._read_money(self._arr, cells[self._arr], fields)
            except Wrong as wrong:
                faults.append(_rejected(line, self.titles["arr_cents"], wrong))
        return fields, faults

    def _warn(self, text: str) -> None:
        if len(self.warnings) < _MOST_WARNINGS:
            self.warnings.append(text)

    def _reader(self, column: Column) -> tuple[int, str, Callable[[str], Value], dict[str, Any]]:
        """Place and field of a column, its reader, and what was read before: dates, people and regions repeat."""
        read = self.days.reader(column.place) if column.field in self._days else self._plain_reader(column.field)
        return column.place, _FIELDS.get(column.field, column.field), read, {"": None}

    def _plain_reader(self, field: str) -> Callable[[str], Value]:
        if (own := self._own.get(field)) is not None:
            return own
        readers: dict[str, Callable[[str], Value]] = {
            "name": values.name,
            "crm_id": values.crm_id,
            "segment": account_values.segment,
            "currency": money.currency,
            "channel": values.channel,
            "ebr_cadence_months": values.cadence,
            "health": account_values.health,
            "crm_url": values.link,
            "notice_days": account_values.notice_days,
            "purchase_intent": self._use_cases,
            "original_licences": account_values.licences,
            "auto_renews": account_values.renews_by_itself,
            "account": values.name,
            "playbook": values.name,
            "status": cta_values.status,
            "reason": self._reason,
            "note": values.note,
            "email": values.email,
            "role": values.role,
            "manager": values.email,
            **dict.fromkeys(("csm", "ae", "sa", "pse", "owner"), values.person),
        }
        return readers.get(field, values.text_of(values.TEXT_LENGTH))

    def _use_cases(self, text: str) -> str:
        known = {use_case.casefold(): use_case for use_case in self.policy.use_cases}
        said = [part for piece in text.replace(",", ";").split(";") if (part := piece.strip())]
        for part in said:
            if part.casefold() not in known:
                raise Wrong(f"'{part[:60]}' is no use case; use {', '.join(self.policy.use_cases)}")
        return BETWEEN.join(dict.fromkeys(known[part.casefold()] for part in said))

    def _reason(self, text: str) -> str:
        found = self.policy.reason(text)
        if found is None:
            known = ", ".join(reason.label for reason in self.policy.reasons)
            raise Wrong(f"'{text[:60]}' is not a reason; use {known}")
        return found.key

    def _read_money(self, place: int, cell: str, fields: Fields) -> None:
        text = values.clean(cell)
        if not text:
            fields["arr_cents"] = None
            return
        cents, code = self.amounts.read(place, text)
        if code is not None and fields.setdefault("currency", code) != code:
            raise Wrong(f"'{text[:60]}' is in {code}, the row's currency is {fields['currency']}")
        fields["arr_cents"] = cents


def _in_cents(number: float) -> str:
    """An amount that a workbook holds as a number: what is behind its cents is the machine's."""
    return f"{number:.2f}" if isfinite(number) else values.NO_NUMBER


def _rejected(line: int, title: str, wrong: Wrong) -> Rejection:
    return Rejection(line, title, str(wrong), isinstance(wrong, Unsettled))
