"""The engine that the tests' stores run on: a file each, or with `--engine postgres` a database each of one server.

A test names a file as ever; here that name stands for a database, a copy of one that is made once. The server is Debian's,
started when the first store is opened, on a socket in a folder that goes away with it, without fsync, and in memory where
there is room: what is told is SQL, not disks (a copy takes 30 ms instead of 300). Processes that tests start say `use()`
themselves, and find the server in the environment.
"""

import atexit
import os
import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

from storage.base import db as stores
from storage.base.address import Server
from storage.base.migrations import migrations
from storage.base.policy import Policy
from storage.base.sqlite import statements

ENGINE, SOCKET = "CTA_BOT_TEST_ENGINE", "CTA_BOT_TEST_SOCKET"
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "listen_addresses": "",
    "max_locks_per_transaction": "256",
    "autovacuum": "off",
}
_TEMPORARY = tempfile.gettempdir()  # of the run, whatever a test makes of it for a while
_MEMORY, _ROOM = Path("/dev/shm"), 2 << 30
_made: set[str] = set()
_open = []
_WITH_ID = re.compile(r"\s*INSERT INTO (\w+)\s*\((?:[^)]*, )?id\b")


def is_postgres():
    return os.environ.get(ENGINE) == "postgres"


def places():
    """Where servers and temporary files are made: in memory where there is room, else where temporary files go."""
    in_memory = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    return [*([_MEMORY] if in_memory else []), Path(_TEMPORARY)]


@cache
def socket():
    """The folder of the server's socket."""
    if found := os.environ.get(SOCKET):
        return found
    os.environ[SOCKET] = made = new_server()
    return made


def new_server(*, copy_of=None):
    """Make and start a server, or a standby that follows another one; the folder of its socket."""
    folder = tempfile.mkdtemp(prefix="cta-bot-server-", dir=places()[0])
    if os.getuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres")
    if copy_of is None:
        _run("initdb", "-D", f"{folder}/data", "-A", "trust", "-U", "bot", "-E", "UTF8", "--no-locale", "-N")
    else:
        _run("pg_basebackup", "-D", f"{folder}/data", "-h", copy_of, "-U", "bot", "-R", "-c", "fast", "-N")
    start(folder)
    (Path(folder) / "owner").write_text(str(os.getpid()))
    return folder


def start(folder):
    options = " ".join(f"-c {name}='{value}'" for name, value in _SETTINGS.items())
    _run("pg_ctl", "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", f"-k {folder} {options}", "start")


