"""A PostgreSQL server as the store's engine: connections, units of work, and what went wrong in words.

Called by `db.py` alone. `Session` stands where SQLite's connection does: the same calls, rows by place and by name, the
same kinds of error, so that the rest of the room sees no engine. Wants the extra `postgres` (psycopg 3).
"""

from __future__ import annotations

import json
import time
from contextlib import closing, contextmanager, suppress
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlite_utils.utils import sqlite3

from storage.base import postgres_schema
from storage.base.address import without_password
from storage.base.errors import FileTrouble, UserError
from storage.base.migrations import migrations
from storage.base.postgres_text import said, values_of
from storage.base.sqlite import BUSY_SECONDS
from storage.base.trouble import Unreachable, busy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from storage.base.address import Server

OLDEST = 130000
"""The oldest server that is known to do: generated columns, identity, `DROP … CASCADE` of functions."""
_AT_ONCE = 2_000
_PREPARED = 1000  # more statements than the bot has
_SESSION = """
SET lock_timeout = '1900ms'; SET idle_in_transaction_session_timeout = '5s'; SET client_min_messages = warning;
SET jit = off; SET timezone = 'UTC'; SET default_transaction_isolation = 'read committed'
"""
_KEEPALIVES = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "cta-bot",
}
# One unit of work at a time in a schema, whichever process it is of: what the suite shows on SQLite holds here too.
_TURN = "SELECT pg_advisory_xact_lock(6517857, hashtext(current_schema()))"
_COMMIT = "NOTIFY cta_bot; COMMIT"
_LINEAGE = "SELECT CASE WHEN pg_is_in_recovery() THEN '' ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END"
_IDS_BEHIND = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, coalesce(last_value, 0) + 1000000)
FROM pg_sequences WHERE schemaname = current_schema()
"""
_VERSION = "SELECT version FROM schema_version"
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0"
_BUSY, _FULL, _READ_ONLY, _DENIED, _SLEPT = "55P03", "53100", "25006", "42501", "25P03"


class Row(tuple[Any, ...]):
    """A row by place and by name."""

    __slots__ = ()
    _places: Mapping[str, int] = {}

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            try:
                return tuple.__getitem__(self, self._places[key])
            except KeyError:
                raise IndexError(f"no such column: {key}") from None
        return tuple.__getitem__(self, key)

    def keys(self) -> list[str]:
        """The names of its columns."""
        return list(self._places)


@lru_cache(maxsize=2048)
def _row_of(names: tuple[str, ...]) -> type[Row]:
    return type("Row", (Row,), {"__slots__": (), "_places": {name: place for place, name in enumerate(names)}})


def _rows(cursor: Any) -> Any:
    described = cursor.description
    return _row_of(tuple(column.name for column in described)) if described else tuple


def driver() -> Any:
    """Psycopg; raises UserError where it is not installed."""
    try:
        return import_module("psycopg")
    except ImportError as error:
        raise UserError(
            "PostgreSQL needs a part that is not installed.", "Install it: pip install '.[postgres]'"
        ) from error


@lru_cache(maxsize=1)
def _types() -> Any:
    """How values are told and read, as SQLite does it: whole numbers are one type, truths are numbers."""
    psycopg = driver()
    adapt, numeric = import_module("psycopg.adapt"), import_module("psycopg.types.numeric")
    types = adapt.AdaptersMap(psycopg.adapters)

    class WholeDumper(numeric.Int8Dumper):  # type: ignore[misc, name-defined] # loaded when it is needed
        """Every int as int8, whatever its size: another type would be another statement to prepare."""

    class TruthDumper(adapt.Dumper):  # type: ignore[misc, name-defined] # the same
        """A bool is 0 or 1."""

        oid = 20

        def dump(self, obj: Any) -> bytes:
            return b"1" if obj else b"0"

    class TruthLoader(adapt.Loader):  # type: ignore[misc, name-defined] # the same
        """The same, read."""

        def load(self, data: Any) -> int:
            return int(bytes(data) == b"t")

    class NumberLoader(adapt.Loader):  # type: ignore[misc, name-defined] # the same
        """A sum of whole numbers is a whole number."""

        def load(self, data: Any) -> int | float:
            text = bytes(data).decode()
            return float(text) if "." in text or "N" in text else int(text)

    types.register_dumper(int, WholeDumper)
    types.register_dumper(bool, TruthDumper)
    types.register_loader("bool", TruthLoader)
    types.register_loader("numeric", NumberLoader)
    return types


class Session:
    """One thread's connection: made anew once where it has died between two units of work."""

    def __init__(self, server: Server, connected: Callable[[str], None] = lambda _: None) -> None:
        self._server = server
        self._told = connected
        self._psycopg = driver()
        self._raw = self._connected()

    def _connected(self) -> Any:
        psycopg = self._psycopg
        with self._kinds():
            raw = psycopg.connect(self._server.url, autocommit=True, context=_types(), **_KEEPALIVES)
        raw.prepared_max = _PREPARED
        raw.cursor_factory, raw.row_factory = psycopg.RawCursor, _rows
        if raw.info.parameter_status("server_encoding") != "UTF8":
            raw.close()
            raise UserError(f"The database {self._server} does not keep Unicode.", "Make it with ENCODING 'UTF8'.")
        if raw.info.server_version < OLDEST:
            raw.close()
            raise UserError(f"The server of {self._server} is too old.", "PostgreSQL 13 or newer is needed.")
        with self._kinds():
            raw.execute(_SESSION)
            self._told(raw.execute(_LINEAGE).fetchone()[0])
        return raw

    @property
    def in_transaction(self) -> bool:
        """Whether a unit of work is open."""
        return not self._raw.closed and self._raw.info.transaction_status != 0

    @contextmanager
    def _kinds(self) -> Iterator[None]:
        try:
            yield
        except self._psycopg.Error as error:
            raise self._kind_of(error) from error

    def _kind_of(self, error: Any) -> Exception:
        """The same error as SQLite's driver would raise, or one that says what became of the server."""
        said, code = without_password(str(error).strip().partition("\n")[0], self._server.url), error.sqlstate
        if code == _BUSY:
            return sqlite3.OperationalError("database is locked")
        if code == _FULL:
            return Unreachable(f"The disk of {self._server} is full.", "Free some space there; nothing was changed.")
        if code == _READ_ONLY:
            return Unreachable(
                f"{self._server} can't be written: it is a standby, or read only.", "Point CTA_BOT_DB to the primary."
            )
        if code == _DENIED:
            return Unreachable(f"{self._server} refuses this user: {said}.", "The bot's user must own its schema.")
        if "NUL" in said:
            return sqlite3.DataError("a text with a NUL byte, which PostgreSQL keeps nowhere")
        if isinstance(error, self._psycopg.IntegrityError):
            return sqlite3.IntegrityError(said)
        if code == _SLEPT or isinstance(error, self._psycopg.OperationalError):
            return Unreachable(f"The database {self._server} can't be reached: {said}.", "CTA_BOT_DB says where it is.")
        return sqlite3.DatabaseError(said)

    def execute(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
        """Run a statement of ours; what it found, or how many rows it changed."""
        known = said(sql)
        values = values_of(known.order, parameters)
        for place in known.arrays:
            values[place] = json.loads(values[place])
        return self._again(lambda raw: raw.execute(known.text, values))

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> Any:
        """Run it with each of these parameters."""
        known = said(sql)
        with self._kinds():
            cursor = self._raw.cursor()
            cursor.executemany(known.text, [values_of(known.order, row) for row in rows])
        return cursor

    def _again(self, work: Any) -> Any:
        """Do it; once more on a new connection where the old one has died, unless that was in a unit of work."""
        if self._raw.closed:
            self._raw = self._connected()
        alone = self._raw.info.transaction_status == 0
        try:
            with self._kinds():
                return work(self._raw)
        except sqlite3.Error:
            if not alone or not self._raw.closed:
                raise
        self._raw = self._connected()
        with self._kinds():
            return work(self._raw)

    def script(self, statements: str) -> None:
        """Run statements without parameters, as they stand."""
        with self._kinds():
            self._raw.execute(statements, prepare=False)

    def begin(self, seconds: float, *, made: bool = True) -> int:
        """Begin a unit of work, once it is its turn; the schema's version, 0 unless it is `made`.

        All in one round trip. Raises Busy after so many seconds.
        """
        wait = f"SET LOCAL lock_timeout = '{max(int(seconds * 1000), 1)}ms'"
        asked = f"BEGIN; {wait}; {_TURN}; {_VERSION}" if made else f"BEGIN; {wait}; {_TURN}"
        try:
            found = self._again(lambda raw: raw.execute(asked, prepare=False))
        except sqlite3.OperationalError as error:
            self.rollback()
            if "locked" not in str(error):
                raise
            raise busy() from error
        except BaseException:
            self.rollback()
            raise
        while found.nextset():
            pass
        return int(found.fetchone()[0]) if made else 0

    def snapshot(self) -> None:
        """Begin to read what is there now."""
        self._again(lambda raw: raw.execute(_SNAPSHOT, prepare=False))

    def commit(self) -> None:
        """End a unit of work. Raises where something in it had failed: the server would say yes, and keep nothing."""
        with self._kinds():
            done = self._raw.execute(_COMMIT, prepare=False)
            while done.nextset():
                pass
            if done.statusmessage != "COMMIT":
                raise sqlite3.DatabaseError("a statement of this unit of work had failed: nothing of it is kept")

    def rollback(self) -> None:
        """Take back what is open; a connection that died has done so."""
        if self.in_transaction:
            with suppress(self._psycopg.Error):
                self._raw.execute("ROLLBACK")

    def stream(self, sql: str) -> Iterator[Row]:
        """What a question of the open unit of work or snapshot finds, some at a time."""
        with self._kinds():
            self._raw.execute(f"DECLARE streamed NO SCROLL CURSOR FOR {sql}", prepare=False)
            while found := self._raw.execute(f"FETCH {_AT_ONCE} FROM streamed", prepare=False).fetchall():
                yield from found
            self._raw.execute("CLOSE streamed", prepare=False)

    def copy_in(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write many rows at once."""
        with (
            self._kinds(),
            self._raw.cursor() as cursor,
            cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def insert(self, sql: str, values: Sequence[Any]) -> int | None:
        """Put one row in: its id, None where something is in its way."""
        row = self.execute(f"{sql} RETURNING id", values).fetchone()
        return int(row[0]) if row else None

    def reserve(self, table: str, many: int) -> int:
        """The first of so many ids of a table, which nobody else gets."""
        sequence = f"pg_get_serial_sequence('{table}', 'id')"
        first = int(self.execute(f"SELECT nextval({sequence})").fetchone()[0])
        if many > 1:
            self.execute(f"SELECT setval({sequence}, ?)", (first + many - 1,))
        return first

    def pointing_at(self, table: str) -> list[tuple[str, str]]:
        """The columns, each with its table, that hold ids of a table."""
        rows = self.execute(
            "SELECT CAST(conrelid AS REGCLASS), attname FROM pg_constraint JOIN pg_attribute"
            " ON attrelid = conrelid AND attnum = conkey[1] WHERE contype = 'f' AND confrelid = CAST(? AS REGCLASS)",
            (table,),
        )
        return [(str(row[0]), str(row[1])) for row in rows.fetchall()]

    def notified(self, seconds: float) -> Iterator[bool]:
        """What `PostgresEngine.listen` says."""
        with self._kinds():
            self._raw.execute("LISTEN cta_bot")
            yield True  # what was committed before it listened
            while True:
                yield bool(list(self._raw.notifies(timeout=seconds, stop_after=1)))

    def version_seen(self) -> int:
        """Another number once anybody has written, this one's own too: which units of work are under way and done."""
        return int(self.execute("SELECT hashtext(CAST(pg_current_snapshot() AS TEXT))").fetchone()[0])

    def close(self) -> None:
        """End it."""
        self._raw.close()


class PostgresEngine:
    """The server of one store."""

    notifies = True
    lineage = ""

    def __init__(self, server: Server) -> None:
        self.address = server

    def listen(self, seconds: float) -> Iterator[bool]:
        """Whenever a unit of work was committed, True; False after so many seconds without one."""
        with closing(Session(self.address)) as session:
            yield from session.notified(seconds)

    def prepare(self, *, create: bool) -> None:
        """Nothing: a schema is made by its migrations."""

    def connect(self) -> Session:
        """A connection for one thread."""
        return Session(self.address, self.connected)

    def connected(self, lineage: str) -> None:
        """A connection was made to a server of that lineage; a standby has none."""
        self.lineage = lineage or self.lineage

    def leave_ids_behind(self, db: Session) -> None:
        """Go far on with every sequence: what a copy lacks was given out by the server before."""
        db.execute(_IDS_BEHIND)

    def begin(self, db: Session, until: float | None = None) -> int:
        """Begin a unit of work; the schema's version. Raises Busy where another one lasts longer than we wait."""
        return db.begin(BUSY_SECONDS if until is None else until - time.monotonic())

    def snapshot(self, db: Session) -> None:
        """Begin to read what is there now."""
        db.snapshot()

    def commit(self, db: Session) -> None:
        """End a unit of work."""
        db.commit()

    def rollback(self, db: Session) -> None:
        """Take back what is open."""
        db.rollback()

    def version(self, db: Session) -> int:
        """The schema's version; 0 for none."""
        if db.execute("SELECT to_regclass('schema_version') IS NOT NULL").fetchone()[0]:
            return int(db.execute(_VERSION).fetchone()[0])
        return 0

    def want(self, version: int, *, create: bool) -> None:
        """Raise UserError for a server without our schema, unless it may be made."""
        if not create and not version:
            raise UserError(
                f"There is nothing of the bot in {self.address}.",
                "CTA_BOT_DB says where it is; `run` or `import` makes a new one.",
            )

    def migrate(self, db: Session, target: int | None = None) -> int:
        """Bring the schema to the newest version; how many migrations were applied now. All of them, or none."""
        wanted = len(migrations()) if target is None else target
        if self.version(db) == wanted:
            return 0
        db.begin(BUSY_SECONDS, made=False)
        try:
            done = postgres_schema.migrate(db, self.version(db), wanted)
        except BaseException:
            db.rollback()
            raise
        db.commit()
        return done

    def problem(self) -> FileTrouble | None:
        """Nothing is seen without asking the server."""
        return None

    def check(self, db: Session) -> None:
        """Whether it answers: a server looks after its own files."""
        db.execute("SELECT count(*) FROM meta")

    def hold(self, db: Session, *, much: bool) -> None:
        """Nothing: the server has a cache of its own."""

    def checkpoint(self, db: Session) -> None:
        """Nothing: the server does it."""

    def write_anew(self, db: Session) -> None:
        """Have the server drop rows as they were before; nobody waits for that."""
        db.script("VACUUM")

    def size(self, db: Session) -> int:
        """Bytes of the database, as the server counts them."""
        return int(db.execute("SELECT pg_database_size(current_database())").fetchone()[0])
