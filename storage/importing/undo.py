"""Taking an import back: what nobody has had a hand in since goes back, what it made goes away, the rest is listed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from storage.base import leases
from storage.base.db import to_json
from storage.base.dialect import patched
from storage.base.errors import Clash, NotFound, Stale, UserError
from storage.base.moments import instant_text
from storage.base.plurals import counted
from storage.base.retention import months_before
from storage.importing import absent, log, said
from storage.importing.loaders import loader_of, sheets
from storage.importing.record import BESIDE, PULL, SUBJECTS, Undone

if TYPE_CHECKING:
    from sqlite3 import Row as DbRow

    from storage.base.db import Unit
    from storage.importing.loader import Loader
    from storage.importing.record import Fields, Import
    from storage.importing.said import Said

_AT_ONCE = 500
_NAMED = 5
# Later imports count only as long as they stand; whatever else was done leaves an audit row. What was written elsewhere
# changed nothing here.
_CHANGES = """
SELECT record_id, created, before, after, base_before,
    EXISTS (SELECT 1 FROM audit WHERE subject = CAST(:prefix AS TEXT) || record_id AND source <> 'import'
        AND audit.id > :audit_id AND action <> 'account.written')
    OR EXISTS (
        SELECT 1 FROM import_changes AS later JOIN imports ON imports.id = later.import_id
        WHERE later.record_id = import_changes.record_id AND later.import_id > :import_id
        AND imports.kind = :kind AND imports.undone_at IS NULL
    ) AS touched
