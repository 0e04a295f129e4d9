"""`restore`, and what a copy of the file promises: nothing lost, nothing said twice, no id given out again."""

import fcntl
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils

from storage.base.backup import back_up, is_in_use, restore
from storage.base.db import Store
from storage.base.errors import UserError
from storage.base.policy import Policy
from storage.base.sqlite import migrate
from storage.base.upkeep import RESTORED
from tests.importing.conftest import NOW
from tests.terminal.test_database import damage, damage_schema

pytestmark = pytest.mark.of_a_file

ROOT = Path(__file__).parents[2]
HOLD = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('SELECT count(*) FROM meta').fetchone(); print('open', flush=True); sys.stdin.read()"


def names(path):
    with closing(sqlite3.connect(path)) as db:
        return [row[0] for row in db.execute("SELECT name FROM accounts ORDER BY id")]


@pytest.fixture
def backed_up(desk):
    """A backup that knows Acme, and a database that knows Globex as well, left as a killed process leaves it."""
    desk.take("accounts", "name\nAcme\n")
    assert desk.run("backup", desk.folder / "copy.db")[0] == 0
    desk.take("accounts", "name\nGlobex\n")
    # What a kill leaves: the file, and what was committed last in its -wal.
    for ending in ("", "-wal", "-shm"):
        shutil.copy(desk.folder / f"bot.db{ending}", desk.folder / f"killed.db{ending}")
    desk.store.close()
    desk._store = None
    for ending in ("", "-wal", "-shm"):
        (desk.folder / f"bot.db{ending}").unlink(missing_ok=True)
        (desk.folder / f"killed.db{ending}").rename(desk.folder / f"bot.db{ending}")
    return desk


def test_restore_takes_the_wal_along_and_keeps_what_it_replaced(backed_up):
    status, out, err = backed_up.run("restore", backed_up.folder / "copy.db")
    assert (status, out) == (0, "")
    kept = next(p for p in backed_up.folder.glob("bot.db.replaced-*") if not p.name.endswith(("-wal", "-shm")))
    assert f"What it replaced is kept as {kept}." in err
    assert not (backed_up.folder / "bot.db-wal").exists()
    assert names(backed_up.folder / "bot.db") == ["Acme"]
    assert names(kept) == ["Acme", "Globex"]
    assert (backed_up.folder / "copy.db").exists()


def test_ids_after_a_restore_are_none_that_slack_may_show(backed_up):
    last = 2  # Globex, of which the backup knows nothing
    backed_up.run("restore", backed_up.folder / "copy.db")
    backed_up.take("accounts", "name\nHooli\n")
    found = backed_up.row("SELECT id FROM accounts WHERE name = 'Hooli'")["id"]
    assert last + 1000 < found <= 10_002  # backup and restore leave them behind once, not each


def test_the_same_backup_brought_back_again_gives_out_no_id_of_the_time_between(backed_up):
    backed_up.run("restore", backed_up.folder / "copy.db")
    backed_up.take("accounts", "name\nHooli\n")
    between = backed_up.row("SELECT id FROM accounts WHERE name = 'Hooli'")["id"]
    backed_up.store.close()
    backed_up._store = None
    assert backed_up.run("restore", backed_up.folder / "copy.db")[0] == 0
    backed_up.take("accounts", "name\nInitech\n")
    assert backed_up.row("SELECT id FROM accounts WHERE name = 'Initech'")["id"] > between


def next_ids(path):
    """What each table's next record would get for an id, as SQLite itself gives it out."""
    with closing(sqlite_utils.utils.sqlite3.connect(path)) as db:
        found = {}
        for table, sql in db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall():
            if not re.search(r"\bid INTEGER PRIMARY KEY", sql) or "fts" in table:
                continue
            last = db.execute(f"SELECT max(id) FROM {table}").fetchone()[0] or 0
            kept = db.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
            found[table] = max(last, kept[0] if kept and "AUTOINCREMENT" in sql else 0) + 1
        return found


@pytest.mark.parametrize(
    "way", ["restored", "restored though nothing can be read of what was there", "moved into place by hand"]
)
@pytest.mark.parametrize("made_by", ["this bot", "an older bot"])
def test_no_record_of_any_kind_gets_an_id_that_a_button_of_the_time_between_may_hold(backed_up, way, made_by):
    copy, path = backed_up.folder / "copy.db", backed_up.folder / "bot.db"
    if made_by == "an older bot":
        copy.unlink()
        old = sqlite_utils.utils.sqlite3.connect(copy, isolation_level=None)
        migrate(old, 9)
        old.execute("INSERT INTO meta VALUES ('alive_at', ?)", (RESTORED,))
        old.execute("INSERT INTO sqlite_sequence VALUES ('accounts', 10000), ('ctas', 10000)")
        old.close()
    between = next_ids(path)
    assert {"people", "accounts", "ctas", "outbox"} <= set(between)
    if way == "moved into place by hand":
        shutil.copy(copy, path)
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    else:
        if way != "restored":
            damage(path)
        assert backed_up.run("restore", copy)[0] == 0
    Store(path, policy=Policy()).close()
    given = next_ids(path)
    assert set(given) == set(between)
    assert {table for table, number in given.items() if number < between[table]} == set()
    if way != "restored":
        assert {table for table, number in given.items() if number <= 10_000} == set()


