"""How a whole database is read and written, table by table, past its own checks. Called by `moving.py` alone."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from storage.base.errors import UserError
from storage.base.sqlite import SqliteEngine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from storage.base.db import Store


class Table(NamedTuple):
    """A table: its columns in alphabetical order, worked-out ones aside, and its key."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


class Ground(Protocol):
    """One engine's way."""

    keeps_nul: bool

    def tables(self, db: Any) -> list[Table]:
        """All that hold what the bot knows, by name."""

    def rows(self, db: Any, table: Table) -> Iterator[tuple[Any, ...]]:
        """A table's rows in the order of its key, some at a time."""

    def put(self, db: Any, table: Table, rows: Iterator[tuple[Any, ...]]) -> None:
        """Write rows."""

    def last_ids(self, db: Any) -> Mapping[str, int]:
        """The last id that each table gave out; those that never did are left out."""

    def give_ids_after(self, db: Any, last: Mapping[str, int]) -> None:
        """Give out later ids only."""

    def unhindered(self, store: Store) -> AbstractContextManager[Any]:
        """A unit of work without triggers; what tables say of each other is looked at in the end."""


def ground_of(store: Store) -> Ground:
    """The way of a store's engine."""
    return _File() if isinstance(store.engine, SqliteEngine) else _Server()


_SEARCH = re.compile(r"sqlite_|accounts_fts")


def _selected(table: Table) -> str:
    order = ", ".join(table.key)
    return f"SELECT {', '.join(table.columns)} FROM {table.name} ORDER BY {order}"


class _File:
    keeps_nul = True

    def tables(self, db: Any) -> list[Table]:
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        found = []
        for name in names:
            if not _SEARCH.match(name):
                columns = [row for row in db.execute(f"PRAGMA table_xinfo({name})") if not row["hidden"]]
                keys = sorted((row["pk"], row["name"]) for row in columns if row["pk"])
                found.append(Table(name, tuple(sorted(row["name"] for row in columns)), tuple(k for _, k in keys)))
        return found

    def rows(self, db: Any, table: Table) -> Iterator[tuple[Any, ...]]:
        return map(tuple, db.execute(_selected(table)))

    def put(self, db: Any, table: Table, rows: Iterator[tuple[Any, ...]]) -> None:
        marks = ", ".join("?" * len(table.columns))
        db.executemany(f"INSERT INTO {table.name}({', '.join(table.columns)}) VALUES ({marks})", rows)

    def last_ids(self, db: Any) -> Mapping[str, int]:
        return {row[0]: int(row[1]) for row in db.execute("SELECT name, seq FROM sqlite_sequence") if row[1]}

    def give_ids_after(self, db: Any, last: Mapping[str, int]) -> None:
        db.execute("DELETE FROM sqlite_sequence")
        db.executemany("INSERT INTO sqlite_sequence(name, seq) VALUES (?, ?)", last.items())

    @contextmanager
    def unhindered(self, store: Store) -> Iterator[Any]:
        db = store.connection()
        db.execute("PRAGMA foreign_keys=OFF")
        store.engine.begin(db)
        try:
            triggers = db.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid"
            ).fetchall()
            for name, _ in triggers:
                db.execute(f"DROP TRIGGER {name}")
            yield db
            db.execute("INSERT INTO accounts_fts(accounts_fts) VALUES ('rebuild')")
            for _, sql in triggers:
                db.execute(sql)
            _refuse_broken(db)
            store.engine.commit(db)
        except BaseException:
            store.engine.rollback(db)
            raise


def _refuse_broken(db: Any) -> None:
    broken = db.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise UserError(
            f"In {broken[0]} a row points at one of {broken[2]} that is not there.", "Nothing was moved; tell us."
        )


class _Server:
    keeps_nul = False

    def tables(self, db: Any) -> list[Table]:
        columns = db.execute(
            "SELECT columns.table_name, column_name FROM information_schema.columns"
            " JOIN information_schema.tables ON tables.table_schema = columns.table_schema"
            " AND tables.table_name = columns.table_name AND table_type = 'BASE TABLE'"
            " WHERE columns.table_schema = current_schema() AND is_generated = 'NEVER'"
        )
        found: dict[str, list[str]] = {}
        for table, column in columns:
            found.setdefault(table, []).append(column)
        keys: dict[str, list[str]] = {}
        for table, column in db.execute(
            "SELECT key.table_name, column_name FROM information_schema.key_column_usage AS key"
            " JOIN information_schema.table_constraints AS said ON said.constraint_name = key.constraint_name"
            " AND said.constraint_schema = key.constraint_schema AND said.table_name = key.table_name"
            " WHERE key.constraint_schema = current_schema() AND constraint_type = 'PRIMARY KEY'"
            " ORDER BY ordinal_position"
        ):
            keys.setdefault(table, []).append(column)
        return [
            Table(name, tuple(sorted(found[name])), tuple(keys[name]))
            for name in sorted(found)
            if name != "schema_version"
        ]

    def rows(self, db: Any, table: Table) -> Iterator[tuple[Any, ...]]:
        return map(tuple, db.stream(_selected(table)))

    def put(self, db: Any, table: Table, rows: Iterator[tuple[Any, ...]]) -> None:
        db.copy_in(table.name, table.columns, rows)

    def _sequences(self, db: Any) -> list[tuple[str, str]]:
        rows = db.execute(
            "SELECT table_name, pg_get_serial_sequence(table_name, 'id') FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND column_name = 'id' AND is_identity = 'YES'"
        )
        return [(row[0], row[1]) for row in rows]

    def last_ids(self, db: Any) -> Mapping[str, int]:
        found = {}
        for table, sequence in self._sequences(db):
            last, called = db.execute(f"SELECT last_value, is_called FROM {sequence}").fetchone()
            if called:
                found[table] = int(last)
        return found

    def give_ids_after(self, db: Any, last: Mapping[str, int]) -> None:
        for table, sequence in self._sequences(db):
            if table in last:
                db.execute("SELECT setval(?, ?)", (sequence, last[table]))

    @contextmanager
    def unhindered(self, store: Store) -> Iterator[Any]:
        db: Any = store.connection()
        store.engine.begin(db)
        try:
            db.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            names = [table.name for table in self.tables(db)]
            links = db.execute(
                "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(pg_constraint.oid) FROM pg_constraint"
                " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
            ).fetchall()
            for table, name, _ in links:
                db.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            for name in names:
                db.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
            yield db
            for name in names:
                db.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
            for table, name, said in links:
                db.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {said}")
            store.engine.commit(db)
        except BaseException:
            store.engine.rollback(db)
            raise
        for name in names:  # else the first report waits for it, or for the server's own housekeeping
            db.script(f"VACUUM (ANALYZE) {name}")
