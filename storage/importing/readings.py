"""How the files of a kind are read, as managers decided: kept for the next file, from Slack and terminal alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.importing.record import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.importing.record import Kind


def remembered(db: Connection, kind: Kind) -> Reading:
    """What was decided about a kind's headers and their days."""
    rows = db.execute("SELECT header, means, days FROM import_readings WHERE kind = ?", (kind,)).fetchall()
    return Reading(
        {row["header"]: row["means"] for row in rows if row["means"] is not None},
        {row["header"]: row["days"] for row in rows if row["days"]},
    )


def remember_columns(unit: Unit, kind: Kind, columns: Mapping[str, str]) -> None:
    """Keep what each header means ('' for left out), in place of what was decided before."""
    before = remembered(unit.db, kind).columns
    _keep(unit, kind, "means", columns)
    unit.audit("import.columns", f"imports:{kind}", {h: before.get(h) for h in columns}, columns, made=True)


def remember_days(unit: Unit, kind: Kind, header: str, order: str) -> None:
    """Keep the order in which a header's days are written."""
    before = remembered(unit.db, kind).days
    _keep(unit, kind, "days", {header: order})
    unit.audit("import.days", f"imports:{kind}", {header: before.get(header)}, {header: order}, made=True)


def _keep(unit: Unit, kind: Kind, column: str, decided: Mapping[str, str]) -> None:
    unit.db.executemany(
        f"INSERT INTO import_readings(kind, header, {column}, person_id, decided_at) VALUES (?, ?, ?, ?, ?)"
        f" ON CONFLICT (kind, header) DO UPDATE SET {column} = excluded.{column},"
        " person_id = excluded.person_id, decided_at = excluded.decided_at",
        [(kind, header, said, unit.actor.id if unit.actor else None, unit.at) for header, said in decided.items()],
    )