def test_two_restores_in_one_second_keep_both_of_what_they_replaced(backed_up):
    for _ in range(2):
        assert backed_up.run("restore", backed_up.folder / "copy.db")[0] == 0
    kept = [p for p in backed_up.folder.glob("bot.db.replaced-*") if not p.name.endswith(("-wal", "-shm"))]
    assert sorted(map(names, kept)) == [["Acme"], ["Acme", "Globex"]]
    assert names(backed_up.folder / "bot.db") == ["Acme"]


RESTORING = """
import os, sys, datetime, pathlib
sys.path.insert(0, sys.argv[1])
from storage.base import backup
left = int(sys.argv[2])
def watch(event, arguments):
    global left
    if event in {"os.rename", "os.remove", "os.link"} and "bot.db" in str(arguments) and ".part" not in str(arguments[0]) or event == "os.rename":
        left -= 1
        if left < 0:
            os._exit(9)
sys.addaudithook(watch)
folder = pathlib.Path(sys.argv[3])
backup.restore(folder / "copy.db", folder / "bot.db", datetime.datetime(2026, 11, 21, 9))
"""


@pytest.mark.parametrize("steps", range(9))
def test_a_restore_that_is_killed_between_two_steps_leaves_the_old_file_or_the_new_one(backed_up, steps):
    root = str(Path(__file__).resolve().parents[2])
    killed = subprocess.run(
        [sys.executable, "-c", RESTORING, root, str(steps), str(backed_up.folder)],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert killed.returncode in (0, 9), killed.stderr
    assert killed.returncode == 9 or steps > 1
    assert names(backed_up.folder / "bot.db") in (["Acme"], ["Acme", "Globex"])
    assert backed_up.run("restore", backed_up.folder / "copy.db")[0] == 0  # and the next one is not in its way
    assert names(backed_up.folder / "bot.db") == ["Acme"]


def test_no_restore_or_start_takes_the_place_of_what_is_no_file(backed_up, tmp_path):
    """Seen failing: with CTA_BOT_DB=/dev/null root's `restore` took the device away for all, and a folder was a bug."""
    backup = next(path for path in backed_up.folder.glob("*.db") if path.name != "bot.db")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    for name in ("folder", "pipe", "link"):
        path = tmp_path / name
        before = path.lstat()
        for attempt in (
            lambda path=path: restore(backup, path, NOW),
            lambda path=path: back_up(path, tmp_path / "copy.db"),
            lambda path=path: is_in_use(path),
            lambda path=path: Store(path, policy=Policy()),
        ):
            with pytest.raises(UserError, match="is no file"):
                attempt()
        with pytest.raises(UserError, match="There is no file"):
            restore(path, tmp_path / "new.db", NOW)
        assert path.lstat() == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.name in ("folder", "pipe", "link", "new.db")) == [
        "folder", "link", "pipe",
    ]  # fmt: skip


def test_a_database_or_backup_behind_a_link_stays_where_the_link_leads(backed_up, tmp_path):
    """Seen failing: the copy took the link's place, and the database had moved to another disk."""
    backup = next(path for path in backed_up.folder.glob("*.db") if path.name != "bot.db")
    disk = tmp_path / "disk"
    disk.mkdir()
    for name, put in (("bot.db", lambda path: restore(backup, path, NOW)),
                      ("copy.db", lambda path: back_up(backup, path, overwrite=True))):  # fmt: skip
        shutil.copy(backup, disk / name)
        old = (disk / name).stat().st_ino
        link = tmp_path / f"link-{name}"
        link.symlink_to(disk / name)
        put(link)
        assert link.is_symlink()
        assert (disk / name).stat().st_ino != old
    assert not [path for path in tmp_path.iterdir() if "replaced" in path.name]
    assert [path for path in disk.iterdir() if "bot.db.replaced" in path.name]


def test_what_a_killed_copy_left_goes_with_the_next_one(backed_up):
    """Seen left for good, with all that it held; one that another process makes just now stays."""
    old, young = (backed_up.folder / f"bot.db.{pid}.part" for pid in (7, 8))
    for path in (old, old.with_name(f"{old.name}-journal"), young):
        path.touch()
        if path != young:
            os.utime(path, (0, 0))
    restore(backed_up.folder / "copy.db", backed_up.folder / "bot.db", NOW)
    assert sorted(path.name for path in backed_up.folder.glob("*.part*")) == [young.name]


