"""The file fails while the bot runs: full, damaged, locked, gone. People and operations hear so in words, nothing is half done."""

import threading
import time
from contextlib import closing

import pytest
from sqlite_utils.utils import sqlite3

from storage.base import sqlite as sqlite_engine
from storage.base.backup import back_up, restore
from storage.base.db import Store
from storage.base.policy import Policy
from tests.cta.conftest import NOW, a_book
from tests.delivery.test_machine import until

pytestmark = pytest.mark.of_a_file
OPERATIONS = "#cs-operations"
BUSY = "The database is busy with something larger. Try again in a moment; nothing was changed."


@pytest.fixture
def acme(slack, make_world):
    """The running bot with a small book, whose operations have a channel."""
    slack.start_at(NOW.replace(hour=15))
    return a_book(make_world(operations_channel=OPERATIONS))


def counts(world):
    return world.rows("SELECT (SELECT count(*) FROM ctas) AS ctas, (SELECT count(*) FROM audit) AS audit")


def told(world):
    """What operations were told, past the outbox."""
    found = [entry["text"] for entry in world.log.entries("posted", channel=world.channel_id(OPERATIONS))]
    world.allow_messages()
    return found


def test_a_full_disk_is_named_to_the_person_and_to_operations_once(acme, monkeypatch):
    (pages,) = acme.db.execute("PRAGMA page_count").fetchone()
    # Each connection made from now on finds no room; those there are told so at once.
    monkeypatch.setattr(sqlite_engine, "_PRAGMAS", (*sqlite_engine._PRAGMAS, f"PRAGMA max_page_count={pages}"))
    for connection in acme.store._open.values():
        connection.execute(f"PRAGMA max_page_count={pages}")
    note = " ".join(["a word that needs its room"] * 100)
    cases = ("ci", "cd", "scm", "devsecops", "package")  # the first may find room in pages that are there
    said = [
        acme.as_("maya").command(f"/cta open Initech expand {case} note {note}", channel="dm").text for case in cases
    ]
    said, before = [text for text in said if "Opened" not in text], counts(acme)
    assert said
    assert all("bot.db is full. Free some space there; nothing was changed." in text for text in said)
    assert not any("E-" in text for text in said)
    assert ["is full" in text for text in told(acme)] == [True]
    assert counts(acme) == before


def test_a_damaged_page_is_said_in_words_and_operations_hear_of_it(acme, monkeypatch):
    def damaged(*_, **__):
        raise sqlite3.DatabaseError("database disk image is malformed")

    monkeypatch.setattr("storage.cta.lists.page", damaged)
    said = acme.as_("maya").command("/cta list all", channel="dm").text
    assert "is damaged. Stop the bot and restore a backup" in said
    assert "E-" not in said
    assert ["is damaged" in text for text in told(acme)] == [True]


def test_a_file_that_another_keeps_locked_is_waited_for_once_and_in_time(acme):
    with closing(sqlite3.connect(acme.store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = {}

        def command(case):
            said[case] = acme.as_("maya").command(f"/cta open Acme expand {case}", channel="dm").text

        people = [threading.Thread(target=command, args=(case,)) for case in ("ci", "cd", "scm", "monitor")]
        for person in people:
            person.start()
        for person in people:
            person.join()
        other.execute("ROLLBACK")
    assert all(BUSY in text for text in said.values()), (
        said
    )  # Slack, which waits three seconds, says else that we failed


def test_both_waits_share_one_deadline(tmp_path, monkeypatch):
    """Waiting for the other threads counts: seen failing where the wait for the file began anew."""
    store = Store(tmp_path / "bot.db", policy=Policy())
    deadlines, waits = [], threading.Event()
    take_lock, wait = store.engine.begin, store._wait

    def taken(db, until=None):
        deadlines.append(until)
        return take_lock(db, until)

    def waiting():
        waits.set()
        return wait()

    monkeypatch.setattr(store.engine, "begin", taken)
    monkeypatch.setattr(store, "_wait", waiting)

    def write():
        with store.write(NOW):
            pass

    writer = threading.Thread(target=write)
    with store._turn:
        writer.start()
        assert waits.wait(30)
        asked_by = time.monotonic()
    writer.join()
    store.close()
    assert deadlines[0] <= asked_by + sqlite_engine.BUSY_SECONDS


def test_a_button_of_the_time_that_a_restore_lost_closes_nobody_elses_cta(slack, make_world, tmp_path):
    slack.start_at(NOW.replace(hour=15))
    world = a_book(make_world(database=tmp_path / "bot.db"))
    back_up(tmp_path / "bot.db", tmp_path / "copy.db")
    maya = slack.as_("maya")
    maya.command("/cta open Acme expand ci", channel="#acme").expect("Opened")
    card = slack.expect_message("#acme", "Expand: CI")
    world.posted()
    world.stop()
    restore(tmp_path / "copy.db", tmp_path / "bot.db", slack.now)

    world = make_world(database=tmp_path / "bot.db")
    assert "Opened" in maya.command("/cta open Initech expand cd", channel="dm").text
    (fresh,) = world.rows("SELECT id, status FROM ctas")
    assert fresh["id"] > 1000
    card.by("maya").click("Success")
    world.after_acks()
    slack.allow_messages()
    assert world.rows("SELECT id, status FROM ctas") == [fresh]


def test_what_was_committed_is_in_the_file_itself_within_a_minute(acme, tmp_path):
    """A plain copy of the file alone lacks little; seen failing without the checkpoint of each minute."""
    acme.as_("maya").command("/cta open Initech expand ci", channel="dm")
    machine = acme.bot.machine
    until(lambda: machine._duty)

    def stands_in_the_file():
        machine._plan()  # as each minute; somebody who reads just then holds up what they read
        (tmp_path / "alone.db").write_bytes(acme.store.path.read_bytes())
        with closing(sqlite3.connect(tmp_path / "alone.db")) as copy:
            return copy.execute("SELECT count(*) FROM ctas").fetchone()[0] == 1

    until(stands_in_the_file)
    acme.allow_messages()
