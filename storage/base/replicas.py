"""The processes that answer people on one database, each as it last said itself. Shown to whoever runs them.

Each shows up a few times in a turn (`reminders/outbox/turn.py`); who does so no more is gone. All times are the
database's, so that a clock that is wrong is seen as that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from storage.base.dialect import NOW

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.base.db import Unit


class Replica(NamedTuple):
    """One process: its version, a digest of its rules, and by how many seconds its clock is ahead (None: not told)."""

    name: str
    version: str
    rules: str
    skew: float | None


def show_up(unit: Unit, name: str, version: str, rules: str, at: float | None, seconds: float) -> float | None:
    """Say that a process is there, for so many seconds; `at`: its own time, in seconds since 1970.

    Returns by how many seconds that is ahead of the database's.
    """
    unit.db.execute(f"DELETE FROM replicas WHERE until < {NOW} - 3600")
    row = unit.db.execute(
        "INSERT INTO replicas(name, version, rules, skew, until)"
        f" VALUES (?, ?, ?, CAST(? AS DOUBLE PRECISION) - {NOW}, {NOW} + ?) ON CONFLICT (name) DO UPDATE SET"
        " version = excluded.version, rules = excluded.rules, skew = excluded.skew, until = excluded.until"
        " RETURNING skew",
        (name, version, rules, at, seconds),
    ).fetchone()
    skew: float | None = row[0]
    return skew


def leave(unit: Unit, name: str) -> None:
    """It ends."""
    unit.db.execute("DELETE FROM replicas WHERE name = ?", (name,))


def present(db: Connection) -> list[Replica]:
    """Who is there."""
    rows = db.execute(f"SELECT name, version, rules, skew FROM replicas WHERE until > {NOW} ORDER BY name")
    return [Replica(*row) for row in rows]
