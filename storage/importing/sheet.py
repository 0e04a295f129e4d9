"""An import with a merge of its own: rows that are kept as a file says them, cell by cell where that was empty.

There are too many of them for bases, conflicts and an audit row each; a noun that has such rows hands in its `Sheet`
(`loader.py`, LOADERS). What a dry run shows, what is written and how it is taken back is the sheet's own.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from storage.base.folding import id_key, id_spellings, name_key
from storage.base.plurals import counted
from storage.importing import said
from storage.importing.loader import chosen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.base.policy import Policy
    from storage.importing.record import Decision, Kind, Rejection, Row

_MOST_NAMES = 250_000


class Sheet(ABC):
    """One import of one kind. A new one for what a dry run reads and for what is written then."""

    kind: ClassVar[Kind]

    def __init__(self, db: Connection, policy: Policy, today: str) -> None:
        self.db = db
        self.policy = policy
        self.today = today
        self.met: dict[int, int] = {}
        self.warnings: list[str] = []
        self.again = False
        """Whether the rows were decided before: none of them stands in the file twice."""
        self._accounts: dict[str, tuple[int, ...]] = {}

    @abstractmethod
    def decide(self, rows: Sequence[Row]) -> Iterator[Decision | Rejection]:
        """What to do with each row of a batch. Nothing is written."""

    @abstractmethod
    def write(self, unit: Unit, import_id: int, decisions: Sequence[Decision]) -> None:
        """Write a batch of what was decided."""

    @abstractmethod
    def undo(self, unit: Unit, import_id: int) -> tuple[int, int, Iterable[str]]:
        """Take an import back: how many rows went, how many are as before, the titles of those that are left."""

    def finish(self, unit: Unit) -> bool:  # noqa: ARG002 - most have nothing to do then
        """All of it is written: work out a piece of what follows; whether there is more."""
        return False

    def comes_late(self, row: Row) -> bool:  # noqa: ARG002 - a rule of CTAs alone
        """Whether the row is decided after all others of its file."""
        return False

    def absent(self) -> Iterator[str]:
        """A sheet brings what is new: what is not in it is not missing."""
        return iter(())

    def account(self, name: str) -> int | str:
        """The account that a cell names, by name or CRM id; else why it is none. `look_up` its batch first."""
        found = self._accounts[name]
        if len(found) == 1:
            return found[0]
        if not found:
            return f"no account is called {name}, or has it as its CRM id"
        return f"{counted(len(found), 'account fits', 'accounts fit')} '{name}'; give the CRM id"

    def keep(self, unit: Unit, import_id: int, record_id: int, decision: Decision) -> None:
        """Remember what an import made or changed of a row, for its undo; a sheet that is not too long may."""
        unit.db.execute(
            "INSERT INTO import_changes(import_id, record_id, created, before, after) VALUES (?, ?, ?, ?, ?)",
            (
                import_id,
                record_id,
                int(decision.outcome == "new"),
                json.dumps(decision.before),
                json.dumps(decision.after),
            ),
        )

    def changes(self, unit: Unit, import_id: int) -> list[Any]:
        """What was kept of an import, and whether a later one of its kind that stands says it too (`later`)."""
        rows = unit.db.execute(
            "SELECT record_id, created, before, after, EXISTS (SELECT 1 FROM import_changes AS other"
            " JOIN imports ON imports.id = other.import_id WHERE other.record_id = import_changes.record_id"
            " AND other.import_id > import_changes.import_id AND imports.kind = ? AND undone_at IS NULL) AS later"
            " FROM import_changes WHERE import_id = ? ORDER BY record_id DESC",
            (self.kind, import_id),
        ).fetchall()
        again = said.since(unit.db, self.kind, import_id).those_of(row["record_id"] for row in rows)
        return [{**dict(row), "later": row["later"] or row["record_id"] in again} for row in rows]

    def said(self, decision: Decision) -> Sequence[int]:
        """The row of which a file says what is so already."""
        return [] if decision.record_id is None else [decision.record_id]

    def look_up(self, names: Iterable[str]) -> None:
        """Find the accounts of a batch; each name is looked up once in a file."""
        wanted = set(names)
        missing = wanted - self._accounts.keys()
        if not missing:
            return
        if len(self._accounts) > _MOST_NAMES:
            self._accounts.clear()
            missing = wanted
        keys = {name: name_key(name) for name in missing}
        rows = self.db.execute(
            "SELECT id, name_key, crm_id FROM accounts"
            " WHERE name_key IN (SELECT value FROM json_each(?)) OR crm_id IN (SELECT value FROM json_each(?))",
            (chosen(set(keys.values())), chosen([one for name in missing for one in id_spellings(name)])),
        ).fetchall()
        fitting: dict[str, list[int]] = {}
        for found in rows:
            fitting.setdefault(found["name_key"], []).append(found["id"])
        by_crm = {id_key(found["crm_id"]): found["id"] for found in rows if found["crm_id"]}
        for name, key in keys.items():
            by_id = by_crm.get(id_key(name))
            every = [*fitting.get(key, ()), *([by_id] if by_id is not None else [])]
            self._accounts[name] = tuple(dict.fromkeys(every))
