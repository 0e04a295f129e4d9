"""How the files of a kind are read, as managers decided: kept for the next file, from Slack and terminal alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from storage.importing.record import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.importing.record import Kind


def remembered(db: Connection, kind: Kind) -> Reading:
    """What was decided about a kind's headers, their days and their amounts."""
    rows = db.execute("SELECT header, means, days, amounts FROM import_readings WHERE kind = ?", (kind,)).fetchall()
    return Reading(
        {row["header"]: row["means"] for row in rows if row["means"] is not None},
        {row["header"]: row["days"] for row in rows if row["days"]},
        {row["header"]: row["amounts"] for row in rows if row["amounts"]},
    )


def remember_columns(unit: Unit, kind: Kind, columns: Mapping[str, str]) -> None:
    """Keep what each header means ('' for left out), in place of what was decided before."""
    before = remembered(unit.db, kind).columns
    _keep(unit, kind, "means", columns)
    unit.audit("import.columns", f"imports:{kind}", {h: before.get(h) for h in columns}, columns, made=True)


def remember_days(unit: Unit, kind: Kind, header: str, order: str) -> None:
    """Keep the order in which a header's days are written."""
    _remember(unit, kind, "days", header, order)


def remember_amounts(unit: Unit, kind: Kind, header: str, mark: str) -> None:
    """Keep the decimal mark of a header's amounts."""
    _remember(unit, kind, "amounts", header, mark)


def _remember(unit: Unit, kind: Kind, column: Literal["days", "amounts"], header: str, said: str) -> None:
    before = getattr(remembered(unit.db, kind), column).get(header)
    _keep(unit, kind, column, {header: said})
    unit.audit(f"import.{column}", f"imports:{kind}", {header: before}, {header: said}, made=True)


def _keep(unit: Unit, kind: Kind, column: str, decided: Mapping[str, str]) -> None:
    unit.db.executemany(
        f"INSERT INTO import_readings(kind, header, {column}, person_id, decided_at) VALUES (?, ?, ?, ?, ?)"
        f" ON CONFLICT (kind, header) DO UPDATE SET {column} = excluded.{column},"
        " person_id = excluded.person_id, decided_at = excluded.decided_at",
        [(kind, header, said, unit.actor_id, unit.at) for header, said in decided.items()],
    )
