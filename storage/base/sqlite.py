"""A file as the store's engine: SQLite's pragmas, its lock, its migrations, its checks. Called by `db.py` alone.

A unit of work is one `BEGIN IMMEDIATE` transaction (a deferred one fails at once with "database is locked" when
it reads before it writes). Each thread keeps one connection, none is ever shared.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlite_utils.utils import sqlite3

from storage.base.errors import Damaged, FileTrouble, UserError
from storage.base.folding import name_key
from storage.base.migrations import migrations
from storage.base.trouble import BROKEN, Identity, busy, driver_said, insist_on_file, make_private
from storage.base.versions import keep_oldest, refuse_newer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from sqlite3 import Connection

SQLITE_VERSION: str = sqlite3.sqlite_version
BUSY_SECONDS = 1.9  # a person who clicked is answered within three
BARELY = 0.05
_SOON, _LATER, _LONG = 0.001, 0.01, 0.2
"""Seconds between two tries to write while another process does: at first, and after so long."""
_READS_WAIT = 2  # seconds; nobody holds up reading for long but a process that starts or ends
_ANEW_WAIT = 60  # a copy that is being made reads the file for its length
_STATEMENTS = 512  # more than the bot has: of a full cache the newest are made anew each time, a command's among them
_PAGES_KIB = 400  # of pages, for each thread: the system's cache holds the rest of the file, once for all of them
_PAGES_OF_MUCH_KIB = 4096
"""While one thread writes much: pages that have to go before the commit are written twice."""
_FOLDED_AT, _FOLDED_AT_OF_MUCH = 1000, 4000
"""Pages in the log at which a commit folds it into the file, while all writers wait: SQLite's own, and while one thread
writes much. A minute later it is folded anyhow, and nobody waits then."""
_LONG_LOG = 64_000_000
"""Bytes of a log that one large unit has filled: folding it takes seconds. It is left to that minute, for whoever
commits next is waiting for an answer."""
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",  # what is dropped or erased is no longer in the file either, nor in copies of it
    f"PRAGMA cache_size=-{_PAGES_KIB}",
)


class _Connection(sqlite3.Connection):
    """One that remembers which -wal it began to write to: while it is open that stays the same."""

    log: tuple[int, int] | None = None
    folds_at = _FOLDED_AT
    of_much = False


class SqliteEngine:
    """The file of one store."""

    notifies = False
    lineage = ""  # a restored file is marked itself

    def __init__(self, path: Path) -> None:
        self.address = path
        self._identity: Identity | None = None
        self._lost: FileTrouble | None = None

    def leave_ids_behind(self, db: Connection) -> None:
        """A restore does so."""

    def listen(self, seconds: float) -> Iterator[bool]:
        """A file tells nobody."""
        raise NotImplementedError

    def prepare(self, *, create: bool) -> None:
        """Make the file where it is not there yet, for its owner alone. Raises UserError unless it may be made."""
        path = self.address
        insist_on_file(path)
        if not create and not path.exists():
            raise UserError(
                f"There is no database at {path}.", "CTA_BOT_DB says where it is; `run` or `import` makes a new one."
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        make_private(path)
        self._identity = Identity(path)  # before it is opened: one moved over it meanwhile is noticed

    def connect(self) -> Connection:
        """A connection of one thread."""
        # Another thread closes it at shutdown, none uses it: hence check_same_thread=False. The driver keeps few
        # prepared statements unless told, and preparing one anew costs more than running it.
        if self._identity is not None:
            self._identity.insist()  # else an empty one would be made in the place of one that is gone
        found: Connection = sqlite3.connect(
            self.address,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_STATEMENTS,
            factory=_Connection,
        )
        found.row_factory = sqlite3.Row
        for pragma in _PRAGMAS:
            found.execute(pragma)
        _wait(found, _READS_WAIT)
        return found

    def begin(self, db: Connection, until: float | None = None) -> int:
        """Begin to write; the schema's version. Raises Busy where another process has the file for longer than we wait.

        `until` (monotonic seconds): part of the wait may be used up. SQLite's own waiting sleeps ever longer, up to
        100 ms, and comes too late each time: between two processes a unit of work is over within a few.
        """
        began = time.monotonic()
        until = began + BUSY_SECONDS if until is None else until
        _wait(db, 0)
        try:
            while not _begun(db):
                now = time.monotonic()
                if now >= until:
                    raise busy()
                time.sleep(min(_SOON if now - began < _LONG else _LATER, until - now))
        finally:
            _wait(db, _READS_WAIT)
        return self.version(db)

    def snapshot(self, db: Connection) -> None:
        """Begin to read what is there now."""
        db.execute("BEGIN")

    def commit(self, db: Connection) -> None:
        """End a unit of work, in the file that was opened."""
        if self._identity is not None:
            self._identity.insist()
            if isinstance(db, _Connection):
                self._insist_on_log(self._identity, db)
                _fold_beside(db, self._identity.log_bytes())
        db.execute("COMMIT")

    def _insist_on_log(self, identity: Identity, db: _Connection) -> None:
        """Raise FileTrouble where the connection writes into a -wal that nobody will ever read."""
        now = identity.log()
        if db.log is None:
            db.log = now
        elif db.log != now:
            self._lost = identity.log_lost()
            raise self._lost

    def rollback(self, db: Connection) -> None:
        """Take back what is open."""
        if db.in_transaction:  # a full disk may have ended it
            db.execute("ROLLBACK")

    def version(self, db: Connection) -> int:
        """The schema's version; 0 for none."""
        return int(db.execute("PRAGMA user_version").fetchone()[0])

    def migrate(self, db: Connection, target: int | None = None) -> int:
        """Bring the file to the newest schema (or to `target`, for tests); the number of migrations applied now.

        Two processes starting at once apply each migration once. A file of a newer bot is refused.
        """
        wanted = len(migrations()) if target is None else target
        applied = 0
        if self.version(db) == wanted:
            return 0  # without the lock: reading commands work while an import writes
        db.create_function("folded", 1, name_key, deterministic=True)
        while True:
            version = self.begin(db)
            try:
                refuse_newer(db, version)
                if version >= wanted:
                    return applied
                before = _counting(db)
                for statement in statements(migrations()[version]):
                    db.execute(statement)
                if version:
                    _leave_ids_behind(db, _counting(db) - before)
                db.execute(f"PRAGMA user_version = {version + 1}")
                keep_oldest(db, version + 1)
                applied += 1
            except BaseException:
                db.execute("ROLLBACK")
                raise
            finally:
                if db.in_transaction:
                    db.execute("COMMIT")

    def want(self, version: int, *, create: bool) -> None:
        """Nothing: `prepare` looked whether the file is there."""

    def problem(self) -> FileTrouble | None:
        """What became of the file under the running bot: gone, or another one; None while all is well."""
        return self._lost or (self._identity.problem() if self._identity is not None else None)

    def check(self, db: Connection) -> None:
        """Look through the whole file. Raises FileTrouble for one that is damaged."""
        try:
            found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        except BROKEN as error:
            found = driver_said(error)
        if found != "ok":
            raise Damaged(
                f"The database {self.address} is damaged ({found}).",
                "Keep the file, and restore a backup: python bot.py restore FILE.",
            )

    def hold(self, db: Connection, *, much: bool) -> None:
        """Hold more pages, and fold rarely, or as any thread: what is too many is let go at once."""
        db.execute(f"PRAGMA cache_size=-{_PAGES_OF_MUCH_KIB if much else _PAGES_KIB}")
        _fold_at(db, _FOLDED_AT_OF_MUCH if much else _FOLDED_AT)
        if isinstance(db, _Connection):
            db.of_much = much

    def checkpoint(self, db: Connection) -> None:
        """Fold what was committed into the file itself, as far as nobody reads it: then a lost -wal costs little."""
        db.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def write_anew(self, db: Connection) -> None:
        """Write the file anew: in its free space stands what was taken out before `secure_delete`; others wait."""
        _wait(db, _ANEW_WAIT)
        try:
            db.execute("VACUUM")
            # Who folds it, too, is not waited for by SQLite; and for who still reads it, it would keep all writers out.
            _wait(db, 0)
            until = time.monotonic() + _ANEW_WAIT
            while not (_folded(db, "PASSIVE") and _folded(db, "TRUNCATE")):
                if time.monotonic() >= until:
                    raise busy()
                time.sleep(_LATER)
        finally:
            _wait(db, _READS_WAIT)

    def size(self, db: Connection) -> int:  # noqa: ARG002 - as the other engine
        """Bytes of the file."""
        return self.address.stat().st_size