def test_a_restore_waits_for_no_other_one(backed_up):
    folder = os.open(backed_up.folder, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        status, _, err = backed_up.run("restore", backed_up.folder / "copy.db")
    finally:
        os.close(folder)
    assert status == 2
    assert "Another restore is under way" in err
    assert names(backed_up.folder / "bot.db") == ["Acme", "Globex"]


@pytest.mark.parametrize("where", [damage, damage_schema])
def test_a_damaged_database_is_kept_as_it_was_with_its_wal(backed_up, where):
    """Seen failing where the schema is damaged: `restore` itself ended in a traceback."""
    names(backed_up.folder / "bot.db")  # folds the -wal into it
    where(backed_up.folder / "bot.db")
    (backed_up.folder / "bot.db-wal").write_bytes(b"of another file")
    before = [(backed_up.folder / f"bot.db{ending}").read_bytes() for ending in ("", "-wal")]
    assert backed_up.run("restore", backed_up.folder / "copy.db")[0] == 0
    kept = next(p for p in backed_up.folder.glob("bot.db.replaced-*") if not p.name.endswith(("-wal", "-shm")))
    assert [kept.with_name(kept.name + ending).read_bytes() for ending in ("", "-wal")] == before
    assert names(backed_up.folder / "bot.db") == ["Acme"]


def test_a_backup_moved_into_place_by_hand_gives_out_no_id_again_either(backed_up):
    for ending in ("", "-wal", "-shm"):
        (backed_up.folder / f"bot.db{ending}").unlink(missing_ok=True)
    shutil.copy(backed_up.folder / "copy.db", backed_up.folder / "bot.db")
    backed_up.take("accounts", "name\nHooli\n")
    assert backed_up.row("SELECT id FROM accounts WHERE name = 'Hooli'")["id"] > 1000


def test_restore_refuses_while_a_bot_has_the_file_open(backed_up):
    path = backed_up.folder / "bot.db"
    bot = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert bot.stdout.readline() == b"open\n"
        status, _, err = backed_up.run("restore", backed_up.folder / "copy.db")
    finally:
        bot.communicate()
    assert status == 2
    assert f"{path} is in use. Stop the bot" in err
    assert names(path) == ["Acme", "Globex"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "There is no file"),
        (b"surely no database\n" * 99, "is no usable database: file is not a database. It is no backup of this bot."),
        (b"", "is of another program: it holds other tables. It is no backup of this bot."),
        ("another program's", "is of another program: it holds other tables. It is no backup of this bot."),
        ("newer", "was written by a newer CTA Bot (schema 99"),
        ("damaged", "copy.db is damaged ("),
        ("damaged at its beginning", "copy.db is damaged ("),
        ("damaged in its schema", "copy.db is damaged ("),
        ("itself", "is the database itself"),
    ],
)
def test_restore_refuses_what_is_no_backup_and_changes_nothing(backed_up, content, words):
    backup = backed_up.folder / "copy.db"
    if content is None:
        backup.unlink()
    elif isinstance(content, bytes):
        backup.write_bytes(content)
    elif content == "newer":
        with closing(sqlite3.connect(backup)) as db:
            db.execute("PRAGMA user_version = 99")
    elif content == "another program's":
        backup.unlink()
        with closing(sqlite3.connect(backup)) as db:
            db.executescript("CREATE TABLE meta(key, value); PRAGMA user_version = 3;")
    elif content == "damaged in its schema":
        damage_schema(backup)
    elif content.startswith("damaged"):
        start = 100 if "beginning" in content else 4096
        data = bytearray(backup.read_bytes())
        data[start:40960] = b"\xff" * (40960 - start)
        backup.write_bytes(data)
    else:
        backup = backed_up.folder / "bot.db"
    status, _, err = backed_up.run("restore", backup)
    assert status == 2
    assert words in err
    assert names(backed_up.folder / "bot.db") == ["Acme", "Globex"]
    assert not [p.name for p in backed_up.folder.iterdir() if "replaced" in p.name or p.name.endswith(".part")]


def test_what_holds_customers_data_is_for_its_owner_alone(backed_up):
    backed_up.run("restore", backed_up.folder / "copy.db")
    for name in ("bot.db", "copy.db"):
        assert stat.S_IMODE((backed_up.folder / name).stat().st_mode) == 0o600, name


def test_rejected_lines_are_for_their_owner_alone(desk):
    desk.run("import", "accounts", desk.file("name,renewal date\nAcme,\nGlobex,never\n", "crm.csv"), "--skip-rejected")
    assert stat.S_IMODE((desk.folder / "crm.rejects.csv").stat().st_mode) == 0o600


def test_a_file_that_export_fills_is_for_its_owner_alone(desk):
    desk.take("accounts", "name\nAcme\n")
    before = os.umask(0o022)
    try:
        for name, held, mode in (("new.csv", "", 0o600), ("grown.csv", "more\n", 0o644)):
            path = desk.file(held, name)
            with path.open("a") as out:
                env = {**os.environ, "CTA_BOT_DB": str(desk.folder / "bot.db")}
                subprocess.run(
                    [sys.executable, "bot.py", "export", "accounts"], cwd=ROOT, env=env, stdout=out, check=True
                )
            assert "Acme" in path.read_text()
            assert stat.S_IMODE(path.stat().st_mode) == mode, name
    finally:
        os.umask(before)
