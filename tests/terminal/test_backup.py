"""`backup` and `migrate`: a checked copy while the bot runs, and what the file's schema was and is."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from storage.base import backup, trouble
from storage.base.errors import UserError
from storage.base.migrations import migrations

pytestmark = pytest.mark.of_a_file

ROOT = Path(__file__).parents[2]


def test_a_backup_holds_what_was_committed_while_somebody_writes(desk):
    desk.take("accounts", "name\nAcme\n")
    with desk.unit() as unit:
        unit.db.execute("UPDATE accounts SET region = 'uncommitted'")
        status, out, err = desk.run("backup", desk.folder / "copy.db")
    assert (status, out) == (0, "")
    assert "checked copy" in err
    with closing(sqlite3.connect(desk.folder / "copy.db")) as copy:
        assert copy.execute("SELECT name, region FROM accounts").fetchall() == [("Acme", None)]
    assert sorted(p.name for p in desk.folder.glob("copy*")) == ["copy.db"]


def test_a_backup_overwrites_only_by_force_and_never_the_database_itself(desk):
    assert desk.run("backup", desk.folder / "copy.db")[0] == 2
    desk.take("accounts", "name\nAcme\n")
    target = desk.file("precious", "copy.db")
    status, _, err = desk.run("backup", target)
    assert (status, target.read_text()) == (2, "precious")
    assert "exists already. Name another file, or overwrite it with --force." in err
    assert desk.run("backup", target, "--force")[0] == 0
    assert "is the database itself" in desk.run("backup", desk.folder / "bot.db", "--force")[2]


@pytest.mark.parametrize(
    ("driver", "free", "words"),
    [
        ("attempt to write a readonly database", 1 << 30, "{} can't be written by this user. Give the file,"),
        ("unable to open database file", 1 << 30, "{} can't be opened by this user. Give the file,"),
        ("disk I/O error", 1 << 30, "The disk of {} fails: disk I/O error. Look at the disk,"),
        ("disk I/O error", 0, "The disk of {} is full. Free some space there; nothing was changed."),
    ],
)
def test_whose_the_file_is_and_how_its_disk_is_comes_before_what_it_may_be(desk, monkeypatch, driver, free, words):
    """Seen failing while what SQLite says was shown of each: "no usable database", "no backup of this bot", a disk that fails."""

    def connect(*_, **__):
        raise backup.sqlite3.OperationalError(driver)

    monkeypatch.setattr(trouble.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    path = desk.file("", "bot.db")
    monkeypatch.setattr(backup.sqlite3, "connect", connect)
    for ask in (backup.schema_version, backup._refuse_foreign):
        with pytest.raises(UserError) as refused:
            ask(path)
        assert str(refused.value).startswith(words.format(path))


@pytest.mark.parametrize(
    ("content", "reason"), [("surely no database\n" * 99, "file is not a database"), ("", "no such table: meta")]
)
def test_a_backup_of_what_is_no_database_blames_the_source(desk, content, reason):
    path = desk.file(content, "bot.db")
    status, _, err = desk.run("backup", desk.folder / "copy.db")
    assert (status, err) == (2, f"{path} is no usable database: {reason}. CTA_BOT_DB says where it is.\n")
    assert not list(desk.folder.glob("copy*"))


@pytest.mark.parametrize("target", ["nowhere/copy.db"])
def test_a_backup_that_can_not_be_written_says_so(desk, target):
    desk.take("accounts", "name\nAcme\n")
    status, _, err = desk.run("backup", desk.folder / target)
    assert status == 2
    assert "can't be written" in err
    assert "Errno" not in err, "what a system says of the partial copy is for no reader"


def test_migrate_tells_the_versions(desk):
    newest = len(migrations())
    path = desk.folder / "bot.db"
    assert desk.run("migrate")[2] == f"{path} is new, from schema 0 to {newest}.\n"
    assert desk.run("migrate")[2] == f"{path} is at schema {newest} already.\n"


@pytest.mark.parametrize("command", [("migrate",), ("export", "ctas"), ("outbox", "list")])
def test_a_file_that_is_no_database_is_named_without_a_traceback(desk, command):
    path = desk.file("surely no database\n" * 99, "bot.db")
    status, out, err = desk.run(*command)
    assert (status, out) == (2, "")
    assert err == f"{path} is no usable database: file is not a database. CTA_BOT_DB says where it is.\n"


def test_nothing_takes_the_place_of_a_pipe_or_a_device(desk, tmp_path):
    """Seen failing: `backup --force` moved the copy over it, and root's --rejects /dev/null took it away for all."""
    os.mkfifo(tmp_path / "pipe")
    desk.take("accounts", "name\nAcme\n")
    status, _, err = desk.run("backup", tmp_path / "pipe", "--force")
    assert (status, "is no file" in err) == (2, True)
    assert (tmp_path / "pipe").is_fifo()
    (tmp_path / "nowhere").symlink_to("/dev/null")
    desk.file("name,arr\nAcme,much\n")
    assert desk.run("import", "accounts", desk.folder / "file.csv", "--rejects", tmp_path / "nowhere")[0] == 1
    assert (tmp_path / "nowhere").is_symlink()


@pytest.mark.parametrize("command", [("manifest",), ("export", "accounts")])
def test_what_can_not_be_written_to_the_end_is_said_in_words(desk, command):
    """Seen failing with a traceback."""
    desk.take("accounts", "name\nAcme\n")
    environment = os.environ | {"CTA_BOT_DB": str(desk.folder / "bot.db")}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "bot.py", *command],
            cwd=ROOT,
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, "No space left on device" in done.stderr) == (2, True)
    assert "Traceback" not in done.stderr
