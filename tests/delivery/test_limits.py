"""Slack's pace: what it limits waits, alone; nobody sleeps and no attempt is burnt."""

import threading
import time

import pytest

from reminders.outbox import conversations
from reminders.outbox.context import Desk
from reminders.outbox.delivery import Delivery
from reminders.outbox.pace import QUICK, Pace
from reminders.outbox.slack_client import SlackSender
from reminders.outbox.workers import Workers
from storage.base import destinations
from tests.delivery.conftest import RENDERER, Office

ACME, HOOLI, INITECH = "C0000ACME", "C000HOOLI", "C0INITECH"


def test_429_holds_its_channel_alone_and_burns_no_attempt(office):
    office.sandbox.faults.add("rate_limited", "chat.postMessage", channel=ACME, retry_after=40)
    office.note("notice:1", to=ACME)
    office.note("notice:2", to=HOOLI)
    assert office.deliver().waiting == 1
    assert office.keys() == ["notice:2"]
    assert (office.state("notice:1"), office.row("notice:1").attempts) == ("pending", 0)


def test_429_is_remembered_by_the_database_and_not_by_the_process(sandbox, office):
    office.sandbox.faults.add("rate_limited", "chat.postMessage", channel=ACME, retry_after=40)
    office.note("notice:1", to=ACME)
    office.deliver()
    another = Office(sandbox, office.database)
    another.later(seconds=39)
    another.deliver()
    assert len(another.asked("chat.postMessage")) == 1
    another.later(seconds=2)
    another.deliver()
    assert another.keys() == ["notice:1"]
    another.store.close()


def test_429_of_a_method_without_a_channel_holds_the_method_and_no_channel(office):
    office.sandbox.faults.add("rate_limited", "conversations.open", retry_after=40)
    office.note("notice:1", to="maya")
    office.note("notice:2", to="tom")
    office.note("notice:3", to=ACME)
    office.deliver()
    assert office.keys() == ["notice:3"]
    assert len(office.asked("conversations.open")) == 1, "Tom's DM is not tried meanwhile"
    office.note("notice:4", to=ACME)
    office.later(seconds=20)
    office.deliver()
    assert office.keys() == ["notice:3", "notice:4"]
    assert len(office.asked("conversations.open")) == 1
    office.later(seconds=22)
    office.deliver()
    assert office.keys() == ["notice:1", "notice:2", "notice:3", "notice:4"]


def test_a_channel_gets_one_message_a_second_and_the_others_do_not_wait(make_office):
    office = make_office(delivery={"channel_seconds": 0.2})
    now = [100.0]
    for number in range(3):
        office.note(f"card:{number}", to=ACME, payload={"notice": "one", "number": number})
        office.note(f"other:{number}", to=[HOOLI, INITECH, "maya"][number])
    delivery = Delivery(
        Desk(office.store, office.sender(), RENDERER, office.policy, lambda: office.now, seconds=lambda: now[0])
    )
    waits = []
    while (look := delivery.look()).started or look.pace_wait:
        if not look.started:
            waits.append((round(look.pace_wait, 6), len(office.messages("acme")), len(office.keys())))
            now[0] += look.pace_wait
    assert waits == [(0.2, 1, 4), (0.2, 2, 5)]
    assert len(office.keys()) == 6


def test_the_workspace_has_a_budget_of_its_own():
    pace = Pace(1.0, 3)
    for n in range(3):
        assert pace.budget_wait(100.0) == 0
        pace.posted(f"C{n}", 100.0)
    assert pace.budget_wait(100.0) == 60.0
    assert pace.budget(159.0) == 0
    assert pace.budget(160.0) == 3


def test_a_slow_answer_was_perhaps_counted_late():
    pace = Pace(1.0, 1000)
    pace.posted("C1", 100.0)
    assert pace.wait("C1", 100.0) == 1.0
    pace.answered("C1", 100.01)
    assert pace.wait("C1", 100.0) == 1.0
    pace.answered("C1", 100.5)
    assert pace.wait("C1", 100.5) == pytest.approx(1.0 - QUICK)


def test_a_channel_that_hangs_holds_no_other_up(office, monkeypatch):
    post, go_on = SlackSender.post, threading.Event()

    def hangs(self, conversation, *args, **kwargs):
        assert conversation != ACME or go_on.wait(60)
        return post(self, conversation, *args, **kwargs)

    monkeypatch.setattr(SlackSender, "post", hangs)
    office.note("notice:0", to=ACME)
    for number, to in enumerate([HOOLI, INITECH, "maya", "tom", "lena"]):
        office.note(f"other:{number}", to=to)
    desk = Desk(office.store, office.sender(), RENDERER, office.policy, lambda: office.now)
    workers = Workers(4)
    delivery = Delivery(desk, workers)
    while len(office.keys()) < 5 and office.state("notice:0") in ("pending", "sending"):
        delivery.look()
        time.sleep(0.01)
    assert len(office.keys()) == 5
    assert office.state("notice:0") == "sending", "it hangs still, and the others are sent"
    go_on.set()
    workers.stop(30)
    assert office.state("notice:0") == "sent"


def test_each_post_has_a_look_of_its_own_and_what_is_over_waits(office, monkeypatch):
    """conversations.info has a limit of its own: beyond some looks in a minute, posts wait for the next."""
    monkeypatch.setattr(conversations, "_LOOKS_A_MINUTE", 4)
    now = [100.0]
    office.later(hours=6)  # notes are not for people's nights
    for number in range(6):
        office.note(f"one:{number}", to=[ACME, HOOLI][number % 2], payload={"notice": "one", "number": number})
        office.note(f"dm:{number}", to="maya", payload={"notice": "one", "number": number})
    delivery = Delivery(
        Desk(office.store, office.sender(), RENDERER, office.policy, lambda: office.now, seconds=lambda: now[0])
    )
    while now[0] < 160:
        while delivery.look().started:
            pass
        assert len(office.asked("conversations.info")) == 4
        assert len(office.messages("U0000MAYA")) == 6, "a DM needs no look"
        now[0] += 59.9 if now[0] == 100 else 1
    while delivery.look().started:
        pass
    assert len(office.keys()) == 12
    assert len(office.asked("conversations.info")) == 6


def test_a_limit_ends_by_itself_in_the_books_too(office):
    office.sandbox.faults.add("rate_limited", "chat.postMessage", channel=ACME, retry_after=5)
    office.note("notice:1", to=ACME)
    office.deliver()
    assert list(destinations.held(office.db, office.now)) == [f"channel:{ACME}"]
    office.later(seconds=7)
    assert destinations.held(office.db, office.now) == {}


def test_what_falls_due_after_the_plan_waits_for_the_next_one(office):
    """Else a row put off to nine would go out at nine sharp, and the rest of the morning after it."""
    planned_for = office.now
    office.note("notice:1", to=ACME, not_before=office.now.replace(hour=10))
    office.later(hours=1)
    delivery = Delivery(Desk(office.store, office.sender(), RENDERER, office.policy, lambda: office.now))
    delivery.look(planned_for)
    assert office.keys() == []
    delivery.look()
    assert office.keys() == ["notice:1"]
