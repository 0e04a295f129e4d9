"""What was imported and when: how old the data is, and which import an undo means."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from storage.base.errors import NotFound
from storage.base.moments import instant, maybe_instant
from storage.importing.record import Import

if TYPE_CHECKING:
    from sqlite3 import Connection
    from sqlite3 import Row as DbRow

    from storage.importing.record import Kind

_COLUMNS = "id, kind, file, imported_at, counts, undone_at"


def latest(db: Connection, kind: Kind | None = "accounts") -> Import | None:
    """The last import of a kind (None: of any) that was not undone; None for none."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM imports WHERE undone_at IS NULL AND kind = coalesce(?, kind) ORDER BY id DESC LIMIT 1",
        (kind,),
    ).fetchone()
    return _from_row(row) if row else None


def listed(db: Connection, limit: int = 20) -> list[Import]:
    """The last imports, undone ones too, the newest first."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM imports ORDER BY id DESC LIMIT ?", (limit,))
    return [_from_row(row) for row in rows]


def get(db: Connection, import_id: int) -> Import:
    """The import of an id; raises NotFound."""
    row = db.execute(f"SELECT {_COLUMNS} FROM imports WHERE id = ?", (import_id,)).fetchone()
    if row is None:
        raise NotFound(f"There was no import {import_id}.", "Without a number, the last one is meant.")
    return _from_row(row)


def _from_row(row: DbRow) -> Import:
    return Import(
        id=row["id"],
        kind=row["kind"],
        file=row["file"],
        imported_at=instant(row["imported_at"]),
        counts=json.loads(row["counts"]),
        undone_at=maybe_instant(row["undone_at"]),
    )
