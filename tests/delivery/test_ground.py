"""What delivery stands on: units of work that wait their turn, keys that are unique, a disk that is waited for."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlite_utils.utils import sqlite3

from storage.base.db import Store
from storage.base.errors import Repeated
from tests.delivery.test_machine import until


@pytest.mark.of_a_file
def test_every_commit_waits_for_the_disk(office):
    (full,) = office.db.execute("PRAGMA synchronous").fetchone()
    (journal,) = office.db.execute("PRAGMA journal_mode").fetchone()
    assert (full, journal) == (2, "wal")


def test_there_is_one_row_for_a_key_whatever_became_of_it(office):
    office.note("notice:1", to="C0000ACME")
    office.deliver()
    office.note("notice:1", to="C0000ACME")
    office.note("notice:1", to="maya")
    office.deliver()
    assert office.keys() == ["notice:1"]
    assert office.db.execute("SELECT count(*) FROM outbox").fetchone()[0] == 1


def test_a_command_that_comes_twice_is_carried_out_once(office):
    def carry_out(said, *, failing=False):
        with office.store.write(office.now, key="Ev1") as unit:
            unit.db.execute("INSERT INTO meta(key, value) VALUES (?, '')", (said,))
            unit.keep_answer(said)
            if failing:
                raise RuntimeError("its own work is in its way")

    carry_out("done")
    for failing in (False, True):
        with pytest.raises(Repeated) as again:
            carry_out("done again", failing=failing)
        assert again.value.answer == "done"
    assert office.db.execute("SELECT count(*) FROM meta WHERE key LIKE 'done%'").fetchone()[0] == 1


@pytest.mark.of_a_file
@pytest.mark.parametrize("how", ["the commit fails", "the transaction is gone"])
def test_what_could_not_be_committed_is_in_nobodys_way(office, how):
    def fail():
        with office.store.write(office.now) as unit:
            if how == "the commit fails":
                unit.db.execute("PRAGMA defer_foreign_keys = ON")
                unit.db.execute("INSERT INTO tasks(cta_id, position, title) VALUES (999, 1, 'x')")
            else:
                unit.db.execute("INSERT OR ROLLBACK INTO meta(key, value) VALUES ('a', ''), ('a', '')")

    with pytest.raises(sqlite3.IntegrityError):
        fail()
    with office.store.write(office.now) as unit:
        unit.db.execute("INSERT INTO meta(key, value) VALUES ('a', '')")
    assert office.db.execute("SELECT count(*) FROM meta WHERE key = 'a'").fetchone()[0] == 1
    assert office.db.execute("SELECT count(*) FROM tasks").fetchone()[0] == 0


def test_two_processes_that_read_and_then_write_wait_for_each_other(office):
    """A deferred BEGIN fails at once with "database is locked", whatever the busy time-out."""
    another = Store(office.database, policy=office.policy)
    with office.write() as unit:
        unit.db.execute("INSERT INTO meta(key, value) VALUES ('n', '0')")

    def count(store):
        for _ in range(60):
            with store.write(office.now) as unit:
                (n,) = unit.db.execute("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'n'").fetchone()
                unit.db.execute("UPDATE meta SET value = ? WHERE key = 'n'", (str(n + 1),))

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(count, store) for store in (office.store, another, office.store, another)]:
            done.result()
    assert office.db.execute("SELECT value FROM meta WHERE key = 'n'").fetchone()[0] == "240"
    another.close()


def test_the_client_that_posts_never_posts_twice_by_itself(world):
    assert world.bot.machine.sender.client.retry_handlers == []
    world.faults.add("reset", "chat.postMessage", takes_effect=True)
    world.allow_messages()
    from storage.base import outbox
    from storage.base.outbox_row import Draft

    with world.unit() as unit:
        draft = Draft("notice:1", "notice", "channel:C0000ACME", "C0000ACME", world.now, payload={"notice": "one"})
        outbox.put(unit, draft)
    world.bot.machine.wake()
    world.expect_message("#acme", "notice")
    until(lambda: world.rows("SELECT 1 FROM outbox WHERE state = 'unknown'"))
    assert len(world.log.entries("posted", channel="C0000ACME", source="chat.postMessage")) == 1