def _wait(db: Connection, seconds: int) -> None:
    """Have SQLite itself wait so long for who is in the way. Our driver takes it in a tenth of a statement's time."""
    if hasattr(db, "set_busy_timeout"):
        db.set_busy_timeout(seconds)
    else:
        db.execute(f"PRAGMA busy_timeout={seconds * 1000}")


def _fold_at(db: Connection, pages: int) -> None:
    db.execute(f"PRAGMA wal_autocheckpoint={pages}")
    if isinstance(db, _Connection):
        db.folds_at = pages


def _fold_beside(db: _Connection, log_bytes: int) -> None:
    """Have the commit to come fold the log only where that is short, or nobody waits for what this thread does."""
    pages = 0 if log_bytes > _LONG_LOG else _FOLDED_AT
    if not db.of_much and pages != db.folds_at:
        _fold_at(db, pages)


def _folded(db: Connection, how: str) -> bool:
    """Fold the log; whether all of it is, but for what was committed just now."""
    busy_, pages, done = db.execute(f"PRAGMA wal_checkpoint({how})").fetchone()
    return not busy_ and pages - done < _FOLDED_AT


def _begun(db: Connection) -> bool:
    """Begin to write, unless another process does so just now."""
    try:
        db.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        return False
    return True


_FAR = 1_000_000


def migrate(db: Connection, target: int | None = None) -> int:
    """`SqliteEngine.migrate` of a connection that a test opened."""
    return SqliteEngine.__new__(SqliteEngine).migrate(db, target)


def _counting(db: Connection) -> set[str]:
    """The tables that give no id out twice."""
    found = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'")
    return {row[0] for row in found}


def _leave_ids_behind(db: Connection, tables: set[str]) -> None:
    """In a backup that an older bot made, have ids of new tables begin past all that were given out since."""
    if tables and db.execute("SELECT 1 FROM meta WHERE key = 'alive_at' AND value < '1971'").fetchone():
        for table in sorted(tables):
            last = db.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
            db.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            db.execute("INSERT INTO sqlite_sequence(name, seq) VALUES (?, ?)", (table, max(last[0], _FAR)))


def statements(script: str) -> Iterator[str]:
    """The statements of a migration: executescript() commits by itself, and it must stay inside its transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
