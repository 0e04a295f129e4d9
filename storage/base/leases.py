"""Whose turn it is: one process at a time plans and delivers, and a term tells its writes from those of one before.

`reminders/outbox/turn.py` takes and gives back; `Fenced` is the store that it works with. `until` is the database's
time, so that no clock of a test, a demo or another machine decides; a term says for ever that a turn is over.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from storage.base.dialect import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime
    from sqlite3 import Connection

    from storage.base.address import Address
    from storage.base.db import Store, Unit
    from storage.base.policy import Policy


class Deposed(Exception):
    """Another process has the turn: what this one was about to write is not written."""


class Lease(NamedTuple):
    """Who has a turn. `left`: seconds until others may take it, 0 or less for a turn that has run out."""

    holder: str
    term: int
    left: float


def lease(db: Connection, name: str) -> Lease | None:
    """Who has the turn, or had it last; None where nobody ever did, or it was given back."""
    row = db.execute(f"SELECT holder, term, until - {NOW} FROM leases WHERE name = ?", (name,)).fetchone()
    return Lease(*row) if row and row[0] else None


def take(unit: Unit, name: str, holder: str, seconds: float, *, gone: str = "") -> int | None:
    """Take the turn, or keep it, for so many seconds; its term, or None while it is somebody else's.

    `gone`: a holder that is known to have ended, and waits for nothing. A turn that lasts longer than anybody may ask
    for was taken before the clock was set back: it is nobody's.
    """
    row = unit.db.execute(
        f"INSERT INTO leases(name, holder, term, until) VALUES (?1, ?2, 1, {NOW} + ?3)"
        " ON CONFLICT (name) DO UPDATE SET until = excluded.until, holder = excluded.holder,"
        " term = leases.term + CASE WHEN leases.holder <> excluded.holder THEN 1 ELSE 0 END"
        f" WHERE leases.holder IN (excluded.holder, '', ?4) OR leases.until <= {NOW}"
        f" OR leases.until > {NOW} + ?3 + 60 RETURNING term",
        (name, holder, seconds, gone),
    ).fetchone()
    return row[0] if row else None


def give_back(unit: Unit, name: str, holder: str) -> None:
    """Let the next one begin at once; nothing if it is somebody else's turn already."""
    unit.db.execute("UPDATE leases SET holder = '', until = 0 WHERE name = ? AND holder = ?", (name, holder))


class Fenced:
    """The store in one term: a unit of work is refused (`Deposed`) once somebody else has had the turn."""

    def __init__(self, store: Store, name: str, holder: str, term: int) -> None:
        self._store = store
        self._mine = (name, holder, term)
        self._lineage = store.lineage

    @property
    def policy(self) -> Policy:
        """The store's."""
        return self._store.policy

    @property
    def path(self) -> Address:
        """The store's."""
        return self._store.path

    @property
    def lineage(self) -> str:
        """The server's, when the term began."""
        return self._lineage

    @property
    def is_over(self) -> bool:
        """Whether a copy has taken the server's place: what is remembered of before does not hold there."""
        return self._store.lineage != self._lineage

    def leave_ids_behind(self, unit: Unit) -> None:
        """The store's."""
        self._store.leave_ids_behind(unit)

    def connection(self) -> Connection:
        """The store's, for reading."""
        return self._store.connection()

    def much(self) -> AbstractContextManager[None]:
        """The store's."""
        return self._store.much()

    def checkpoint(self) -> None:
        """The store's."""
        self._store.checkpoint()

    @contextmanager
    def write(self, now: datetime) -> Iterator[Unit]:
        """A unit of work of this term. Raises Deposed, and writes nothing, in any other."""
        with self._store.write(now) as unit:
            asked = "SELECT 1 FROM leases WHERE name = ? AND holder = ? AND term = ?"
            if self.is_over or unit.db.execute(asked, self._mine).fetchone() is None:
                raise Deposed
            yield unit
