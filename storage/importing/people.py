"""People from a file: keyed by e-mail; role, manager, team and region."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar

from storage.base import people
from storage.base.dialect import field_of
from storage.base.errors import Clash
from storage.base.keys import to_person
from storage.importing.loader import Loader, chosen, update_grouped
from storage.importing.record import PERSON_FIELDS, Decision, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from sqlite3 import Row as DbRow

    from storage.base.db import Unit
    from storage.importing.record import Fields, Kind, Row

_SELECT = (
    "SELECT id, email, slack_id, fields, name, role, manager_id, team, region FROM people"
    " LEFT JOIN import_bases ON kind = 'people' AND record_id = people.id"
)


class PersonLoader(Loader):
    """People of one file."""

    kind: ClassVar[Kind] = "people"
    table: ClassVar[str] = "people"
    person_fields: ClassVar[tuple[str, ...]] = ("manager",)

    def decide(self, rows: Sequence[Row]) -> Iterator[Decision | Rejection]:
        """Find each row's person by e-mail, then merge."""
        for row in rows:
            row.fields["email"] = self.persons.by_now(str(row.fields["email"]))
        emails = chosen(row.fields["email"] for row in rows)
        known = self.db.execute(f"{_SELECT} WHERE email IN (SELECT value FROM json_each(?))", (emails,))
        found = {row["email"]: row for row in known}
        for row in rows:
            if wrong := self.meant(row.fields):
                yield Rejection(row.line, *wrong)
                continue
            email = str(row.fields["email"])
            theirs = {field: value for field, value in row.fields.items() if field != "email"}
            here = found.get(email)
            if here is None:
                after: Fields = {"email": email, **{f: value for f, value in theirs.items() if value is not None}}
                yield Decision(row.line, email, "new", after=after)
            elif (first := self.first_time(here["id"], row.line)) != row.line:
                yield Rejection(row.line, "email", f"{email} is the person of line {first}")
            else:
                yield self._decide_about(here, row.line, theirs)

    def _decide_about(self, here: DbRow, line: int, theirs: Fields) -> Decision:
        if here["slack_id"]:
            theirs.pop("name", None)  # Slack's directory says how people are called
        return self.merged(line, here["email"], here, theirs)

    def fields_of(self, row: DbRow) -> Fields:
        """The fields of a person; a name made up from the address, which neither Slack nor a file has said, is none."""
        made_up = row["name"] == people.name_of(row["email"] or "") and not row["slack_id"]
        made_up = made_up and json.loads(row["fields"] or "{}").get("name") != row["name"]
        fields: Fields = {field: row[field] for field in PERSON_FIELDS if field not in ("name", "manager")}
        fields |= {"name": None if made_up else row["name"], "manager": self.persons.address_of(row["manager_id"])}
        return fields

    def create(self, unit: Unit, decisions: Sequence[Decision]) -> None:
        """Make new people; whoever was named as a manager before gets the rest filled in."""
        for decision in decisions:
            decision.record_id = people.ensure_email(unit, str(decision.after["email"])).id
            self.met[decision.record_id] = decision.line
        self.change(unit, [(int(d.record_id or 0), d.after) for d in decisions])

    def change(self, unit: Unit, changes: Iterable[tuple[int, Fields]]) -> None:
        """Write role, manager, team, region and name; without one they are called as their address is."""
        update_grouped(unit, "people", ((person_id, self._columns(unit, person_id, f)) for person_id, f in changes))

    def _columns(self, unit: Unit, person_id: int, fields: Fields) -> dict[str, Any]:
        columns: dict[str, Any] = {"updated_at": unit.at}
        for field, value in fields.items():
            if field == "manager":
                columns["manager_id"] = self.persons.id_of(unit, value)
            elif field == "name":
                columns["name"] = value or people.name_of(self.persons.address_of(person_id) or "")
            elif field != "email":
                columns[field] = value
        return columns

    def present(self, ids: Iterable[int]) -> dict[int, tuple[str, Fields]]:
        """Address and fields of people."""
        rows = self.db.execute(f"{_SELECT} WHERE id IN (SELECT value FROM json_each(?))", (chosen(ids),))
        return {row["id"]: (row["email"] or row["name"], self.fields_of(row)) for row in rows}

    def standing(self, ids: Iterable[int]) -> dict[int, tuple[str, Fields]]:
        """Address and fields; how those in Slack are called is no word of a file."""
        there = self.present(ids)
        for person_id in self.used(there):
            there[person_id][1].pop("name")
        return there

    def restore(self, unit: Unit, changes: Iterable[tuple[int, Fields]]) -> None:
        """Write fields as they were before a file; those in Slack are called as it says."""
        listed = [(person_id, dict(fields)) for person_id, fields in changes]
        in_slack = self.used(person_id for person_id, _ in listed)
        for person_id, fields in listed:
            if person_id in in_slack:
                fields.pop("name", None)
        self.change(unit, listed)

    def empty(self, unit: Unit, record_id: int, after: Fields) -> bool:
        """Whoever stays since others name them, or Slack does, is what they would be without the file."""
        self.restore(unit, [(record_id, {field: None for field in after if field != "email"})])
        self.forget(unit, [record_id])
        return True

    def used(self, ids: Iterable[int]) -> set[int]:
        """People who have been seen in Slack; whom accounts or CTAs point to, the database itself keeps."""
        rows = self.db.execute(
            "SELECT id FROM people WHERE slack_id IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
            (chosen(ids),),
        )
        return {row[0] for row in rows}

    def remove(self, unit: Unit, ids: Iterable[int]) -> set[int]:
        """Take people back, one by one (any table may point to them), and what is pending for them; those that went."""
        gone = set()
        wanted = list(ids)
        for person_id in set(wanted) - self.used(wanted):
            with suppress(Clash), unit.attempt():
                unit.db.execute("DELETE FROM people WHERE id = ?", (person_id,))
                gone.add(person_id)
        self.forget(unit, gone)
        theirs, among = json.dumps([to_person(one) for one in sorted(gone)]), "IN (SELECT value FROM json_each(?))"
        self.call_off(unit, f"destination {among} OR {field_of('payload', 'owner')} {among}", theirs, theirs)
        return gone
