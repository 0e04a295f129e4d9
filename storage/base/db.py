"""The one SQLite file: connections, migrations and units of work. Every other module of the room gets a connection.

A unit of work is one `BEGIN IMMEDIATE` transaction (a deferred one fails at once with "database is locked" when
it reads before it writes). Each thread keeps one connection, none is ever shared.
"""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3

from storage.base.deed import Deed
from storage.base.errors import Clash, Damaged, FileTrouble, Repeated, UserError
from storage.base.folding import name_key
from storage.base.message_edits import redraw
from storage.base.migrations import migrations
from storage.base.moments import civil_day, instant_text
from storage.base.nouns import handed_in
from storage.base.trouble import Identity, busy, in_words, make_private
from storage.base.versions import keep_oldest, may_write, outdated, refuse_newer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from sqlite3 import Connection

    from storage.base.person import Person
    from storage.base.policy import Policy

SQLITE_VERSION: str = sqlite3.sqlite_version
_BUSY_SECONDS = 1.9  # a person who clicked is answered within three
_BARELY = 0.05
_BUSY_TIMEOUT = f"PRAGMA busy_timeout={int(_BUSY_SECONDS * 1000)}"
_STATEMENTS = 512  # more than the bot has
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    _BUSY_TIMEOUT,
)


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
        own = self.actor.zone if self.actor else None
        self.own_zone = own or self.policy.timezone
        self.own_today = civil_day(self.now, own) if own else self.today

    def audit(
        self, action: str, subject: str, before: Mapping[str, Any], after: Mapping[str, Any], *, made: bool = False
    ) -> None:
        """Keep who did what, when, before and after; one row per command or click and record.

        Messages that tell of the record are edited; none does of one that was `made` just now. Those whose record it
        is hear of what somebody else did (`storage/<noun>/hearers.py`); what the bot does by itself is told to nobody.
        """
        kept = self.db.execute(
            "INSERT INTO audit(at, person_id, who, action, subject, before, after, source)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (
                self.at,
                self.actor.id if self.actor else None,
                self.actor.address if self.actor else "CTA Bot",
                action,
                subject,
                to_json(before),
                to_json(after),
                self.source,
            ),
        ).fetchone()
        audit_id = int(kept[0])
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
    """The file and its connections. `:memory:` is not supported: every thread would see a file of its own."""

    def __init__(
        self,
        path: Path,
        *,
        policy: Policy,
        create: bool = True,
        upgrade: bool = True,
        before_update: Callable[[Path], object] = lambda _: None,
    ) -> None:
        """Open the file; it is made where it is not there yet (`create`), and brought to the newest schema (`upgrade`).

        `before_update` hears of a file of an older bot that is well, before anything of it is changed. Raises
        UserError for one that is not there, is no database of ours, can't be used, or is of another schema.
        """
        self.path = path
        self.policy = policy
        self._trouble: FileTrouble | None = None
        self._version = len(migrations())
        self._local = threading.local()
        self._open: list[Connection] = []
        self._lock = threading.Lock()
        self._turn = threading.RLock()
        if not create and not path.exists():
            raise UserError(
                f"There is no database at {path}.", "CTA_BOT_DB says where it is; `run` or `import` makes a new one."
            )
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            make_private(path)
            self._identity = Identity(path)  # before it is opened: one moved over it meanwhile is noticed
            if upgrade:
                if _is_behind(self.connection()):
                    self.check()
                    before_update(path)
                migrate(self.connection())
            else:
                _want_newest(self.connection())
        except (OSError, sqlite3.DatabaseError) as error:
            self.close()
            if trouble := in_words(error, path):
                raise trouble from error
            raise UserError(f"{path} is no usable database: {error}.", "CTA_BOT_DB says where it is.") from error
        except UserError:
            self.close()
            raise

    def connection(self) -> Connection:
        """This thread's connection, for reading: rows come as `sqlite3.Row`."""
        found: Connection | None = getattr(self._local, "connection", None)
        if found is None:
            # Another thread closes it at shutdown, none uses it: hence check_same_thread=False. The driver keeps few
            # prepared statements unless told, and preparing one anew costs more than running it.
            found = sqlite3.connect(
                self.path, isolation_level=None, check_same_thread=False, cached_statements=_STATEMENTS
            )
            found.row_factory = sqlite3.Row
            for pragma in _PRAGMAS:
                found.execute(pragma)
            self._local.connection = found
            with self._lock:
                self._open.append(found)
        return found

    def database(self) -> Database:
        """sqlite-utils' view of this thread's connection, for exports and introspection."""
        return Database(self.connection())

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent snapshot over several queries."""
        db = self.connection()
        db.execute("BEGIN")
        try:
            yield db
        finally:
            db.execute("ROLLBACK")

    @contextmanager
    def one_wait(self) -> Iterator[None]:
        """All units of work that this thread begins in it share one wait: a person is answered within three seconds."""
        self._local.patience = _BUSY_SECONDS
        try:
            yield
        finally:
            self._local.patience = None

    def _wait(self) -> float:
        patience: float | None = getattr(self._local, "patience", None)
        return _BUSY_SECONDS if patience is None else max(patience, _BARELY)

    def _waited(self, began: float) -> None:
        if getattr(self._local, "patience", None) is not None:
            self._local.patience -= time.monotonic() - began

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
                _take_lock(db, began + wait)
            finally:
                self._waited(began)
            try:
                self.insist_on_schema()
                yield unit
                if key is not None:
                    _take_in(unit)
                self._identity.insist()
                db.execute("COMMIT")
                if self._trouble and not isinstance(self._trouble, Damaged):
                    self._trouble = None
            except BaseException:
                if db.in_transaction:  # a full disk may have ended it
                    db.execute("ROLLBACK")
                if key is not None:
                    refuse_repeated(db, key)  # what comes again must not be told that its own work is in its way
                raise
        except sqlite3.DatabaseError as error:
            if trouble := in_words(error, self.path):
                self.heard(trouble)
                raise trouble from error
            raise
        finally:
            self._turn.release()

    def insist_on_schema(self) -> None:
        """Raise Outdated once a newer bot has changed the database so that this one must not write any more."""
        db = self.connection()
        version = int(db.execute("PRAGMA user_version").fetchone()[0])
        if version != self._version and not may_write(db, version):
            raise outdated(version)

    def problem(self) -> FileTrouble | None:
        """What became of the file under the running bot: gone, or another one; None while all is well."""
        return self._identity.problem()

    def heard(self, trouble: UserError) -> None:
        """Remember what was wrong with the file for those who ask: a full disk may have room for a little."""
        if isinstance(trouble, FileTrouble) and not isinstance(self._trouble, Damaged):
            self._trouble = trouble

    @property
    def trouble(self) -> FileTrouble | None:
        """What was wrong when the file was last written; damage, once it was met anywhere. None while all is well."""
        return self.problem() or self._trouble

    def check(self) -> None:
        """Look through the whole file. Raises FileTrouble for one that is damaged."""
        try:
            found = self.connection().execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as error:
            found = str(error)
        if found != "ok":
            raise Damaged(
                f"The database {self.path} is damaged ({found}).",
                "Keep the file, and restore a backup: python bot.py restore FILE.",
            )

    def try_to_write(self) -> None:
        """Write to the file and take it back. Raises FileTrouble where that can't be done."""
        db = self.connection()
        try:
            _take_lock(db)
            try:
                db.execute("UPDATE meta SET value = value")
            finally:
                db.execute("ROLLBACK")
        except sqlite3.DatabaseError as error:
            raise (in_words(error, self.path) or error) from error

    def checkpoint(self) -> None:
        """Fold what was committed into the file itself, as far as nobody reads it: then a lost -wal costs little."""
        self.connection().execute("PRAGMA wal_checkpoint(PASSIVE)")

    def close(self) -> None:
        """Close every thread's connection; the WAL is folded into the file."""
        with self._lock:
            for connection in self._open:
                connection.close()
            self._open.clear()
        self._local = threading.local()


