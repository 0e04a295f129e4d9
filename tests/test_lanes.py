"""After an ack each person waits for their own answers alone."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from handlers.door.guard import guard
from handlers.door.lanes import Lanes
from tests.account.books import MEMBERS
from tests.delivery.test_machine import until


def test_one_person_whose_answers_hang_keeps_nobody_waiting():
    release, order = threading.Event(), []
    with ThreadPoolExecutor(2) as executor:
        lanes = Lanes(executor)
        for number in range(40):
            lanes.submit(lambda number=number: (release.wait(30), order.append(number)), "maya")
        done = threading.Event()
        lanes.submit(done.set, "tom")
        assert done.wait(30), "tom waits for maya's answers"
        assert order == []
        assert not lanes.wait(0)
        release.set()
        assert lanes.wait(30)
    assert order == list(range(40)), "in the order in which they came"


def test_work_that_fails_does_not_end_its_lane():
    with ThreadPoolExecutor(1) as executor:
        lanes, done = Lanes(executor), threading.Event()
        lanes.submit(lambda: 1 // 0, "maya")
        lanes.submit(done.set, "maya")
        assert done.wait(30)


def test_a_bot_that_is_stopped_gives_the_answers_that_wait_first(world):
    """Seen failing while the executor was shut down at once: what waited in a lane was never done."""
    begun, done = threading.Event(), []

    def slow():
        begun.set()
        time.sleep(0.05)
        done.append("slow")

    world.bot.lanes.submit(slow, "maya")
    world.bot.lanes.submit(lambda: done.append("behind it"), "maya")
    assert begun.wait(30)
    world.bot.stop()
    assert done == ["slow", "behind it"]


def test_a_bot_that_is_stopped_leaves_the_database_open_to_who_is_answered_just_now(world, monkeypatch):
    """Seen failing while it waited for what comes after acks alone: the connection was closed under a listener."""
    bot, begun, closed, found = world.bot, threading.Event(), threading.Event(), []
    close = bot.services.store.close
    monkeypatch.setattr(bot.services.store, "close", lambda: (close(), closed.set()))

    def slow(request, services):
        db = services.store.connection()
        begun.set()
        closed.wait(0.3)
        found.append(db.execute("SELECT 1").fetchone()[0])

    body = {"command": "/cta", "text": "help", "user_id": world.as_("maya").id, "team_id": bot.services.team_id}
    body |= {"channel_id": "C1", "trigger_id": "1.2.a"}
    with ThreadPoolExecutor(1) as executor:
        asked = executor.submit(guard("command", slow, bot.services), lambda *_, **__: None, body)
        assert begun.wait(30)
        bot.stop()
        asked.result(30)
    assert found == [1]


def test_a_bot_that_is_stopped_does_not_wait_for_what_hangs(world):
    """Seen failing while it waited for the executor: it would have waited for ever."""
    begun, release = threading.Event(), threading.Event()
    world.bot.lanes.submit(lambda: (begun.set(), release.wait()), "maya")
    assert begun.wait(30)
    try:
        world.bot.stop()
        assert not release.is_set()
    finally:
        release.set()


def test_people_whose_answers_wait_for_slack_keep_nobody_waiting(book):
    """Seen failing while each of them kept one of six threads for as long as Slack asked: 20 seconds for all others."""
    book.allow("ratelimited", "rate_limited")
    tom, since = book.as_("tom"), book.log.seq
    book.as_("maya").command("/cta open Globex expand ci")
    listed = tom.command("/cta list").message
    book.after_acks()
    book.sandbox.faults.add("rate_limited", "chat.postMessage", retry_after=20, times=50)
    waiting = [handle for handle in MEMBERS if handle != "tom"]
    for handle in waiting:
        book.as_(handle).says("account Acme", channel="dm")
    until(lambda: len(book.log.entries("asked", method="chat.postMessage", after=since)) >= len(waiting))
    listed.click("All")
    listed.expect("Globex", seconds=10)
    book.bot.stop()
    book.slack.allow_messages()
