"""The database's file under a bot: taken away, damaged, somebody else's, busy; and commands that only read it."""

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest
import sqlite_utils.utils

from storage.base.db import Store
from storage.base.errors import FileTrouble, UserError
from storage.base.policy import Policy
from storage.base.sqlite import BARELY
from tests.importing.conftest import NOW

pytestmark = pytest.mark.of_a_file


@pytest.mark.parametrize("what", ["removed", "another"])
def test_a_file_that_changes_under_the_bot_keeps_nothing_and_says_so(tmp_path, what):
    store = Store(tmp_path / "bot.db", policy=Policy())
    other = Store(tmp_path / "other.db", policy=Policy())
    other.close()
    assert store.problem() is None
    if what == "removed":
        (tmp_path / "bot.db").unlink()
    else:
        (tmp_path / "other.db").replace(tmp_path / "bot.db")
    assert "bot.db is" in str(store.problem())
    with pytest.raises(FileTrouble, match="nothing is kept any more"), store.write(NOW) as unit:
        unit.db.execute("INSERT INTO meta(key, value) VALUES ('a', '')")
    store.close()


def test_a_log_that_is_taken_away_under_the_bot_is_noticed_before_more_is_said_to_be_kept(tmp_path):
    """Seen failing: what people were told was kept went into a file that nobody could open any more."""
    path = tmp_path / "bot.db"
    with closing(Store(path, policy=Policy())) as store:

        def keep(key):
            with store.write(NOW) as unit:
                unit.db.execute("INSERT INTO meta(key, value) VALUES (?, '')", (key,))

        keep("before")
        store.checkpoint()
        keep("after the checkpoint")
        path.with_name("bot.db-wal").unlink()
        with pytest.raises(FileTrouble, match="taken away"):
            keep("lost")
        assert "taken away" in str(store.problem())
    with closing(Store(path, policy=Policy())) as store:
        kept = {row[0] for row in store.connection().execute("SELECT key FROM meta")}
        assert {"before", "after the checkpoint"} <= kept
        assert "lost" not in kept


def test_no_empty_file_is_made_in_the_place_of_one_that_is_gone(tmp_path):
    """Seen failing: a thread that looked for the first time made one, and people were told of a fault of ours."""
    path = tmp_path / "bot.db"
    with closing(Store(path, policy=Policy())) as store:
        path.unlink()
        with ThreadPoolExecutor(1) as another, pytest.raises(FileTrouble, match="is gone"):
            another.submit(lambda: store.connection().execute("SELECT count(*) FROM people").fetchone()).result()
        assert not path.exists()


def damage(path):
    data = bytearray(path.read_bytes())
    data[4096 * 2 : 4096 * 12] = b"\xff" * 4096 * 10
    path.write_bytes(data)


def damage_schema(path):
    """Where its schema is read SQLite quotes what is no letters, and the driver stumbles over that."""
    data = bytearray(path.read_bytes())
    entry = data.index(b"indexoutbox_waiting")
    data[entry + 6] = data[data.index(b"CREATE INDEX", entry)] = 0xFF
    path.write_bytes(data)


@pytest.mark.parametrize(
    "command", ["export ctas", "outbox list", "backup x.db", "migrate", "reload", "doctor --offline"]
)
def test_a_file_whose_schema_is_damaged_is_named_whatever_is_asked(desk, command):
    """Seen failing: each ended in a traceback."""
    desk.run("migrate")
    damage_schema(desk.folder / "bot.db")
    status, out, err = desk.run(*command.replace("x.db", str(desk.folder / "x.db")).split())
    assert status in (1, 2)
    assert "malformed database schema" in out + err or "bot.db is damaged" in out + err


def test_a_damaged_file_is_refused_in_words(tmp_path):
    Store(tmp_path / "bot.db", policy=Policy()).close()
    damage(tmp_path / "bot.db")
    with pytest.raises(UserError, match="damaged") as found:
        Store(tmp_path / "bot.db", policy=Policy()).check()
    assert "restore" in found.value.hint


