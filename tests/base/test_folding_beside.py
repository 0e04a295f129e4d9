"""A log that one large unit has filled: who folds it, while others write, read and wait for answers."""

import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest

from storage.base import sqlite
from storage.base.db import Store

pytestmark = pytest.mark.of_a_file
_LOCKED = (
    "import fcntl,sys; f=open(sys.argv[1],'r+b'); fcntl.lockf(f,fcntl.LOCK_EX,1,121); print(); sys.stdin.readline()"
)
"""Another process that folds the log: it holds the byte of the -shm file by which SQLite says so."""


@pytest.fixture
def large(make_book):
    """A store whose log holds what one large unit wrote, not folded yet."""
    book = make_book()
    db = book.store.engine.connect()
    db.execute("PRAGMA wal_autocheckpoint=0")
    db.execute("CREATE TABLE large(x)")
    db.executemany("INSERT INTO large VALUES (?)", [("x" * 100_000,)] * 80)
    yield book
    db.close()


@contextmanager
def beside(work):
    failed = []

    def worked():
        try:
            work()
        except Exception as error:  # noqa: BLE001 - told by the test's own thread
            failed.append(error)

    thread = threading.Thread(target=worked)
    thread.start()
    yield thread
    thread.join()
    assert not failed


def anew(book):
    """As another process writes the file anew."""
    store = Store(book.store.path, policy=book.store.policy)
    try:
        store.write_anew()
    finally:
        store.close()


def test_who_waits_for_an_answer_folds_no_long_log(large, monkeypatch):
    """Seen failing without `_fold_beside`: after a file was written anew the next command took over three seconds."""
    monkeypatch.setattr(sqlite, "_LONG_LOG", 4_000_000)
    before = large.store.path.stat().st_size
    with large.unit() as unit:
        unit.db.execute("INSERT INTO large VALUES ('x')")
    assert large.store.path.stat().st_size == before
    large.store.checkpoint()
    assert large.store.path.stat().st_size > before + 4_000_000


def test_a_file_is_written_anew_though_a_running_bot_folds_its_log(large):
    """Seen failing without a second try: it was said that what was erased still stands in it."""
    command = [sys.executable, "-c", _LOCKED, f"{large.store.path}-shm"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        with beside(lambda: anew(large)) as thread:
            thread.join(0.5)
            assert thread.is_alive()
            other.communicate(b"\n")


def test_while_somebody_reads_the_file_that_is_written_anew_others_write(large):
    """A backup, say. Seen failing with SQLite's own waiting: it keeps writers out for that long."""
    reader = large.store.engine.connect()
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM large").fetchone()
    with beside(lambda: anew(large)) as thread:
        thread.join(0.5)
        assert thread.is_alive()
        with large.unit() as unit:
            unit.db.execute("INSERT INTO large VALUES ('x')")  # the reader goes on until it is written
        reader.execute("ROLLBACK")
    reader.close()
