"""What other systems are to be told: who is, how far each has read the audit, and what waits until it arrived.

Calls to webhooks and what is written back to sources are two of these; what is told is their nouns' own.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple, Protocol

from storage.base.moments import instant_text
from storage.base.outbox_row import DEAD, PENDING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta
    from sqlite3 import Connection

    from storage.base.db import Unit

_GONE = "NOT IN (SELECT value FROM json_each(?))"


class Named(Protocol):
    """One that the policy names."""

    @property
    def name(self) -> str:
        """Its name there."""
        ...


class Backlog(NamedTuple):
    """`readers` is the table of who is told, `rows` that of what they are, `of` its column that says whom.

    `trouble` begins the id of one among what may be in trouble.
    """

    readers: str
    rows: str
    of: str
    trouble: str

    def meet(self, unit: Unit, named: Sequence[Named]) -> None:
        """One is told of what happens from now on; one that the policy names no more is forgotten."""
        unit.db.executemany(
            f"INSERT INTO {self.readers}(name, audit_id) VALUES (?, (SELECT coalesce(max(id), 0) FROM audit))"
            " ON CONFLICT (name) DO NOTHING",
            [(one.name,) for one in named],
        )
        names = json.dumps([one.name for one in named])
        unit.db.execute(f"DELETE FROM {self.rows} WHERE state = '{PENDING}' AND {self.of} {_GONE}", (names,))
        unit.db.execute(f"DELETE FROM {self.readers} WHERE name {_GONE}", (names,))
        ids = json.dumps([self.trouble_id(one.name) for one in named])
        unit.db.execute(f"DELETE FROM destinations WHERE id LIKE '{self.trouble}:%' AND id {_GONE}", (ids,))

    def unknown(self, db: Connection, named: Sequence[Named]) -> bool:
        """Whether those that the policy names are others than those that are remembered."""
        return {row[0] for row in db.execute(f"SELECT name FROM {self.readers}")} != {one.name for one in named}

    def untaken(self, db: Connection) -> bool:
        """Whether one of them has not read the audit to its end."""
        last = "(SELECT coalesce(max(id), 0) FROM audit)"
        return db.execute(f"SELECT 1 FROM {self.readers} WHERE audit_id < {last} LIMIT 1").fetchone() is not None

    def failed(self, unit: Unit, row_id: int, error: str, wait: timedelta) -> None:
        """It did not arrive: tried again after a while."""
        unit.db.execute(
            f"UPDATE {self.rows} SET attempts = attempts + 1, first_at = coalesce(first_at, ?), next_at = ?, error = ?"
            f" WHERE id = ? AND state = '{PENDING}'",
            (unit.at, instant_text(unit.now + wait), error, row_id),
        )

    def end(self, unit: Unit, row_id: int, state: str, error: str | None = None) -> None:
        """It is settled, or DEAD: tried for long enough, and shown until somebody has it tried again."""
        unit.db.execute(
            f"UPDATE {self.rows} SET state = ?, attempts = attempts + 1, first_at = coalesce(first_at, ?), error = ?,"
            f" ended_at = ? WHERE id = ? AND state = '{PENDING}'",
            (state, unit.at, error, unit.at, row_id),
        )

    def hold(self, unit: Unit, name: str, until: datetime | None) -> None:
        """Leave one alone until then; None: no longer."""
        unit.db.execute(
            f"UPDATE {self.readers} SET held_until = ? WHERE name = ?", (instant_text(until) if until else None, name)
        )

    def counts(self, db: Connection) -> dict[str, dict[str, int]]:
        """How many rows are in each state, by name."""
        found: dict[str, dict[str, int]] = {}
        for name, state, number in db.execute(f"SELECT {self.of}, state, count(*) FROM {self.rows} GROUP BY 1, 2"):
            found.setdefault(name, {})[state] = number
        return found

    def retry(self, unit: Unit, named: Sequence[Named], row_id: int | None = None) -> tuple[int, list[str]]:
        """Have a row tried again at once, a given up one too (None: all that were), by all: how many.

        Nobody would try what is for one that the policy names no more: that stays, and for whom it is is said.
        """
        which = f"state = '{DEAD}'" if row_id is None else f"state IN ('{PENDING}', '{DEAD}') AND id = {row_id:d}"
        names = json.dumps([one.name for one in named])
        gone = unit.db.execute(
            f"SELECT DISTINCT {self.of} FROM {self.rows} WHERE {which} AND {self.of} {_GONE} ORDER BY 1", (names,)
        ).fetchall()
        number = unit.db.execute(
            f"UPDATE {self.rows} SET state = '{PENDING}', first_at = NULL, next_at = ?, ended_at = NULL WHERE {which}"
            f" AND NOT {self.of} {_GONE}",
            (unit.at, names),
        ).rowcount
        unit.db.execute(f"UPDATE {self.readers} SET held_until = NULL")
        return int(number), [row[0] for row in gone]

    def forget(self, unit: Unit, *, ended_before: datetime, dead_before: datetime) -> None:
        """Drop what was settled, or given up, before an instant each."""
        unit.db.execute(
            f"DELETE FROM {self.rows} WHERE ended_at < CASE WHEN state = '{DEAD}' THEN ? ELSE ? END",
            (instant_text(dead_before), instant_text(ended_before)),
        )

    def trouble_id(self, name: str) -> str:
        """Its id among what may be in trouble."""
        return f"{self.trouble}:{name}"
