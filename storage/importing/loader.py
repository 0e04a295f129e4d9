"""What every kind of import does with its rows: find the record, merge, write; and take it back again.

A `Loader` decides without writing (a dry run is nothing else) and writes what it decided. `accounts`, `ctas` and
`people` are the three; `run`, `undo` and `conflicts` drive them.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from storage.importing.merge import merge, same
from storage.importing.persons import Persons, UnknownPerson
from storage.importing.record import SUBJECTS, Decision, Rejection, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from sqlite3 import Connection
    from sqlite3 import Row as DbRow

    from storage.base.db import Unit
    from storage.base.policy import Policy
    from storage.importing.record import Fields, Kind, Value

VALUES_AT_ONCE = 1000
"""Rows of one INSERT: one statement each would have the full-text index written out row by row."""


class Loader(ABC):
    """One import of one kind. Holds what must be remembered from row to row: records met, people, new ones."""

    kind: ClassVar[Kind]
    table: ClassVar[str]
    person_fields: ClassVar[tuple[str, ...]]

    def __init__(self, db: Connection, policy: Policy, today: str) -> None:
        self.db = db
        self.policy = policy
        self.today = today
        self.persons = Persons(db)
        self.met: dict[int, int] = {}
        self.warnings: list[str] = []

    @abstractmethod
    def decide(self, rows: Sequence[Row]) -> Iterator[Decision | Rejection]:
        """What to do with each row of a batch. Nothing is written."""

    @abstractmethod
    def create(self, unit: Unit, decisions: Sequence[Decision]) -> None:
        """Write the new records and set each decision's `record_id`."""

    @abstractmethod
    def change(self, unit: Unit, changes: Iterable[tuple[int, Fields]]) -> None:
        """Write fields of existing records, with all that follows from them."""

    def said(self, decision: Decision) -> Sequence[int]:
        """The record of which a file says what is so already."""
        return [] if decision.record_id is None else [decision.record_id]

    def remember(self, changed: Sequence[Decision]) -> None:  # noqa: B027 - people have nothing such
        """Keep in `beside` what goes by itself as these are written, beside the fields."""

    def restore(self, unit: Unit, changes: Iterable[tuple[int, Fields]]) -> None:
        """Write fields as they were before a file, with all that follows from them."""
        self.change(unit, changes)

    def decided(self, fields: Iterable[str]) -> Iterable[str]:
        """The fields of conflicts about these fields."""
        return fields

    @property
    def subject(self) -> str:
        """How the audit calls a record."""
        return SUBJECTS[self.kind]

    def takes(self, field: str) -> bool:  # noqa: ARG002 - all that a file says can be
        """Whether what a file says of a field can become what is here."""
        return True

    @abstractmethod
    def present(self, ids: Iterable[int]) -> dict[int, tuple[str, Fields]]:
        """Title and fields of records as they stand now; unknown ids are left out."""

    def standing(self, ids: Iterable[int]) -> dict[int, tuple[str, Fields]]:
        """Title and fields of records as a file writes them."""
        return self.present(ids)

    @abstractmethod
    def used(self, ids: Iterable[int]) -> set[int]:
        """Those of the records that others hang on, so that they can't be taken back."""

    def comes_late(self, row: Row) -> bool:  # noqa: ARG002 - a rule of CTAs alone
        """Whether the row is decided after all others of its file."""
        return False

    def absent(self) -> Iterator[str]:
        """Titles of records that earlier files had and this one has not. Nothing happens to them."""
        rows = self.db.execute(f"SELECT record_id FROM import_bases WHERE kind = '{self.kind}' ORDER BY record_id")
        ids = [row[0] for row in rows if row[0] not in self.met]
        for start in range(0, len(ids), VALUES_AT_ONCE):
            yield from (title for title, _ in self.present(ids[start : start + VALUES_AT_ONCE]).values())

    def remove(self, unit: Unit, ids: Iterable[int]) -> set[int]:
        """Take records back, with what is pending for them in the outbox; those that went."""
        wanted = list(ids)
        gone = set(wanted) - self.used(wanted)
        unit.db.execute(f"DELETE FROM {self.table} WHERE id IN (SELECT value FROM json_each(?))", (chosen(gone),))
        self.forget(unit, gone)
        column = {"accounts": "account_id", "ctas": "cta_id"}[self.kind]
        self.call_off(unit, f"{column} IN (SELECT value FROM json_each(?))", chosen(gone))
        return gone

    def call_off(self, unit: Unit, of_gone: str, *values: str) -> None:
        """Have nothing sent of what is pending for records that are gone; `of_gone` is a condition on the outbox."""
        unit.db.execute(
            "UPDATE outbox SET state = 'cancelled', error = 'the import was undone', updated_at = ?"
            f" WHERE state = 'pending' AND ({of_gone})",
            (unit.at, *values),
        )

    def empty(self, unit: Unit, record_id: int, after: Fields) -> bool:  # noqa: ARG002 - accounts and CTAs stay as they are
        """Take what a file said out of a record that it made and that can't go; whether that is done."""
        return False

    def forget(self, unit: Unit, ids: Iterable[int]) -> None:
        """Drop what files said of records that are gone."""
        for table in ("import_bases", "conflicts"):
            unit.db.execute(
                f"DELETE FROM {table} WHERE kind = ? AND record_id IN (SELECT value FROM json_each(?))",
                (self.kind, chosen(ids)),
            )

    def meant(self, fields: Fields) -> tuple[str, str] | None:
        """Turn the people that a row names into addresses; the field and the reason if that fails."""
        for field in self.person_fields:
            text = fields.get(field)
            if text is not None:
                try:
                    fields[field] = self.persons.address(str(text))
                except UnknownPerson as unknown:
                    return field, str(unknown)
        return None

    def first_time(self, record_id: int, line: int) -> int:
        """The line that named the record first: this one, or an earlier one of the same file."""
        return self.met.setdefault(record_id, line)

    def said_before(self, base: str | None) -> dict[str, Any]:
        """What the last import said of a record, from its base as stored."""
        said: dict[str, Any] = json.loads(base) if base else {}
        return {field: self.by_now(field, value) for field, value in said.items()}

    def by_now(self, field: str, value: Value) -> Value:
        """What a file has said, as it is called here by now: Slack may have told of it since, which nobody did."""
        return self.persons.by_now(str(value)) if value is not None and field in self.person_fields else value

    @abstractmethod
    def fields_of(self, row: DbRow) -> Fields:
        """The fields of a record as it stands, from a row of the loader's own query."""

    def merged(self, line: int, title: str, found: DbRow, theirs: Fields) -> Decision:
        """The decision about a record that is there: `found` has its `id` and its base, `fields`."""
        said = self.said_before(found["fields"])
        if same(said, theirs):
            return Decision(line, title, "unchanged", found["id"])
        merged = merge(said, self.fields_of(found), theirs, crm_wins=self.policy.import_conflicts == "crm_wins")
        return Decision(
            line,
            title,
            "changed" if merged.after else "unchanged",
            found["id"],
            before=merged.before,
            after=merged.after,
            conflicts=merged.conflicts,
            base=merged.base,
            base_before=merged.base_before,
        )


