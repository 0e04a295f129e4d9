"""Answers from a file: one is known by its `external_id`, else by account, kind, contact and day; handed in.

Of an answer that is there filled cells win; what it was before is kept, so that the file can be taken back.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

from storage.base.dialect import put, update_row
from storage.importing.loader import chosen
from storage.importing.record import Decision, Rejection
from storage.importing.sheet import Sheet
from storage.survey.record import IMPORT, PERSON, contact_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from storage.base.db import Unit
    from storage.importing.record import Fields, Kind, Row

_SAID = ("account_id", "answered_on", "kind", "score", "contact", "comment", "case_id")
_FIELDS = (*_SAID, "external_id")
_KEPT = (*_FIELDS, "by_id", "source", "at")
_Key = tuple[int, str, str, str]


class SurveySheet(Sheet):
    """Answers of one file."""

    kind: ClassVar[Kind] = "surveys"

    def __init__(self, *of_file: Any) -> None:
        super().__init__(*of_file)
        self._lines: dict[str | _Key, int] = {}

    def decide(self, rows: Sequence[Row]) -> Iterator[Decision | Rejection]:
        """Find each row's account, then the answer that it is."""
        self.look_up(str(row.fields["account"]) for row in rows)
        placed = [(row, self.account(str(row.fields["account"]))) for row in rows]
        by_id = self._by_id(str(row.fields["external_id"]) for row in rows if row.fields.get("external_id"))
        by_key = self._by_key({found for _, found in placed if isinstance(found, int)})
        for row, found in placed:
            if isinstance(found, str):
                yield Rejection(row.line, "account", found)
                continue
            external_id = row.fields.get("external_id")
            key = _key(found, row.fields)
            first = self._lines.setdefault(str(external_id) if external_id else key, row.line)
            if first != row.line and external_id:
                yield Rejection(row.line, "external_id", f"this answer stands on line {first} already")
            elif first != row.line:
                same = "this account, kind, contact and day stand"
                yield Rejection(row.line, "", f"{same} on line {first} already; an external_id tells answers apart")
            else:
                yield _decided(row, found, by_id.get(str(external_id)) if external_id else by_key.get(key))

    def _by_id(self, external_ids: Iterable[str]) -> dict[str, Any]:
        rows = self.db.execute(
            f"SELECT id, {', '.join(_KEPT)} FROM survey_answers WHERE external_id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(set(external_ids))),),
        )
        return {row["external_id"]: row for row in rows}

    def _by_key(self, account_ids: Iterable[int]) -> dict[_Key, Any]:
        rows = self.db.execute(
            f"SELECT id, {', '.join(_KEPT)} FROM survey_answers WHERE external_id IS NULL"
            " AND account_id IN (SELECT value FROM json_each(?))",
            (chosen(account_ids),),
        )
        return {_key(row["account_id"], row): row for row in rows}

    def write(self, unit: Unit, import_id: int, decisions: Sequence[Decision]) -> None:
        """Add what is new, put right what has changed, and keep what was before."""
        for decision in decisions:
            if decision.outcome == "new":
                values = {"contact": "", **_written(decision.after), "source": IMPORT, "at": unit.at}
                decision.record_id = int(put(unit.db, "survey_answers", values)[0])
            elif decision.outcome == "changed":
                news: Fields = {"at": unit.at} if decision.after.keys() & {"score", "kind"} else {}
                if "comment" in decision.after:  # whose words they are: nobody's of these people
                    news["by_id"] = None
                update_row(unit.db, "survey_answers", int(decision.record_id or 0), _written(decision.after) | news)
                decision.before |= {name: decision.base_before[name] for name in news}
            else:
                continue
            self.keep(unit, import_id, int(decision.record_id or 0), decision)

    def undo(self, unit: Unit, import_id: int) -> tuple[int, int, list[str]]:
        """Take out what it added and put back what it changed, unless something has changed it since."""
        removed = restored = 0
        left = []
        for change in self.changes(unit, import_id):
            now = unit.db.execute(
                f"SELECT {', '.join(f'survey_answers.{name}' for name in _FIELDS)}, source, name FROM survey_answers"
                " JOIN accounts ON accounts.id = account_id WHERE survey_answers.id = ?",
                (change["record_id"],),
            ).fetchone()
            if now is None:
                continue
            after, before = json.loads(change["after"]), json.loads(change["before"])
            said = ((name, value) for name, value in after.items() if name in _SAID and value not in (None, ""))
            is_said_again = any(now[name] != value for name, value in said)
            if change["later"] or is_said_again or (change["created"] and now["source"] == PERSON):
                left.append(f"{now['name']}, {now['kind'].upper()} of {now['answered_on']}")
            elif change["created"]:
                unit.db.execute("DELETE FROM survey_answers WHERE id = ?", (change["record_id"],))
                removed += 1
            else:
                update_row(unit.db, "survey_answers", change["record_id"], _written(before))
                restored += 1
        return removed, restored, left


def _key(account_id: int, fields: Any) -> _Key:
    """What an answer without an id of its own is known by."""
    contact = fields["contact"] if "contact" in fields.keys() else None  # noqa: SIM118 - a row of the database has no `in`
    return account_id, str(fields["kind"]), contact_key(str(contact or "")), str(fields["answered_on"])


def _decided(row: Row, account_id: int, there: Any) -> Decision:
    said: Fields = {name: value for name in _FIELDS if (value := row.fields.get(name)) is not None}
    said["account_id"] = account_id
    title = f"{row.fields['account']}, {str(said['kind']).upper()} of {said['answered_on']}"
    if there is None:
        return Decision(row.line, title, "new", after=said)
    moved: Fields = {name: value for name, value in said.items() if there[name] != value}
    if not moved:
        return Decision(row.line, title, "unchanged", there["id"])
    before: Fields = {name: there[name] for name in moved}
    found = Decision(row.line, title, "changed", there["id"], before=before, after=moved)
    found.base_before = {"at": there["at"], "by_id": there["by_id"]}
    return found


def _written(fields: Fields) -> dict[str, Any]:
    """The columns of some fields: a contact is compared by its key."""
    columns: dict[str, Any] = dict(fields)
    if "contact" in columns:
        columns["contact"] = columns["contact"] or ""
        columns["contact_key"] = contact_key(str(columns["contact"]))
    return columns


LOADERS = {"surveys": SurveySheet}
