"""Records → rows: every cell read, and the rules that one row can break by itself.

What needs the database (which account, who is meant, a second open CTA) is decided in storage/imports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.parsing.importing import headers, values
from handlers.parsing.importing.values import Unsettled, Wrong
from storage.accounts import name_key
from storage.model.cta import CLOSED_NO_SUCCESS, CLOSED_STATUSES
from storage.model.importing import Rejection, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from handlers.parsing.importing.files import Record, Table
    from handlers.parsing.importing.headers import Column
    from storage.model.importing import Fields, Kind, Value
    from storage.model.policy import Policy

# Blank here means "nothing said": no import takes a CRM id, an owner or a currency away.
_NOTHING_SAID = frozenset({"crm_id", "currency", "owner", "external_id", "health_on", "name"})
_FIELDS = {
    "arr": "arr_cents",
    "renewal_date": "renewal_on",
    "channel": "channel_id",
    "last_ebr": "last_ebr_on",
}
_MANY = 50_000


class Rows:
    """The rows of one file. `warnings` grow while they are read; a rejected line says every fault it has."""

    def __init__(self, table: Table, kind: Kind, policy: Policy, today: str) -> None:
        self.table = table
        self.kind = kind
        self.policy = policy
        self.today = today
        meanings = headers.known_headers(kind, policy.import_headers)
        where = f"{table.name}, line {table.header.line}"
        self.columns = headers.read_header(table.header.cells, kind, meanings, where)
        self.warnings = [*table.notes]
        if self.columns.ignored:
            self.warnings.append(f"Not known and left out: {', '.join(self.columns.ignored)}.")
        self.titles = {_FIELDS.get(c.field, c.field): c.title for c in self.columns.known}
        self._mark: str | None = policy.decimal_mark or None
        self._readers = [
            (c.place, _FIELDS.get(c.field, c.field), self._reader(c)) for c in self.columns.known if c.field != "arr"
        ]
        self._arr = next((c.place for c in self.columns.known if c.field == "arr"), None)
        self._check = {"accounts": self._check_account, "ctas": self._check_cta, "people": self._check_person}[kind]
        self._seen: dict[tuple[Value, ...], int] = {}
        self._names: dict[str, tuple[int, bool]] = {}

    def __iter__(self) -> Iterator[tuple[Row | None, tuple[Rejection, ...], Record]]:
        """Each record as a row, or as what is wrong with it."""
        for record in self.table.records():
            row, faults = self._read(record)
            yield row, faults, record

    def _read(self, record: Record) -> tuple[Row | None, tuple[Rejection, ...]]:
        line, cells, width = record.line, record.cells, self.columns.width
        if record.fault:
            return None, (Rejection(line, "", record.fault),)
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            reason = f"has {len(cells)} cells, the header has {width}; a cell with the separator in it needs quotes"
            return None, (Rejection(line, "", reason),)
        fields: Fields = {}
        faults: list[Rejection] = []
        given = len(cells)
        for place, field, read in self._readers:
            if place >= given:
                continue
            cell = cells[place]
            try:
                value = read(cell) if cell else None
            except Wrong as wrong:
                faults.append(Rejection(line, self.titles[field], str(wrong)))
                continue
            if value is not None or field not in _NOTHING_SAID:
                fields[field] = value
        if self._arr is not None and self._arr < given:
            try:
                self._read_money(cells[self._arr], fields)
            except Wrong as wrong:
                faults.append(Rejection(line, self.titles["arr_cents"], str(wrong)))
        if given < width:
            self._warn(f"line {line} has {given} of {width} cells: what is missing stays as it is.")
        if not faults:
            said = self._check(fields, line)
            faults.extend(Rejection(line, self.titles.get(field, field), why) for field, why in said)
        return (None, tuple(faults)) if faults else (Row(line, fields, record.raw), ())

    def _warn(self, text: str) -> None:
        if len(self.warnings) < _MOST_WARNINGS:
            self.warnings.append(text)

    def _check_account(self, fields: Fields, line: int) -> Iterator[tuple[str, str]]:
        crm_id, name = fields.get("crm_id"), fields.get("name")
        if name is None:
            yield "name", "is empty; every account needs a name"
            return
        last_ebr, renewal = fields.get("last_ebr_on"), fields.get("renewal_on")
        if last_ebr is not None and str(last_ebr) > self.today:
            yield "last_ebr_on", f"{last_ebr} is after today ({self.today}); it is the last EBR that was held"
        if renewal is not None and str(renewal) < self.today:
            self._warn(f"line {line}: the renewal date {renewal} has passed; no reviews come of it.")
        if crm_id is not None:
            yield from self._twice(("crm", crm_id), line, "crm_id", f"the CRM id {crm_id}")
        yield from self._same_name(str(name), line, has_id=crm_id is not None)

    def _same_name(self, name: str, line: int, *, has_id: bool) -> Iterator[tuple[str, str]]:
        key = name_key(name)
        first, first_has_id = self._names.setdefault(key, (line, has_id))
        if first != line and not (has_id and first_has_id):
            yield "name", f"{name} stands on line {first} already; two accounts of one name need a crm_id each"

    def _check_cta(self, fields: Fields, line: int) -> Iterator[tuple[str, str]]:
        for field in ("account", "playbook", "status", "opened_on"):
            if fields.get(field) is None:
                yield field, "is empty; every CTA needs one"
                return
        opened, closed, status = str(fields["opened_on"]), fields.get("closed_on"), str(fields["status"])
        if status in CLOSED_STATUSES:
            if closed is None:
                yield "closed_on", "is empty; a closed CTA needs its closing day"
            elif str(closed) < opened:
                yield "closed_on", f"{closed} is before the opening ({opened})"
        elif closed is not None:
            yield "closed_on", f"{closed} stands there, yet the status says that the CTA is open"
        if status == CLOSED_NO_SUCCESS and fields.get("reason") is None:
            yield "reason", f"is empty; no success needs a reason: {', '.join(r.key for r in self.policy.reasons)}"
        if status != CLOSED_NO_SUCCESS and fields.get("reason") is not None:
            self._warn(f"line {line}: the reason is left out, since the CTA was not closed without success.")
            fields["reason"] = None
        if closed is not None and str(closed) > self.today:
            self._warn(f"line {line}: the closing day {closed} lies in the future.")
        if fields.get("external_id") is not None:
            yield from self._twice(("id", fields["external_id"]), line, "external_id", str(fields["external_id"]))
        key = tuple(str(fields[f]).casefold() for f in ("account", "playbook", "opened_on"))
        yield from self._twice(key, line, "", "this account, playbook and opening day")

    def _check_person(self, fields: Fields, line: int) -> Iterator[tuple[str, str]]:
        address = fields.get("email")
        if address is None:
            yield "email", "is empty; people are known by it"
            return
        if fields.get("manager") == address:
            yield "manager", "nobody is their own manager"
        yield from self._twice((address,), line, "email", str(address))

    def _twice(self, key: tuple[Value, ...], line: int, field: str, what: str) -> Iterator[tuple[str, str]]:
        first = self._seen.setdefault(key, line)
        if first != line:
            yield field, f"{what} stands on line {first} already"

    def _reader(self, column: Column) -> Callable[[str], Value]:
        """The reader of a column. What was read before is remembered: dates, people and regions repeat."""
        read = self._plain_reader(column.field)
        known: dict[str, Value] = {}

        def remembered(cell: str) -> Value:
            if cell in known:
                return known[cell]
            text = values.clean(cell)
            value = read(text) if text else None
            if len(known) < _MANY and len(cell) < values.TEXT_LENGTH:
                known[cell] = value
            return value

        if column.field in ("name", "crm_id", "crm_url", "note", "external_id", "email"):
            return lambda cell: read(text) if (text := values.clean(cell)) else None
        return remembered

    def _plain_reader(self, field: str) -> Callable[[str], Value]:
        day = values.day_reader(self.policy.date_formats, self.policy.timezone)
        readers: dict[str, Callable[[str], Value]] = {
            "name": values.name,
            "crm_id": values.crm_id,
            "segment": values.segment,
            "currency": values.currency,
            "channel": values.channel,
            "ebr_cadence_months": values.cadence,
            "health": values.health,
            "crm_url": values.link,
            "account": values.name,
            "playbook": values.name,
            "status": values.status,
            "reason": self._reason,
            "note": values.note,
            "email": values.email,
            "role": values.role,
            "manager": values.email,
            **dict.fromkeys(("csm", "ae", "sa", "pse", "owner"), values.person),
            **dict.fromkeys(("renewal_date", "customer_since", "last_ebr", "health_on"), day),
            **dict.fromkeys(("opened_on", "closed_on", "due_on"), day),
        }
        return readers.get(field, values.text_of(values.TEXT_LENGTH))

    def _reason(self, text: str) -> str:
        found = self.policy.reason(text)
        if found is None:
            known = ", ".join(reason.key for reason in self.policy.reasons)
            raise Wrong(f"'{text[:60]}' is not a reason; use {known}")
        return found.key

    def _read_money(self, cell: str, fields: Fields) -> None:
        text = values.clean(cell)
        if not text:
            fields["arr_cents"] = None
            return
        home = self.policy.currency
        try:
            cents, code = values.money(text, home, self._mark or "")
        except Unsettled:
            if self._mark is not None:
                raise
            self._mark = self._settled_elsewhere()
            cents, code = values.money(text, home, self._mark)
        if code is not None and fields.setdefault("currency", code) != code:
            raise Wrong(f"'{text[:60]}' is in {code}, the row's currency is {fields['currency']}")
        fields["arr_cents"] = cents

    def _settled_elsewhere(self) -> str:
        """The decimal mark that other rows of the file agree on, else ''."""
        place = self._arr or 0
        marks = {
            values.decimal_mark(record.cells[place])
            for record in self.table.records()
            if place < len(record.cells) and record.cells[place].strip()
        }
        marks.discard("")
        return marks.pop() if len(marks) == 1 else ""


_MOST_WARNINGS = 200