FROM import_changes WHERE import_id = :import_id
-- What was changed may point to what was made; of CTAs the one that was made stands in the way of the other.
ORDER BY CASE WHEN :kind = 'ctas' THEN -created ELSE created END, record_id
"""
# Whom a file named first, as long as nobody, and no file that stands, has said anything else of them.
_PEOPLE = """
SELECT id FROM people WHERE id IN (SELECT value FROM json_each(:people))
AND NOT EXISTS (SELECT 1 FROM audit WHERE subject = 'person:' || people.id AND source <> 'import')
AND NOT EXISTS (
    SELECT 1 FROM import_changes JOIN imports ON imports.id = import_changes.import_id
    WHERE record_id = people.id AND imports.kind = 'people' AND undone_at IS NULL AND imports.id <> :import_id
)
"""


def undo(unit: Unit, import_id: int | None = None) -> Undone:
    """Take an import back, the last one that stands if none is named. Raises Stale for one taken back already."""
    if import_id is not None:
        of = log.get(unit.db, import_id)
    elif (last := log.latest(unit.db, None) or next(iter(log.listed(unit.db, 1)), None)) is not None:
        of = last
    else:
        raise NotFound("There is no import to take back.")
    if of.undone_at is not None:
        raise Stale(f"Import {of.id} was taken back already.", _left_before(unit, of) or "Nothing was changed.")
    refuse_under_way(unit, of.id)
    months = unit.policy.retention.audit
    if months and of.imported_at < months_before(unit.now, months):
        raise UserError(
            f"Import {of.id} is older than the {counted(months, 'month')} for which the audit is kept.",
            "What was changed since is not known. Nothing was changed.",
        )
    if of.kind in sheets():
        return _sheet(unit, of)
    audit_id, people_made = unit.db.execute(
        "SELECT coalesce(audit_from, audit_id), people_made FROM imports WHERE id = ?", (of.id,)
    ).fetchone()
    loader = loader_of(of.kind, unit.db, unit.policy, unit.today.isoformat())
    named = {"prefix": f"{SUBJECTS[of.kind]}:", "audit_id": audit_id, "import_id": of.id, "kind": of.kind}
    rows = unit.db.execute(_CHANGES, named).fetchall()
    taken_back = _TakeBack(unit, loader, said.since(unit.db, of.kind, of.id))
    for start in range(0, len(rows), _AT_ONCE):
        taken_back.batch(rows[start : start + _AT_ONCE])
    made = unit.db.execute(_PEOPLE, {"people": people_made, "import_id": of.id}).fetchall()
    of_file = {row[0] for row in made}
    of_file -= said.since(unit.db, "people", of.id).those_of(of_file)
    loader_of("people", unit.db, unit.policy).remove(unit, of_file)
    absent.bring_back(unit, absent.archived_by(unit.db, of.id))
    unit.db.execute("UPDATE imports SET undone_at = ? WHERE id = ?", (unit.at, of.id))
    return Undone(of, taken_back.restored, taken_back.removed, tuple(taken_back.left))


def _sheet(unit: Unit, of: Import) -> Undone:
    """A sheet takes back its own rows; what a later one that stands has changed is left."""
    removed, restored, left = sheets()[of.kind](unit.db, unit.policy, unit.today.isoformat()).undo(unit, of.id)
    unit.db.execute("UPDATE imports SET undone_at = ? WHERE id = ?", (unit.at, of.id))
    unit.audit(f"{of.kind}.import_undo", f"imports:{of.id}", {}, {"removed": removed, "restored": restored}, made=True)
    return Undone(of, restored, removed, tuple(left))


def refuse_under_way(unit: Unit, import_id: int) -> None:
    """Raise Stale for an import that a pull is still writing."""
    (ended,) = unit.db.execute("SELECT ended_at FROM imports WHERE id = ?", (import_id,)).fetchone()
    pulling = leases.lease(unit.db, PULL)
    if ended is None and pulling is not None and pulling.left > 0:
        raise Stale(f"Import {import_id} is still under way.", "Take it back when it has ended; nothing was changed.")


def _left_before(unit: Unit, of: Import) -> str:
    """What an undo left of an import, in words; what it took back has an audit row of that instant."""
    if of.kind not in SUBJECTS:
        return ""
    subject = SUBJECTS[of.kind]
    rows = unit.db.execute(
        "SELECT record_id FROM import_changes WHERE import_id = ? AND after <> '{}' AND NOT EXISTS"
        f" (SELECT 1 FROM audit WHERE subject = '{subject}:' || record_id"
        f" AND action = '{subject}.import_undo' AND at = ?) ORDER BY record_id",
        (of.id, instant_text(of.undone_at) if of.undone_at else ""),
    )
    there = loader_of(of.kind, unit.db, unit.policy, unit.today.isoformat()).present(row[0] for row in rows)
    left = [title for title, _ in there.values()]
    named = [*left[:_NAMED], *([f"{len(left) - _NAMED} more"] if len(left) > _NAMED else [])]
    return f"Left as they were, since somebody has had a hand in them: {', '.join(named)}." if left else ""


class _TakeBack:
    """The records of one import, batch by batch."""

    def __init__(self, unit: Unit, loader: Loader, said_since: Said) -> None:
        self.unit = unit
        self.loader = loader
        self.said_since = said_since
        self.restored = 0
        self.removed = 0
        self.left: list[str] = []

    def batch(self, rows: list[DbRow]) -> None:
        present = self.loader.standing(row["record_id"] for row in rows)
        there = [row for row in rows if row["record_id"] in present]
        again = self.said_since.those_of(present)
        untouched = [
            row
            for row in there
            if row["record_id"] not in again and not self._is_touched(row, present[row["record_id"]][1])
        ]
        done: set[int] = set()
        for made in (True, False) if self.loader.kind == "ctas" else (False, True):
            done |= self._remove(untouched) if made else self._restore_all(untouched)
        done |= {row["record_id"] for row in untouched if row["record_id"] not in done and self._empty(row)}
        self.left += [present[row["record_id"]][0] for row in there if row["record_id"] not in done]
        self._audit([row for row in there if row["record_id"] in done and row["after"] != "{}"])

    def _is_touched(self, row: DbRow, fields: Fields) -> bool:
        """Whether somebody had a hand in a record since: an audit row, a later import, or a value that is another."""
        after = json.loads(row["after"]).items()
        return row["touched"] or any(f in fields and fields[f] != self.loader.by_now(f, v) for f, v in after)

    def _remove(self, rows: list[DbRow]) -> set[int]:
        gone = self.loader.remove(self.unit, [row["record_id"] for row in rows if row["created"]])
        self.removed += len(gone)
        return gone

    def _restore_all(self, rows: list[DbRow]) -> set[int]:
        return {row["record_id"] for row in rows if not row["created"] and self._restore(row)}

    def _empty(self, row: DbRow) -> bool:
        if not row["created"] or not self.loader.empty(self.unit, row["record_id"], json.loads(row["after"])):
            return False
        self.restored += 1
        return True

    def _restore(self, row: DbRow) -> bool:
        record_id, before, base_before = row["record_id"], json.loads(row["before"]), row["base_before"]
        before |= before.pop(BESIDE, {})
        before = {field: self.loader.by_now(field, value) for field, value in before.items()}
        try:
            with self.unit.attempt():
                if before:
                    self.loader.restore(self.unit, [(record_id, before)])
        except Clash:
            return False  # another open CTA took its place
        key = (self.loader.kind, record_id)
        self.unit.db.execute(
            f"UPDATE import_bases SET fields = {patched('fields', '?')} WHERE kind = ? AND record_id = ?",
            (base_before, *key),
        )
        self.unit.db.executemany(
            "DELETE FROM conflicts WHERE kind = ? AND record_id = ? AND field = ? AND decided_at IS NULL",
            [(*key, field) for field in self.loader.decided(json.loads(base_before))],
        )
        self.restored += bool(before)
        return True

    def _audit(self, rows: list[DbRow]) -> None:
        unit, subject = self.unit, SUBJECTS[self.loader.kind]
        who = (unit.actor.id, unit.actor.address) if unit.actor else (None, "CTA Bot")
        unit.db.executemany(
            "INSERT INTO audit(at, person_id, who, action, subject, before, after, source)"
            f" VALUES (?, ?, ?, '{subject}.import_undo', '{subject}:' || ?, ?, ?, 'import')",
            [(unit.at, *who, row["record_id"], row["after"], _without_beside(row["before"])) for row in rows],
        )


def _without_beside(before: str) -> str:
    fields = json.loads(before)
    return to_json(fields) if fields.pop(BESIDE, None) else before
