"""Fields that were changed in the file and here: kept as they are here until somebody decides, one by one.

What a CRM says otherwise, found where something is written there, waits among them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

from storage.base.db import to_json
from storage.base.errors import Clash, NotFound, Stale, UserError
from storage.base.moments import instant
from storage.importing.loaders import decider, deciding
from storage.importing.record import Conflict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.base.policy import Policy
    from storage.importing.record import Kind, Value

_SELECT = (
    "SELECT conflicts.id, conflicts.kind, record_id, field, theirs, coalesce(source, file) AS file,"
    " coalesce(found_at, imported_at) AS said_at FROM conflicts"
    " LEFT JOIN imports ON imports.id = import_id WHERE decided_at IS NULL"
)


def list_conflicts(
    db: Connection, policy: Policy, kind: Kind | None = None, record_id: int | None = None
) -> list[Conflict]:
    """The conflicts nobody has decided, the oldest first; those that time has settled are left out."""
    found: list[Conflict] = []
    for each in deciding() if kind is None else (kind,):
        rows = db.execute(
            f"{_SELECT} AND conflicts.kind = ? AND record_id = coalesce(?, record_id) ORDER BY conflicts.id",
            (each, record_id),
        ).fetchall()
        present = decider(each, db, policy).present({row["record_id"] for row in rows}) if rows else {}
        for row in rows:
            if row["record_id"] not in present:
                continue
            title, fields = present[row["record_id"]]
            ours, theirs = fields.get(row["field"]), json.loads(row["theirs"])
            if ours != theirs:
                at = instant(row["said_at"])
                takes = decider(each, db, policy).takes(row["field"])
                found.append(
                    Conflict(
                        row["id"],
                        each,
                        row["record_id"],
                        title,
                        row["field"],
                        ours,
                        theirs,
                        row["file"],
                        at,
                        takes=takes,
                    )
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
    """Settle one conflict: keep what is here, or take what they said. Raises Stale for a settled one."""
    conflict = get_conflict(unit.db, unit.policy, conflict_id)
    by = decider(conflict.kind, unit.db, unit.policy, unit.today.isoformat())
    field, subject = conflict.field, f"{by.subject}:{conflict.record_id}"
    action = f"{by.subject}.conflict"
    if decision == "theirs" and conflict.takes:
        try:
            with unit.attempt():
                by.change(unit, [(conflict.record_id, {field: conflict.theirs})])
        except Clash as error:
            raise UserError(
                f"{conflict.title}: the file's value can't be taken now.",
                "Another open CTA of the same use case, or another account with the same CRM id, is in the way.",
            ) from error
        unit.audit(action, subject, {field: conflict.ours}, {field: conflict.theirs})
    elif decision == "theirs":
        unit.audit(action, subject, {}, {"left": field, "theirs": conflict.theirs})
    else:
        unit.audit(action, subject, {}, {"kept": field, "refused": conflict.theirs})
    unit.db.execute("UPDATE conflicts SET decided_at = ?, decision = ? WHERE id = ?", (unit.at, decision, conflict_id))
    return conflict


def keep(unit: Unit, kind: Kind, record_id: int, field: str, ours: Value, theirs: Value, *, source: str) -> None:
    """Keep a conflict that no file brought; one of the field that waits already is brought up to date."""
    unit.db.execute(
        "INSERT INTO conflicts(kind, record_id, field, ours, theirs, source, found_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (kind, record_id, field) WHERE decided_at IS NULL"
        " DO UPDATE SET ours = excluded.ours, theirs = excluded.theirs, source = excluded.source,"
        " found_at = excluded.found_at",
        (kind, record_id, field, to_json(ours), to_json(theirs), source, unit.at),
    )


_OPEN = "record_id = ? AND field = ? AND decided_at IS NULL AND kind IN (SELECT value FROM json_each(?))"


def waits(db: Connection, kinds: Sequence[Kind], record_id: int, field: str) -> bool:
    """Whether a conflict of the field is undecided."""
    row = db.execute(f"SELECT 1 FROM conflicts WHERE {_OPEN}", (record_id, field, json.dumps(list(kinds)))).fetchone()
    return row is not None


def settle(unit: Unit, kinds: Sequence[Kind], record_id: int, field: str) -> None:
    """Both say the same by now: nothing is left to decide."""
    unit.db.execute(
        f"UPDATE conflicts SET decided_at = ?, decision = 'theirs' WHERE {_OPEN}",
        (unit.at, record_id, field, json.dumps(list(kinds))),
    )
