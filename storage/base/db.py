"""The database: a file or a server, its connections and units of work. Every other module gets a connection.

What the engines do differently stands in `sqlite.py` and `postgres.py`; here is what holds for both: one unit of work
at a time, one connection for each thread.
"""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3

from storage.base.deed import Deed
from storage.base.dialect import insert
from storage.base.errors import Clash, Damaged, FileTrouble, Repeated, UserError
from storage.base.message_edits import redraw
from storage.base.migrations import migrations
from storage.base.moments import civil_day, instant_text, own_day
from storage.base.nouns import handed_in
from storage.base.sqlite import BARELY, BUSY_SECONDS, SqliteEngine
from storage.base.trouble import BROKEN, busy, in_words
from storage.base.versions import may_write, outdated, refuse_newer, want_newest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from sqlite3 import Connection

    from storage.base.address import Address
    from storage.base.engine import Engine
    from storage.base.person import Person
    from storage.base.policy import Policy


@dataclass(slots=True)
class Unit:
    """One unit of work in progress: what every write needs to know of who, when and from where."""

    db: Connection
    now: datetime
    policy: Policy
    actor: Person | None = None
    source: str = "bot"
    key: str | None = None
    answer: str | None = None
    in_a_packet: bool = False
    """What is done in it is told as a whole (a handover's packet): nobody is told one by one."""
    at: str = field(init=False)
    """`now` as it is stored."""
    today: date = field(init=False)
    """The civil day of `now` in the policy's zone: the day on which something is written down."""
    own_zone: str = field(init=False)
    """The actor's time zone, else the policy's."""
    own_today: date = field(init=False)
    """The same where the actor is: what they type and pick is meant by it."""

    def __post_init__(self) -> None:
        self.at = instant_text(self.now)
        self.today = civil_day(self.now, self.policy.timezone)
        self.own_zone = (self.actor.zone if self.actor else None) or self.policy.timezone
        self.own_today = own_day(self.now, self.own_zone, self.policy.timezone)

    def kept(self, on: date) -> date:
        """A day as it is written down: who names their own today means now, which is of the day where the team is."""
        return self.today if on == self.own_today else on

    @property
    def actor_id(self) -> int | None:
        """Who does it; None for the bot itself."""
        return self.actor.id if self.actor else None

    def audit(
        self, action: str, subject: str, before: Mapping[str, Any], after: Mapping[str, Any], *, made: bool = False
    ) -> None:
        """Keep who did what, when, before and after; one row per command or click and record.

        Messages that tell of the record are edited; none does of one that was `made` just now. Those whose record it
        is hear of what somebody else did (`storage/<noun>/hearers.py`); what the bot does by itself is told to nobody.
        """
        audit_id = insert(
            self.db,
            "INSERT INTO audit(at, person_id, who, action, subject, before, after, source)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.at,
                self.actor_id,
                self.actor.address if self.actor else "CTA Bot",
                action,
                subject,
                to_json(before),
                to_json(after),
                self.source,
            ),
        )
        assert audit_id is not None  # noqa: S101 - nothing can be in its way
        if not made:
            redraw(self.db, subject, audit_id, self.now)
        if self.actor is not None and self.source != "import" and not self.in_a_packet:
            noun, _, number = subject.partition(":")
            deed = Deed(audit_id, action, noun, number, before, after)
            for noun_of in handed_in("storage", "hearers"):
                noun_of.hear(self, deed)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Do what the database may refuse, and go on without it: raises Clash for a key taken or a record needed."""
        self.db.execute("SAVEPOINT attempt")
        try:
            yield
        except sqlite3.IntegrityError as error:
            self.db.execute("ROLLBACK TO SAVEPOINT attempt")
            self.db.execute("RELEASE SAVEPOINT attempt")
            raise Clash(str(error)) from error
        self.db.execute("RELEASE SAVEPOINT attempt")

    def keep_answer(self, answer: str) -> None:
        """Remember what was answered, for the same click coming again."""
        self.answer = answer


class Store:
    """The database and its connections. `:memory:` is not supported: every thread would see a file of its own."""

    def __init__(
        self,
        path: Address,
        *,
        policy: Policy,
        create: bool = True,
        upgrade: bool = True,
        before_update: Callable[[Path], object] = lambda _: None,
    ) -> None:
        """Open it; it is made where it is not there yet (`create`), and brought to the newest schema (`upgrade`).

        `before_update` hears of a file of an older bot that is well, before anything of it is changed. Raises
        UserError for one that is not there, is no database of ours, can't be used, or is of another schema.
        """
        self.path = path
        self.policy = policy
        self.engine = engine_of(path)
        self._trouble: FileTrouble | None = None
        self._version = len(migrations())
        self._local = threading.local()
        self._open: dict[threading.Thread, Connection] = {}
        self._lock = threading.Lock()
        self._turn = threading.RLock()
        try:
            self.engine.prepare(create=create)
            db = self.connection()
            version = self.engine.version(db)
            self.engine.want(version, create=create)
            if version:
                _refuse_moved(db)
            if upgrade:
                if 0 < version < len(migrations()):
                    self.check()
                    if isinstance(path, Path):
                        before_update(path)
                if version:
                    refuse_newer(db, version)
                self.engine.migrate(db)
            else:
                if version == 0:
                    db.execute("SELECT count(*) FROM meta")  # which is no database of ours
                want_newest(db, version)
        except (OSError, *BROKEN) as error:
            self.close()
            if trouble := in_words(error, path):
                raise trouble from error
            raise UserError(f"{path} is no usable database: {error}.", "CTA_BOT_DB says where it is.") from error
        except UserError:
            self.close()
            raise

    def connection(self) -> Connection:
        """This thread's connection, for reading: rows come by place and by name."""
        found: Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = self.engine.connect()
            self._local.connection = found
            with self._lock:
                self._close_left()
                self._open[threading.current_thread()] = found
        return found

    def _close_left(self) -> None:
        """Close what threads that have ended left open: each pull, call and import has one of its own."""
        for thread in [one for one in self._open if not one.is_alive()]:
            self._open.pop(thread).close()

    def database(self) -> Database:
        """sqlite-utils' view of this thread's connection, for exports and introspection."""
        return Database(self.connection())

    @contextmanager
    def much(self) -> Iterator[None]:
        """This thread reads and writes much in it, all over the database: it holds more of that in memory meanwhile."""
        db = self.connection()
        self.engine.hold(db, much=True)
        try:
            yield
        finally:
            self.engine.hold(db, much=False)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent snapshot over several queries."""
        db = self.connection()
        self.engine.snapshot(db)
        try:
            yield db
        finally:
            self.engine.rollback(db)

    @contextmanager
    def one_wait(self) -> Iterator[None]:
        """All units of work that this thread begins in it share one wait: a person is answered within three seconds."""
        self._local.patience = BUSY_SECONDS
        try:
            yield
        finally:
            self._local.patience = None

    def _wait(self) -> float:
        patience: float | None = getattr(self._local, "patience", None)
        return BUSY_SECONDS if patience is None else max(patience, BARELY)

    def _waited(self, began: float) -> None:
        if getattr(self._local, "patience", None) is not None:
            self._local.patience -= time.monotonic() - began

    @contextmanager
    def turn(self) -> Iterator[None]:
        """No other thread of this process writes meanwhile: units of work that this one begins in it wait no more."""
        began, wait = time.monotonic(), self._wait()
        taken = self._turn.acquire(timeout=wait)
        self._waited(began)
        if not taken:
            raise busy()
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def write(
        self,
        now: datetime,
        *,
        actor: Person | None = None,
        source: str = "bot",
        key: str | None = None,
    ) -> Iterator[Unit]:
        """A unit of work, committed at the end or not at all.

        `key` is the inbox key of the command or click: raises Repeated if it was carried out before.
        """
        db = self.connection()
        unit = Unit(db, now, self.policy, actor, source, key)
        # Threads of one process queue here: SQLite's own waiting sleeps ever longer, and is not fair. One deadline for
        # this wait and for the file's.
        began, wait = time.monotonic(), self._wait()
        if not self._turn.acquire(timeout=wait):
            self._waited(began)
            raise busy()
        try:
            try:
                version = self.engine.begin(db, began + wait)
            finally:
                self._waited(began)
            try:
                self._insist(db, version)
                yield unit
                if key is not None:
                    _take_in(unit)
                self.engine.commit(db)
                if self._trouble and not isinstance(self._trouble, Damaged):
                    self._trouble = None
            except BaseException:
                self.engine.rollback(db)
                if key is not None:
                    refuse_repeated(db, key)  # what comes again must not be told that its own work is in its way
                raise
        except BROKEN as error:
            if trouble := in_words(error, self.path):
                self.heard(trouble)
                raise trouble from error
            raise
        finally:
            self._turn.release()

    def insist_on_schema(self) -> None:
        """Raise Outdated once a newer bot has changed the database so that this one must not write any more."""
        db = self.connection()
        self._insist(db, self.engine.version(db))

    def _insist(self, db: Connection, version: int) -> None:
        if version != self._version and not may_write(db, version):
            raise outdated(version)

    def problem(self) -> FileTrouble | None:
        """What became of the file under the running bot: gone, or another one; None while all is well."""
        return self.engine.problem()

    def heard(self, trouble: UserError) -> None:
        """Remember what was wrong with the file for those who ask: a full disk may have room for a little."""
        if isinstance(trouble, FileTrouble) and not isinstance(self._trouble, Damaged):
            self._trouble = trouble

    @property
    def trouble(self) -> FileTrouble | None:
        """What was wrong when the file was last written; damage, once it was met anywhere. None while all is well."""
        return self.problem() or self._trouble

    def check(self) -> None:
        """Look through the whole of it, as far as that is ours to do. Raises FileTrouble for one that is damaged."""
        self.engine.check(self.connection())

    @property
    def lineage(self) -> str:
        """Another one once a copy has taken the server's place; a file has none."""
        return self.engine.lineage

    def leave_ids_behind(self, unit: Unit) -> None:
        """Give out no id again that the server before may have given out."""
        self.engine.leave_ids_behind(unit.db)

    def version(self) -> int:
        """The version of its schema."""
        return self.engine.version(self.connection())

    def size(self) -> int:
        """Its size in bytes."""
        return self.engine.size(self.connection())

    def try_to_write(self) -> None:
        """Write to it and take it back. Raises FileTrouble where that can't be done."""
        db = self.connection()
        try:
            self.engine.begin(db)
            try:
                db.execute("UPDATE meta SET value = value")
            finally:
                self.engine.rollback(db)
        except BROKEN as error:
            raise (in_words(error, self.path) or error) from error

    def checkpoint(self) -> None:
        """Have a lost -wal cost little; a server sees to it itself."""
        self.engine.checkpoint(self.connection())

    def write_anew(self) -> None:
        """Leave nothing in the file of what was taken out of it. Raises Busy, FileTrouble."""
        try:
            self.engine.write_anew(self.connection())
        except BROKEN as error:
            raise (in_words(error, self.path) or error) from error

    def close(self) -> None:
        """Close every thread's connection; the WAL is folded into the file."""
        with self._lock:
            for connection in self._open.values():
                connection.close()
            self._open.clear()
        self._local = threading.local()


