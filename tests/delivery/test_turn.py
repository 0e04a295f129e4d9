"""Of several processes on one database one plans and delivers: the lease, its term and the trust in it."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from reminders.engine import scheduler
from reminders.engine.scheduler import Machine
from reminders.outbox import turn as turns
from reminders.outbox.turn import Turn, who_runs
from storage.base.clock import SharedClock
from storage.base.db import Store
from storage.base.health import Replicas
from storage.base.leases import Deposed
from tests.delivery.conftest import RENDERER
from tests.delivery.test_machine import arrives, until


def test_the_turn_is_one_processs_until_it_is_given_back(office):
    mine, other = (Turn(office.store, 15, lambda: office.now) for _ in range(2))
    assert mine.take() == 1
    assert other.take() is None
    assert mine.take() == 1, "keeping it is no change of hands"
    mine.give_back()
    assert mine.take() is None
    assert other.take() == 2


def test_what_an_earlier_term_wrote_late_is_not_written(office):
    mine, other = (Turn(office.store, 15, lambda: office.now) for _ in range(2))
    fenced = mine.fenced(mine.take())
    with fenced.write(office.now):
        pass
    office.db.execute("UPDATE leases SET until = 0")
    assert other.take() == 2
    with pytest.raises(Deposed), fenced.write(office.now) as unit:
        unit.db.execute("DELETE FROM outbox")


def test_trust_ends_before_others_may_take_the_turn_and_is_bound_to_its_term(office, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(turns, "seconds_awake_or_not", lambda: now[0])
    mine, other = (Turn(office.store, 15, lambda: office.now) for _ in range(2))
    first = mine.take()
    now[0] += 11.9
    assert mine.may_call(first)
    now[0] += 0.2
    assert not mine.may_call(first)
    office.db.execute("UPDATE leases SET until = 0")
    other.take()
    office.db.execute("UPDATE leases SET until = 0")
    again = mine.take()
    assert again == first + 2
    assert mine.may_call(again)
    assert not mine.may_call(first)


def test_a_turn_of_a_process_that_has_ended_is_free_at_once(office):
    turn = Turn(office.store, 15, lambda: office.now)
    turn.take()
    office.db.execute(
        "UPDATE leases SET holder = replace(holder, '/' || ?, '/' || ? || ':1')",
        (turns._started(turns.os.getpid()), turns._place()),
    )
    assert Turn(office.store, 15, lambda: office.now).take() == 2


def test_a_process_of_another_machine_or_container_of_the_same_name_is_not_taken_for_ended(office):
    """Seen failing while the name alone said what a machine is: both took the turn from one another."""
    Turn(office.store, 15, lambda: office.now).take()
    office.db.execute(
        "UPDATE leases SET holder = replace(holder, '/' || ?, '/another.1:1')", (turns._started(turns.os.getpid()),)
    )
    assert Turn(office.store, 15, lambda: office.now).take() is None


def test_a_turn_taken_before_the_clock_was_set_back_is_nobodys(office):
    Turn(office.store, 15, lambda: office.now).take()
    office.db.execute("UPDATE leases SET until = until + 86400")
    assert Turn(office.store, 15, lambda: office.now).take() == 2


def test_a_second_machine_answers_only_says_so_and_takes_over(office, caplog):
    machines = [Machine(office.store, office.policy, office.sender(), RENDERER, lambda: office.now) for _ in range(2)]
    first, second = machines
    try:
        first.start()
        until(lambda: first._duty)
        second.start()
        until(lambda: "this one answers, and takes over" in caplog.text)
        assert second._duty is None
        first.stop()
        office.note("notice:1", to="C0000ACME")
        assert arrives(office, "notice:1")
    finally:
        for machine in machines:
            machine.stop()
    assert office.keys() == ["notice:1"]


def test_what_another_process_writes_is_heard_at_once(office, monkeypatch):
    """Seen failing without `Ear.wait`: it waited for the next sweep, which never comes here."""
    monkeypatch.setattr(scheduler, "_SWEEP_SECONDS", 3600)
    monkeypatch.setattr(Machine, "_plan", lambda _: None)
    other = Turn(Store(office.database, policy=office.policy), 15, lambda: office.now)
    other.show_up("1", "")
    machine = Machine(office.store, office.policy, office.sender(), RENDERER, lambda: office.now)
    machine.start()
    try:
        until(lambda: machine._duty)
        for number in range(3):
            until(lambda: not machine._duty.delivery._busy and not machine._wanted.is_set())
            office.note(f"notice:{number}", to="C0000ACME", payload={"notice": "one", "n": number})
            assert arrives(office, f"notice:{number}")
            until(lambda sent=number: office.state(f"notice:{sent}") == "sent")
    finally:
        machine.stop()
        other._store.close()


def test_who_runs_names_all_and_what_is_odd_about_them(office):
    """Seen failing without each of the three questions in `who_runs`."""
    now = datetime.now(UTC)
    seconds = {"a": 0, "b": 0}
    turn_a, turn_b = (
        Turn(office.store, 15, SharedClock(lambda name=name: now + timedelta(seconds=seconds[name]))) for name in "ab"
    )
    assert who_runs(office.db, office.now) == Replicas(None, (), ())
    turn_a.take()
    turn_a.show_up("1.0", "same")
    turn_b.show_up("1.0", "same")
    found = who_runs(office.db, office.now)
    assert (found.turn.mine, found.turn.term, len(found.present), found.oddities) == (True, 1, 2, ())
    seconds["b"] = 60
    turn_b.show_up("1.0", "other")
    clock, rules = who_runs(office.db, office.now).oddities
    assert re.fullmatch(r"the clock of process \d+ on \S+ is (59|6\d) s ahead of the database's: set it right", clock)
    assert rules.startswith("not all have the same policy and playbooks")
    seconds["b"] = 0
    turn_b.show_up("1.1", "other")
    assert who_runs(office.db, office.now).oddities == (
        "versions 1.0 and 1.1 run beside one another: end the older ones soon",
    )
    turn_b.give_back()
    assert len(who_runs(office.db, office.now).present) == 1
    office.db.execute("UPDATE replicas SET until = until - 31")
    assert who_runs(office.db, office.now).present == (), "who shows up no more is gone"


def test_a_process_whose_clock_is_wrong_goes_by_the_databases(office):
    """Seen failing without `heard` in `Turn.show_up`."""
    off = timedelta(hours=-1)
    clock = SharedClock(lambda: datetime.now(UTC) + off)
    turn = Turn(office.store, 15, clock)

    def is_right():
        return abs(clock() - datetime.now(UTC)) < timedelta(seconds=30)

    turn.show_up("1.0", "same")
    assert is_right()
    (words,) = who_runs(office.db, office.now).oddities
    assert "behind the database's" in words
    off = timedelta(0)  # somebody has set it right
    turn.show_up("1.0", "same")
    assert is_right()
    assert who_runs(office.db, office.now).oddities == ()
    before = clock.ahead
    clock.heard(before + 0.1)
    assert clock.ahead == before, "the time does not tremble"


def test_a_clock_that_is_set_counts_once_the_database_was_asked():
    """Seen failing while the machine's clock was gone by in between: what is due in three days went out at once."""
    began, steady, was_set = datetime(2026, 11, 30, 9, tzinfo=UTC), 100.0, 0.0
    clock = SharedClock(lambda: began + timedelta(seconds=steady + was_set), lambda: steady)
    assert clock() == began + timedelta(seconds=100)
    for ahead in (-3600.0, 3 * 86400.0, 0.0):
        clock.heard(was_set)
        steady, was_set = steady + 5, ahead
        assert clock() == began + timedelta(seconds=steady)
        clock.heard(was_set)
        steady += 5
        assert clock() == began + timedelta(seconds=steady)
    clock.heard(0.1)
    assert clock() == began + timedelta(seconds=steady), "the time does not tremble"


def test_who_takes_over_waits_one_pace_where_the_one_before_may_have_posted_just_now(make_office):
    """Seen failing without `Pace.begin`."""
    office = make_office(delivery={"channel_seconds": 600})
    before = Turn(office.store, 15, lambda: office.now)
    before.take()
    before.give_back()
    machine = Machine(office.store, office.policy, office.sender(), RENDERER, lambda: office.now)
    machine.start()
    try:
        until(lambda: machine._duty)
        desk = machine._duty.desk
        assert desk.pace.wait("channel:C0000ACME", desk.seconds()) > 0
    finally:
        machine.stop()
