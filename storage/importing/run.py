"""An import being written: its records, what changed of each, the audit rows and the base of the next merge.

A file goes in one unit of work: killed in the middle, nothing of it is there. What a source brings goes batch by batch,
each a unit that is whole by itself; one that was cut off is ended by the next pull (`end_cut_off`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from storage.base.db import to_json
from storage.base.dialect import patched
from storage.importing.loader import chosen
from storage.importing.record import BESIDE, SUBJECTS, Decision
from storage.importing.said import Said, keep
from storage.importing.sheet import Sheet
from storage.importing.telling import tell_newly_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.base.db import Unit
    from storage.importing.loader import Loader

_NOT_BESIDE = patched("before", f"'{{\"{BESIDE}\":null}}'")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Run:
    """One import of one file. `write` batches, then `finish`; `unit` may be another one for each.

    `counts` grow with the batches: what is kept of them is what was done so far.
    """

    def __init__(self, unit: Unit, loader: Loader | Sheet, file: str, counts: dict[str, int], said: Said) -> None:
        self.unit = unit
        self.loader = loader
        self.counts = counts
        self.id: int = unit.db.execute(
            "INSERT INTO imports(kind, file, imported_at, person_id, counts, audit_from)"
            " VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(id), 0) FROM audit)) RETURNING id",
            (loader.kind, file, unit.at, unit.actor_id, _encode(counts)),
        ).fetchone()[0]
        self.said = said
        self._open_conflicts: set[tuple[int, str]] = {
            (row[0], row[1])
            for row in unit.db.execute(
                "SELECT record_id, field FROM conflicts WHERE kind = ? AND decided_at IS NULL", (loader.kind,)
            )
        }

    def write(self, decisions: Sequence[Decision]) -> None:
        """Write a batch: changes, then new records, then what is remembered of both."""
        self._keep_counts()
        if isinstance(self.loader, Sheet):
            self.loader.write(self.unit, self.id, decisions)
            return
        new = [d for d in decisions if d.outcome == "new"]
        moved = [d for d in decisions if d.outcome != "new" and d.base]
        self.loader.remember(moved)
        self.loader.change(self.unit, ((int(d.record_id or 0), d.after) for d in moved if d.after))
        self.loader.create(self.unit, new)
        remembered = [(self.id, d.record_id, 1, "{}", _encode(d.after), "{}") for d in new]
        remembered += [(self.id, d.record_id, 0, _before(d), _encode(d.after), _encode(d.base_before)) for d in moved]
        self.unit.db.executemany(
            "INSERT INTO import_changes(import_id, record_id, created, before, after, base_before)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            remembered,
        )
        self.unit.db.executemany(
            "INSERT INTO import_bases(kind, record_id, fields) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, record_id)"
            f" DO UPDATE SET fields = {patched('import_bases.fields', 'excluded.fields')}",
            [(self.loader.kind, d.record_id, _encode(d.base)) for d in moved],
        )
        self.unit.db.executemany(
            "INSERT INTO import_bases(kind, record_id, fields) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, record_id) DO UPDATE SET fields = excluded.fields",
            [(self.loader.kind, d.record_id, _encode(d.after)) for d in new],
        )
        self._keep_conflicts(moved)
        audit_changes(self.unit, self.id, f"{SUBJECTS[self.loader.kind]}.import", [d.record_id for d in (*new, *moved)])
        self.unit.db.execute("UPDATE imports SET people_made = ? WHERE id = ?", (self._people_made(), self.id))

    def _keep_counts(self) -> None:
        self.unit.db.execute("UPDATE imports SET counts = ? WHERE id = ?", (_encode(self.counts), self.id))

    def _people_made(self) -> str:
        return _encode([] if isinstance(self.loader, Sheet) else self.loader.persons.made)

    def _keep_conflicts(self, moved: Sequence[Decision]) -> None:
        """List the conflicts; an earlier one on a field that the file now agrees on, or has won, is settled."""
        if self._open_conflicts:
            self.unit.db.executemany(
                "UPDATE conflicts SET decided_at = ?, decision = ?"
                " WHERE kind = ? AND record_id = ? AND field = ? AND decided_at IS NULL",
                [
                    (self.unit.at, "theirs" if f in d.after else "ours", self.loader.kind, d.record_id, f)
                    for d in moved
                    for f in d.base
                    if (d.record_id, f) in self._open_conflicts and f not in {c.field for c in d.conflicts}
                ],
            )
        self.unit.db.executemany(
            "INSERT INTO conflicts(import_id, kind, record_id, field, ours, theirs) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (kind, record_id, field) WHERE decided_at IS NULL"
            " DO UPDATE SET import_id = excluded.import_id, ours = excluded.ours, theirs = excluded.theirs,"
            " source = NULL, found_at = NULL",
            [
                (self.id, self.loader.kind, d.record_id, c.field, to_json(c.ours), to_json(c.theirs))
                for d in moved
                for c in d.conflicts
            ],
        )

    def follow_up(self) -> bool:
        """Work out a piece of what follows from a sheet; whether there is more."""
        return isinstance(self.loader, Sheet) and self.loader.finish(self.unit)

    def finish(self) -> None:
        """All of it is written; who got new accounts is told. Of a sheet there is one audit row, not one each."""
        self._keep_counts()
        keep(self.unit, self.id, self.said)
        if isinstance(self.loader, Sheet):
            self.unit.audit(f"{self.loader.kind}.import", f"imports:{self.id}", {}, self.counts, made=True)
            while self.follow_up():
                pass
        end(self.unit, self.id, self.loader.kind)


def _before(decision: Decision) -> str:
    return _encode({**decision.before, BESIDE: decision.beside} if decision.beside else decision.before)


def end(unit: Unit, import_id: int, kind: str) -> None:
    """Note that an import has ended, and tell whom it put on accounts."""
    unit.db.execute(
        "UPDATE imports SET ended_at = ?, audit_id = (SELECT coalesce(max(id), 0) FROM audit) WHERE id = ?",
        (unit.at, import_id),
    )
    if kind == "accounts":
        tell_newly_on(unit, import_id)


def end_cut_off(unit: Unit) -> int:
    """End the imports that a process did not live to end: what stands of them is whole; how many there were."""
    rows = unit.db.execute("SELECT id, kind FROM imports WHERE ended_at IS NULL AND undone_at IS NULL").fetchall()
    for row in rows:
        end(unit, row[0], row[1])
    return len(rows)


def audit_changes(unit: Unit, import_id: int, action: str, record_ids: Sequence[int | None]) -> None:
    """One audit row for each of these records that an import made or changed."""
    subject = action.partition(".")[0]
    unit.db.execute(
        "INSERT INTO audit(at, person_id, who, action, subject, before, after, source)"
        " SELECT ?, ?, ?, ?, CAST(? AS TEXT) || record_id,"
        f" CASE WHEN before LIKE '%\"{BESIDE}\":%' THEN {_NOT_BESIDE} ELSE before END, after, 'import'"
        " FROM import_changes"
        " WHERE import_id = ? AND (created = 1 OR after <> '{}')"
        " AND record_id IN (SELECT value FROM json_each(?)) ORDER BY record_id",
        (
            unit.at,
            unit.actor_id,
            unit.actor.address if unit.actor else "CTA Bot",
            action,
            f"{subject}:",
            import_id,
            chosen(record_ids),
        ),
    )
