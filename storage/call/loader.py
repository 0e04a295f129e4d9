"""Calls from a file: what is not known yet is added, a note that has changed follows; handed in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

from storage.importing.loader import chosen
from storage.importing.record import Decision, Rejection
from storage.importing.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from storage.base.db import Unit
    from storage.importing.record import Fields, Kind, Row

IMPORT = "import"
_Key = tuple[int, str, str]


class CallSheet(Sheet):
    """Calls of one file. The nth row of an account, day and kind is the nth such call that is known.

    One that says the same as somebody's own, or says nothing of it, is that; only notes of imported ones follow a file.
    """

    kind: ClassVar[Kind] = "calls"

    def __init__(self, *of_file: Any) -> None:
        super().__init__(*of_file)
        self._taken: set[int] = set()

    def decide(self, rows: Sequence[Row]) -> Iterator[Decision | Rejection]:
        """Find each row's account, then the call that it is about."""
        self.look_up(str(row.fields["account"]) for row in rows)
        placed = [(row, self.account(str(row.fields["account"]))) for row in rows]
        known = self._known({found for _, found in placed if isinstance(found, int)})
        for row, found in placed:
            if isinstance(found, str):
                yield Rejection(row.line, "account", found)
            else:
                yield self._decide(row, found, known)

    def _decide(self, row: Row, account_id: int, known: dict[_Key, list[Any]]) -> Decision:
        held_on, kind = str(row.fields["held_on"]), str(row.fields.get("kind") or "call")
        note = row.fields.get("note")
        title = f"{row.fields['account']}, {kind} of {held_on}"
        left = [one for one in known.get((account_id, held_on, kind), ()) if one["id"] not in self._taken]
        same = next((one for one in left if note in (None, one["note"])), None)
        there = same or next((one for one in left if one["source"] == IMPORT), None)
        if there is None:
            after: Fields = {"account_id": account_id, "held_on": held_on, "kind": kind, "note": note}
            return Decision(row.line, title, "new", after=after)
        self._taken.add(there["id"])
        if same is not None:
            return Decision(row.line, title, "unchanged", there["id"])
        return Decision(row.line, title, "changed", there["id"], before={"note": there["note"]}, after={"note": note})

    def _known(self, account_ids: Iterable[int]) -> dict[_Key, list[Any]]:
        found: dict[_Key, list[Any]] = {}
        rows = self.db.execute(
            "SELECT id, account_id, held_on, kind, note, source FROM calls"
            " WHERE account_id IN (SELECT value FROM json_each(?)) ORDER BY id",
            (chosen(account_ids),),
        )
        for row in rows:
            found.setdefault((row["account_id"], row["held_on"], row["kind"]), []).append(row)
        return found

    def write(self, unit: Unit, import_id: int, decisions: Sequence[Decision]) -> None:
        """Add new calls, let notes follow, and keep what was before."""
        for decision in decisions:
            if decision.outcome == "new":
                row = unit.db.execute(
                    "INSERT INTO calls(account_id, held_on, kind, note, source, at) VALUES (?, ?, ?, ?, ?, ?)"
                    " RETURNING id",
                    (*(decision.after[name] for name in ("account_id", "held_on", "kind", "note")), IMPORT, unit.at),
                ).fetchone()
                decision.record_id = int(row[0])
                self._taken.add(decision.record_id)
            elif decision.after:
                unit.db.execute("UPDATE calls SET note = ? WHERE id = ?", (decision.after["note"], decision.record_id))
            else:
                continue
            self.keep(unit, import_id, int(decision.record_id or 0), decision)

    def undo(self, unit: Unit, import_id: int) -> tuple[int, int, list[str]]:
        """Take out what it added and put notes back, unless a later file has changed them."""
        removed = restored = 0
        left = []
        for change in self.changes(unit, import_id):
            now = unit.db.execute(
                "SELECT calls.note, held_on, calls.kind, name FROM calls JOIN accounts ON accounts.id = account_id"
                " WHERE calls.id = ?",
                (change["record_id"],),
            ).fetchone()
            if now is None:
                continue
            if change["later"] or now["note"] != json.loads(change["after"])["note"]:
                left.append(f"{now['name']}, {now['kind']} of {now['held_on']}")
            elif change["created"]:
                unit.db.execute("DELETE FROM calls WHERE id = ?", (change["record_id"],))
                removed += 1
            else:
                before = json.loads(change["before"])["note"]
                unit.db.execute("UPDATE calls SET note = ? WHERE id = ?", (before, change["record_id"]))
                restored += 1
        return removed, restored, left


LOADERS = {"calls": CallSheet}
