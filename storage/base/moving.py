"""The whole database from a file to a server, or back: `migrate --to`. Every row compared, or nothing is there.

One snapshot of what is moved, one unit of work where it goes. What stands in the old one stays, marked as moved.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storage.base.db import Store
from storage.base.dialect import NOW
from storage.base.errors import UserError
from storage.base.ground import ground_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from storage.base.address import Address
    from storage.base.ground import Ground, Table
    from storage.base.policy import Policy

_NAMED = 10
_OF_MIGRATIONS = ("oldest_schema",)
"""Keys of `meta` that a new database has."""


@dataclass(frozen=True, slots=True)
class Moved:
    """How many rows each table has, and one digest over them all: the same in both."""

    rows: Mapping[str, int]
    digest: str


def move(
    source: Address, target: Address, policy: Policy, now: datetime, reached: Callable[[str], None] = lambda _: None
) -> Moved:
    """Copy everything to a database that is not there yet, or holds nothing; the source stays, marked as moved.

    `reached` hears how far it is. Raises UserError, and leaves the target empty, for a bot that runs on either, a
    target that holds anything, a text that can't be kept there, and rows that come out different.
    """
    if str(source) == str(target):
        raise UserError(f"{target} is the database itself.", "Name another one.")
    if isinstance(target, Path) and target.exists():
        raise UserError(f"{target} exists already.", "Name a file that does not.")
    written = target.with_name(f"{target.name}.part") if isinstance(target, Path) else target
    if isinstance(written, Path):
        _forget(written)
    with closing(Store(source, policy=policy, create=False, upgrade=False)) as old:
        _refuse_running(old, source)
        try:
            with closing(Store(written, policy=policy)) as new:
                _refuse_filled(new, target)
                moved = _copied(old, new, target, reached)
            if isinstance(written, Path) and isinstance(target, Path):
                written.replace(target)
        finally:
            if isinstance(written, Path):
                _forget(written)
        reached("copied")
        with old.write(now) as unit:
            unit.db.execute("INSERT INTO meta(key, value) VALUES ('moved_to', ?)", (str(target),))
    return moved


def _forget(part: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        part.with_name(part.name + ending).unlink(missing_ok=True)


def _refuse_running(store: Store, address: Address) -> None:
    row = store.connection().execute(f"SELECT holder FROM leases WHERE holder <> '' AND until > {NOW}").fetchone()
    if row:
        raise UserError(
            f"A bot runs on {address} ({row[0]}).", "Stop it first; what it writes meanwhile would be lost."
        )


def _refuse_filled(store: Store, address: Address) -> None:
    _refuse_running(store, address)
    db = store.connection()
    for table in ground_of(store).tables(db):
        for row in db.execute(f"SELECT * FROM {table.name} LIMIT {len(_OF_MIGRATIONS) + 1}"):
            if table.name != "meta" or row[0] not in _OF_MIGRATIONS:
                raise UserError(f"{address} holds something already ({table.name}).", "Name an empty database.")


def _copied(old: Store, new: Store, target: Address, reached: Callable[[str], None]) -> Moved:
    here, there = ground_of(old), ground_of(new)
    counts: dict[str, int] = {}
    whole = sha256()
    with old.read() as source:
        tables = here.tables(source)
        if tables != (known := there.tables(new.connection())):
            raise UserError(f"The two databases have other tables: {_other(tables, known)}.", "Update the bot first.")
        with there.unhindered(new) as db:
            db.execute("DELETE FROM meta")
            for table in tables:
                told = _Digest()
                there.put(db, table, told.over(_checked(table, here.rows(source, table), there)))
                reached(f"copied {table.name}")
                found = _Digest()
                for _ in found.over(there.rows(db, table)):
                    pass
                if told.text != found.text:
                    raise UserError(f"{table.name} came out different in {target}.", "Nothing was moved; tell us.")
                counts[table.name] = told.rows
                whole.update(f"{table.name} {told.text}\n".encode())
            there.give_ids_after(db, here.last_ids(source))
            reached("compared")
    return Moved(counts, whole.hexdigest()[:32])


def _other(ours: list[Table], theirs: list[Table]) -> str:
    return ", ".join(sorted({table.name for table in ours} ^ {table.name for table in theirs}) or ["columns"])


def _checked(table: Table, rows: Iterator[tuple[Any, ...]], there: Ground) -> Iterator[tuple[Any, ...]]:
    """The rows; raises UserError that names those that the other engine can't keep."""
    wrong = []
    for row in rows:
        if not there.keeps_nul:
            wrong += [
                f"{table.name}.{column} of {'/'.join(str(row[table.columns.index(key)]) for key in table.key)}"
                for column, value in zip(table.columns, row, strict=True)
                if isinstance(value, str) and "\0" in value
            ]
        if not wrong:
            yield row
    if wrong:
        more = f" and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
        raise UserError(
            f"A NUL byte stands in {', '.join(wrong[:_NAMED])}{more}: PostgreSQL keeps none.",
            "Type these texts anew; nothing was moved.",
        )


class _Digest:
    """What rows are, in their order."""

    def __init__(self) -> None:
        self._sum = sha256()
        self.rows = 0

    def over(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        """The rows as they are, each counted."""
        for row in rows:
            self._sum.update(repr(tuple(row)).encode())
            self.rows += 1
            yield row

    @property
    def text(self) -> str:
        """The digest of those that went through."""
        return self._sum.hexdigest()
