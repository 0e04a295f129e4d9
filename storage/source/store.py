"""All SQL of sources: the last run of each, and the rows that it brought."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from storage.base.moments import instant, instant_text, maybe_instant
from storage.source.record import SourceState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.base.outside import Source
    from storage.base.policy import Policy

_COLUMNS = "name, known_at, tried_at, well_at, state, error, counts, import_id, etag, way, data_at"


def states(db: Connection, policy: Policy, now: datetime) -> list[tuple[Source, SourceState]]:
    """The policy's sources in its order, each with its last run; one that never ran is known since now."""
    if not policy.sources:
        return []
    found = {row[0]: row for row in db.execute(f"SELECT {_COLUMNS} FROM sources")}
    return [
        (
            rule,
            SourceState(
                rule.name,
                instant(row[1]),
                maybe_instant(row[2]),
                maybe_instant(row[3]),
                row[4],
                row[5],
                json.loads(row[6]),
                row[7],
                row[8],
                row[9],
                maybe_instant(row[10]),
            )
            if (row := found.get(rule.name))
            else SourceState(rule.name, now),
        )
        for rule in policy.sources
    ]


def meet(unit: Unit, names: Iterable[str]) -> None:
    """Remember since when these sources are known."""
    unit.db.executemany(
        "INSERT INTO sources(name, known_at, state) VALUES (?, ?, 'new') ON CONFLICT (name) DO NOTHING",
        [(name, unit.at) for name in names],
    )


def begin(unit: Unit, name: str) -> tuple[Any, ...]:
    """A pull begins; how it stood before, for `stand_as`."""
    meet(unit, [name])
    row = unit.db.execute("SELECT state, error, tried_at FROM sources WHERE name = ?", (name,)).fetchone()
    unit.db.execute("UPDATE sources SET state = 'running', tried_at = ? WHERE name = ?", (unit.at, name))
    return tuple(row)


def stand_as(unit: Unit, name: str, before: tuple[Any, ...]) -> None:
    """As if a pull had not begun: the bot itself ended it, and begins it anew at its next start."""
    unit.db.execute("UPDATE sources SET state = ?, error = ?, tried_at = ? WHERE name = ?", (*before, name))


def fail(unit: Unit, name: str, error: str) -> None:
    """A pull failed; when it last went well, and what came of it, stays."""
    unit.db.execute("UPDATE sources SET state = 'failed', error = ? WHERE name = ?", (error, name))


def succeed(
    unit: Unit,
    name: str,
    counts: Mapping[str, int],
    import_id: int | None,
    etag: str,
    way: str,
    data_at: datetime | None = None,
) -> None:
    """A pull went well; `data_at` is when what it brought was written, None where nobody says."""
    unit.db.execute(
        "UPDATE sources SET state = 'well', error = NULL, well_at = ?, counts = ?,"
        " import_id = coalesce(?, import_id), etag = ?, way = ?, data_at = ? WHERE name = ?",
        (
            unit.at,
            json.dumps(dict(counts)),
            import_id,
            etag,
            way,
            instant_text(data_at) if data_at else None,
            name,
        ),
    )


def rows_of(db: Connection, name: str) -> dict[int, int]:
    """The rows that the source brought last: by digest the record of each."""
    return dict(db.execute("SELECT digest, record_id FROM source_rows WHERE source = ?", (name,)).fetchall())


def keep_rows(unit: Unit, name: str, new: Mapping[int, int]) -> None:
    """Remember rows by digest."""
    unit.db.executemany(
        "INSERT INTO source_rows(source, digest, record_id) VALUES (?, ?, ?)"
        " ON CONFLICT (source, digest) DO UPDATE SET record_id = excluded.record_id",
        [(name, digest, record_id) for digest, record_id in new.items()],
    )


def forget_rows(unit: Unit, name: str, gone: Sequence[int]) -> None:
    """Forget rows that it has no more."""
    unit.db.executemany("DELETE FROM source_rows WHERE source = ? AND digest = ?", [(name, digest) for digest in gone])


def active(db: Connection, account_ids: Iterable[int]) -> list[tuple[int, str]]:
    """Id and name of those of the accounts that are neither archived nor churned."""
    rows = db.execute(
        "SELECT id, name FROM accounts WHERE archived_at IS NULL AND churned_on IS NULL"
        " AND id IN (SELECT value FROM json_each(?)) ORDER BY name_key",
        (json.dumps(list(account_ids)),),
    )
    return [(row[0], row[1]) for row in rows]


def forget_others(unit: Unit, names: Iterable[str]) -> None:
    """A source that the policy names no more is in no trouble."""
    unit.db.execute(
        "DELETE FROM destinations WHERE id LIKE 'source:%' AND id NOT IN (SELECT value FROM json_each(?))",
        (json.dumps([trouble_id(name) for name in names]),),
    )


def trouble_id(name: str) -> str:
    """Its id among what may be in trouble."""
    return f"source:{name}"