def engine_of(database: Address) -> Engine:
    """The engine of a database."""
    if isinstance(database, Path):
        return SqliteEngine(database)
    from storage.base.postgres import PostgresEngine  # noqa: PLC0415 - who has a file pays nothing for it

    return PostgresEngine(database)


def _refuse_moved(db: Connection) -> None:
    """Raise UserError for a database that `migrate --to` has moved: what is written to it is lost."""
    row = db.execute("SELECT value FROM meta WHERE key = 'moved_to'").fetchone()
    if row is not None:
        raise UserError(f"This database was moved to {row[0]}.", "Point CTA_BOT_DB there.")


def refuse_repeated(db: Connection, key: str) -> None:
    """Raise Repeated, with the answer that was given, if this command or click was carried out before."""
    row = db.execute("SELECT answer FROM inbox WHERE key = ?", (key,)).fetchone()
    if row is not None:
        raise Repeated(key, row[0])


def _take_in(unit: Unit) -> None:
    # With its answer, in one go, and last: its key is unique, so what comes again fails here at the latest.
    unit.db.execute("INSERT INTO inbox(key, received_at, answer) VALUES (?, ?, ?)", (unit.key, unit.at, unit.answer))


def to_json(value: Any) -> str:
    """Compact JSON; days and instants as the database writes them."""
    return "{}" if value == {} else _encode(value)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} can't be stored")


_encode = json.JSONEncoder(default=_plain, ensure_ascii=False, separators=(",", ":")).encode
