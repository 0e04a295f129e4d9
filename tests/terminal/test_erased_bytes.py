"""What `people erase` takes out, and what is dropped by its age, is in no byte of the file, nor of a backup of it."""

import re
from pathlib import Path
from unittest.mock import Mock

import pytest

from storage.base import sqlite
from storage.base.backup import back_up
from storage.base.errors import FileTrouble
from tests.account.books import MAYA
from tests.terminal.test_erase import leave, run, tell

AREAS = ("onboarding", "health", "calls", "escalations", "surveys", "sales")


@pytest.fixture
def book(make_book):
    return make_book(*AREAS)


@pytest.mark.of_a_file
@pytest.mark.parametrize("older", [False, True], ids=["this bot's file", "an older bot's file"])
def test_nothing_is_left_in_the_bytes_of_the_file_or_of_a_backup(make_book, tmp_path, monkeypatch, older):
    """Seen failing without `write_anew`."""
    if older:
        monkeypatch.setattr(sqlite, "_PRAGMAS", [one for one in sqlite._PRAGMAS if "secure_delete" not in one])
    book = make_book(*AREAS)
    tell(book)
    leave(book)
    assert b"zebra" in book.store.path.read_bytes() + Path(f"{book.store.path}-wal").read_bytes()
    run(book, "erase", MAYA, "--yes")
    back_up(book.store.path, tmp_path / "copy.db")
    for path in (book.store.path, Path(f"{book.store.path}-wal"), tmp_path / "copy.db"):
        found = path.read_bytes().lower()
        assert not [word for word in (b"zebra", b"maya rosen", MAYA.encode(), b"u0000maya") if word in found], path


@pytest.mark.of_a_file
def test_what_is_dropped_is_not_left_in_the_file(book):
    """Seen failing without `secure_delete`."""
    with book.unit() as unit:
        for number in range(40):
            row = (f"k{number}", f"zebra {number} " * 700, unit.at)
            unit.db.execute("INSERT INTO inbox(key, answer, received_at) VALUES (?, ?, ?)", row)
    book.store.checkpoint()
    assert b"zebra" in book.store.path.read_bytes()
    with book.unit() as unit:
        unit.db.execute("DELETE FROM inbox")
    book.store.checkpoint()
    assert b"zebra" not in book.store.path.read_bytes()


def test_where_the_file_can_not_be_written_anew_it_is_said_and_can_be_made_up_for(book, capsys, monkeypatch):
    leave(book)
    with monkeypatch.context() as patch:
        patch.setattr(type(book.store), "write_anew", Mock(side_effect=FileTrouble("There is no room.", "Make some.")))
        run(book, "erase", MAYA, "--yes")
    said = capsys.readouterr().err
    assert "still in the file's free space, and in backups of it: There is no room." in said
    (again,) = re.findall(r"people (erase \S+ --yes)", said)
    assert run(book, *again.split()) == 0
    assert "free space" not in capsys.readouterr().err