def end(folder):
    """As a crash does."""
    _run("pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "-w", "stop")


def promote(folder):
    """Have a standby take its server's place."""
    _run("pg_ctl", "-D", f"{folder}/data", "-w", "promote")


def stop():
    """End this process's server, and those whose process was killed before it could."""
    for folder in (found for place in places() for found in place.glob("cta-bot-server-*")):
        with suppress(OSError, ValueError):
            owner = int((folder / "owner").read_text())
            if owner == os.getpid() or not Path(f"/proc/{owner}").exists():
                remove(folder)


def remove(folder):
    """End a server, if it runs, and take it away."""
    with suppress(OSError):
        end(folder)
    shutil.rmtree(folder, ignore_errors=True)


def program(name):
    """A program of the server's, the newest that is installed; None for none."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return str(places[-1]) if places else shutil.which(name)


def _run(name, *arguments):
    """A program of the server's, as a user whom it allows."""
    found = program(name)
    assert found, f"{name} is not there: apt-get install postgresql"
    as_another = ("runuser", "-u", "postgres", "--") if os.getuid() == 0 else ()
    done = subprocess.run(
        [*as_another, found, *arguments],
        check=False,
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise OSError(done.stderr)


def server(database="postgres"):
    """The URL of a database on the tests' server."""
    return Server(f"postgresql://bot@/{database}?host={socket()}")


def admin(words, at=None):
    """Run a statement on a connection of its own: threads and forks of a test ask too."""
    import psycopg

    with psycopg.connect((at or server()).url, autocommit=True) as connection:
        cursor = connection.execute(words)
        return cursor.fetchall() if cursor.description else []


def is_there(database):
    return bool(admin(f"SELECT 1 FROM pg_database WHERE datname = '{database}'"))


def template():
    """A new database of the bot, which the others are copies of: one for the house, one for that with a pretend noun."""
    return _new(f"fresh_{len(migrations())}")


@cache
def _new(name):
    if not is_there(name):
        admin(f"CREATE DATABASE {name}")
        stores.Store(server(name), policy=Policy()).close()
    return name


def make(database):
    if database not in _made and not is_there(database):
        admin(f"CREATE DATABASE {database} TEMPLATE {template()} STRATEGY FILE_COPY")
    _made.add(database)


def restart():
    """End the server as a crash does, and start it anew."""
    end(socket())
    start(socket())


@cache
def _file(version):
    """A new file of the bot, which others are copies of; one for each schema, since a pretend noun has one more."""
    made = Path(tempfile.mkdtemp(prefix="cta-bot-new-", dir=_TEMPORARY)) / f"{version}.db"
    atexit.register(shutil.rmtree, made.parent, ignore_errors=True)
    stores.Store(made, policy=Policy()).close()
    return made


def ready(path):
    """The path of a database that is to be new: a file is copied from one that was migrated once, which takes its time."""
    if isinstance(path, Path) and not path.exists():
        if is_postgres():
            path.touch()  # for who asks whether there is one
        else:
            shutil.copy(_file(len(migrations())), path)
    return path


def copy(source, target):
    """Copy the database that a file's name stands for, which nobody uses just now."""
    if not is_postgres():
        shutil.copy(source, target)
        return
    found, made = (of_path()(path).database for path in (source, target))
    admin(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{found}'")
    admin(f"CREATE DATABASE {made} TEMPLATE {found} STRATEGY FILE_COPY")
    _made.add(made)


def logged(path):
    """How many bytes were written ahead so far: of a file, or by the server for all of its databases."""
    if is_postgres():
        return int(admin("SELECT pg_current_wal_insert_lsn() - '0/0'")[0][0])
    return Path(f"{path}-wal").stat().st_size


def keep(path):
    """Leave the database that a file's name stands for to the tests that follow."""
    if is_postgres():
        _made.discard(of_path()(path).database)


def forget_all():
    """Drop what this process's tests made, and end what they left open."""
    for session in _open:
        session.close()
    _open.clear()
    for database in sorted(_made):
        admin(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
    _made.clear()


@cache
def of_path():  # noqa: C901 - two small classes
    """The engine of a file's name."""
    from storage.base.postgres import PostgresEngine, Session

    class Follows(Session):
        """Ids that a test gives itself are not given out again, as SQLite sees to by itself."""

        def execute(self, sql, parameters=()):
            done = super().execute(sql, parameters)
            if found := _WITH_ID.match(sql):
                self._follow(found[1])
            return done

        def executemany(self, sql, rows):
            done = super().executemany(sql, rows)
            if found := _WITH_ID.match(sql):
                self._follow(found[1])
            return done

        def executescript(self, script):
            for statement in statements(script):
                self.execute(statement)

        def _follow(self, table):
            if table in ("channels", "destinations"):  # ids of Slack's
                return
            sequence = f"pg_get_serial_sequence('{table}', 'id')"
            super().execute(
                f"SELECT setval({sequence}, (SELECT greatest(max(id), 1) FROM {table})) WHERE {sequence} IS NOT NULL"
            )

    class OfPath(PostgresEngine):
        """A database that is made when it is opened first."""

        def __init__(self, path):
            self.database = f"t_{sha256(str(path.absolute()).encode()).hexdigest()[:24]}"
            super().__init__(server(self.database))

        def prepare(self, *, create):
            if not create and not is_there(self.database):
                self.want(0, create=False)
            make(self.database)

        def connect(self):
            _open.append(Follows(self.address, self.connected))
            return _open[-1]

    return OfPath


def said(path):
    """As CTA_BOT_DB says it to a process of its own."""
    return of_path()(path).address.url if is_postgres() else str(path)


def use():
    """Have stores whose address is a file open a database of the server, where that engine is asked for."""
    if is_postgres():
        own = stores.engine_of
        stores.engine_of = lambda database: (of_path() if isinstance(database, Path) else own)(database)
