"""Fields that were changed in the file and here: kept as they are here until somebody decides, one by one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

from storage.base.errors import Clash, NotFound, Stale, UserError
from storage.base.moments import instant
from storage.importing.loaders import loader_of
from storage.importing.record import KINDS, SUBJECTS, Conflict

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.base.policy import Policy
    from storage.importing.record import Kind

_SELECT = (
    "SELECT conflicts.id, conflicts.kind, record_id, field, theirs, file, imported_at FROM conflicts"
    " JOIN imports ON imports.id = import_id WHERE decided_at IS NULL"
)


def list_conflicts(
    db: Connection, policy: Policy, kind: Kind | None = None, record_id: int | None = None
) -> list[Conflict]:
    """The conflicts nobody has decided, the oldest first; those that time has settled are left out."""
    found: list[Conflict] = []
    for each in KINDS if kind is None else (kind,):
        rows = db.execute(
            f"{_SELECT} AND conflicts.kind = ? AND record_id = coalesce(?, record_id) ORDER BY conflicts.id",
            (each, record_id),
        ).fetchall()
        present = loader_of(each, db, policy).present({row["record_id"] for row in rows}) if rows else {}
        for row in rows:
            if row["record_id"] not in present:
                continue
            title, fields = present[row["record_id"]]
            ours, theirs = fields.get(row["field"]), json.loads(row["theirs"])
            if ours != theirs:
                at = instant(row["imported_at"])
                found.append(
                    Conflict(row["id"], each, row["record_id"], title, row["field"], ours, theirs, row["file"], at)
                )
    return found


def count_conflicts(db: Connection) -> int:
    """How many conflicts wait for a decision."""
    return int(db.execute("SELECT count(*) FROM conflicts WHERE decided_at IS NULL").fetchone()[0])


def get_conflict(db: Connection, policy: Policy, conflict_id: int) -> Conflict:
    """An undecided conflict; raises NotFound, or Stale for one that is decided."""
    row = db.execute("SELECT kind, record_id, decided_at FROM conflicts WHERE id = ?", (conflict_id,)).fetchone()
    if row is None:
        raise NotFound("That conflict is not there any more.")
    found = [c for c in list_conflicts(db, policy, row["kind"], row["record_id"]) if c.id == conflict_id]
    if not found:
        raise Stale("That conflict is settled already.", "Nothing was changed.")
    return found[0]


def decide(unit: Unit, conflict_id: int, decision: Literal["ours", "theirs"]) -> Conflict:
    """Settle one conflict: keep what is here, or take what the file said. Raises Stale for a settled one."""
    conflict = get_conflict(unit.db, unit.policy, conflict_id)
    field, subject = conflict.field, f"{SUBJECTS[conflict.kind]}:{conflict.record_id}"
    action = f"{SUBJECTS[conflict.kind]}.conflict"
    if decision == "theirs":
        loader = loader_of(conflict.kind, unit.db, unit.policy, unit.today.isoformat())
        try:
            with unit.attempt():
                loader.change(unit, [(conflict.record_id, {field: conflict.theirs})])
        except Clash as error:
            raise UserError(
                f"{conflict.title}: the file's value can't be taken now.",
                "Another open CTA of the same use case, or another account with the same CRM id, is in the way.",
            ) from error
        unit.audit(action, subject, {field: conflict.ours}, {field: conflict.theirs})
    else:
        unit.audit(action, subject, {}, {"kept": field, "refused": conflict.theirs})
    unit.db.execute("UPDATE conflicts SET decided_at = ?, decision = ? WHERE id = ?", (unit.at, decision, conflict_id))
    return conflict