def update_grouped(unit: Unit, table: str, changes: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
    """Write columns of many records, one statement for each set of columns."""
    groups: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for record_id, columns in changes:
        groups.setdefault(tuple(columns), []).append((*columns.values(), record_id))
    for names, rows in groups.items():
        assignments = ", ".join(f"{name} = ?" for name in names)
        unit.db.executemany(f"UPDATE {table} SET {assignments} WHERE id = ?", rows)


def insert_many(unit: Unit, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows, some hundred a statement."""
    one = f"({', '.join('?' * len(columns))})"
    for start in range(0, len(rows), VALUES_AT_ONCE):
        part = rows[start : start + VALUES_AT_ONCE]
        unit.db.execute(
            f"INSERT INTO {table}({', '.join(columns)}) VALUES {', '.join([one] * len(part))}",
            [value for row in part for value in row],
        )


def pointed_to(db: Connection, ids: Iterable[int], tables: Sequence[str], column: str) -> set[int]:
    """Those of the ids that a column of these tables holds."""
    parts = " UNION ".join(
        f"SELECT {column} FROM {table} WHERE {column} IN (SELECT value FROM json_each(:ids))" for table in tables
    )
    return {row[0] for row in db.execute(parts, {"ids": chosen(ids)})}


def chosen(ids: Iterable[Any]) -> str:
    """Ids or texts as one parameter, for `IN (SELECT value FROM json_each(?))`."""
    return json.dumps(list(ids))