def _take_lock(db: Connection, until: float | None = None) -> None:
    """Begin to write; raises Busy where another process keeps the file for longer than we wait.

    `until` (monotonic seconds): part of the wait may be used up.
    """
    left = _BUSY_SECONDS if until is None else until - time.monotonic()
    waited = left < _BUSY_SECONDS - _BARELY
    try:
        if waited:
            db.execute(f"PRAGMA busy_timeout={max(int(left * 1000), 1)}")
        db.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        raise busy() from error
    finally:
        if waited:
            db.execute(_BUSY_TIMEOUT)


def _is_behind(db: Connection) -> bool:
    """Whether the file has data and lacks migrations."""
    return 0 < int(db.execute("PRAGMA user_version").fetchone()[0]) < len(migrations())


def _want_newest(db: Connection) -> None:
    """Raise UserError for a file of another schema than this bot's, which reading alone must not change."""
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        db.execute("SELECT count(*) FROM meta")  # which is no database of ours
    refuse_newer(db, version)
    if version < len(migrations()):
        raise UserError(
            f"The database is of an older CTA Bot (schema {version}, this one writes {len(migrations())}).",
            "Take a backup, then run: python bot.py migrate",
        )


def refuse_repeated(db: Connection, key: str) -> None:
    """Raise Repeated, with the answer that was given, if this command or click was carried out before."""
    row = db.execute("SELECT answer FROM inbox WHERE key = ?", (key,)).fetchone()
    if row is not None:
        raise Repeated(key, row[0])


def _take_in(unit: Unit) -> None:
    # With its answer, in one go, and last: its key is unique, so what comes again fails here at the latest.
    unit.db.execute("INSERT INTO inbox(key, received_at, answer) VALUES (?, ?, ?)", (unit.key, unit.at, unit.answer))


def migrate(db: Connection, target: int | None = None) -> int:
    """Bring the file to the newest schema (or to `target`, for tests); the number of migrations applied now.

    Two processes starting at once apply each migration once. A file of a newer bot is refused.
    """
    wanted = len(migrations()) if target is None else target
    applied = 0
    if db.execute("PRAGMA user_version").fetchone()[0] == wanted:
        return 0  # without the lock: reading commands work while an import writes
    db.create_function("folded", 1, name_key, deterministic=True)
    while True:
        _take_lock(db)
        try:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            refuse_newer(db, version)
            if version >= wanted:
                return applied
            for statement in _statements(migrations()[version]):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {version + 1}")
            keep_oldest(db, version + 1)
            applied += 1
        except BaseException:
            db.execute("ROLLBACK")
            raise
        finally:
            if db.in_transaction:
                db.execute("COMMIT")


def _statements(script: str) -> Iterator[str]:
    # executescript() commits by itself; a migration must stay inside its transaction.
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


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