@pytest.mark.parametrize("command", [("report",), ("export", "ctas"), ("outbox", "list")])
def test_reading_neither_makes_a_database_nor_migrates_one(desk, command):
    status, out, err = desk.run(*command)
    assert (status, out) == (2, "")
    assert "There is no database at" in err
    assert not (desk.folder / "bot.db").exists()
    desk.run("migrate")
    with closing(sqlite3.connect(desk.folder / "bot.db")) as db:
        newest = db.execute("PRAGMA user_version").fetchone()[0]
        db.execute("PRAGMA user_version = 1")
    status, _, err = desk.run(*command)
    assert status == 2
    assert "python bot.py migrate" in err
    with closing(sqlite3.connect(desk.folder / "bot.db")) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == 1 < newest


@pytest.fixture
def open_to_all():
    """A folder that other users reach: pytest closes its own to them whenever another run of it starts."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can try it as somebody else")
@pytest.mark.parametrize("ending", ["", "-wal"])
def test_a_file_of_another_owner_is_named_in_words(open_to_all, ending):
    path = open_to_all / "bot.db"
    keeper = Store(path, policy=Policy())  # keeps its -wal there
    for name in ("", "-wal", "-shm"):
        os.chown(f"{path}{name}", 65534, 65534)
    os.chown(open_to_all, 65534, 65534)
    os.chown(f"{path}{ending}", 0, 0)
    code = (
        "import os, sys; sys.path.insert(0, sys.argv[2])\n"
        "from pathlib import Path\nfrom storage.base.db import Store\nfrom storage.base.policy import Policy\n"
        "from storage.base.errors import UserError\n"
        "policy = Policy(); os.setgid(65534); os.setuid(65534)\n"
        "try:\n    Store(Path(sys.argv[1]), policy=policy)\nexcept UserError as error:\n    print(error)\n"
    )
    root = str(Path(__file__).resolve().parents[2])
    said = subprocess.run(
        [sys.executable, "-c", code, str(path), root], capture_output=True, text=True, timeout=60, check=False
    )
    keeper.close()
    assert "by this user" in said.stdout, said.stderr
    assert str(path) in said.stdout


def test_a_damaged_file_of_an_older_bot_is_refused_before_it_is_migrated(tmp_path):
    path = tmp_path / "bot.db"
    Store(path, policy=Policy()).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE INDEX lost ON people(email)")
        db.execute("PRAGMA user_version = 1")
        root = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'lost'").fetchone()[0]
        page = db.execute("PRAGMA page_size").fetchone()[0]
    data = bytearray(path.read_bytes())
    data[page * (root - 1) : page * root] = b"\xff" * page
    path.write_bytes(data)
    with pytest.raises(UserError, match="damaged"):
        Store(path, policy=Policy())
    assert path.read_bytes() == bytes(data)


def test_all_that_one_request_writes_shares_one_wait_for_a_busy_file(tmp_path):
    store = Store(tmp_path / "bot.db", policy=Policy())
    # Through the library of the bot: locks of two that share a process do not see each other.
    with closing(sqlite_utils.utils.sqlite3.connect(tmp_path / "bot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waits, begin = [], store.engine.begin

        def begun(db, until):
            waits.append(until - time.monotonic())
            return begin(db, until)

        store.engine.begin = begun
        with store.one_wait():
            for _ in range(2):
                with pytest.raises(UserError, match="busy"), store.write(NOW):
                    pass
        store.engine.begin = begin
        assert waits[0] > BARELY, "the first waits as long as anybody does"
        assert waits[1] <= BARELY, "of the wait next to nothing is left"
        other.execute("ROLLBACK")
    with store.write(NOW):
        pass
    store.close()


def test_threads_that_ended_leave_no_connection_behind(tmp_path):
    """Seen failing: each pull, round of webhooks and import left one, until the bot could open no more files."""
    with closing(Store(tmp_path / "bot.db", policy=Policy())) as store:
        made, connect = [], store.engine.connect
        store.engine.connect = lambda: made.append(connect()) or made[-1]
        for _ in range(20):
            with ThreadPoolExecutor(1) as executor:
                assert executor.submit(lambda: store.connection().execute("SELECT 1").fetchone()[0]).result() == 1
        assert len(made) == 20
        open_still = 0
        for one in made:
            with suppress(sqlite_utils.utils.sqlite3.ProgrammingError):
                one.execute("SELECT 1")
                open_still += 1
        assert open_still == 1
