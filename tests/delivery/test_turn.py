"""Of several processes on one database one plans and delivers: the lease, its term and the trust in it."""

import pytest

from reminders.engine.scheduler import Machine
from reminders.outbox import turn as turns
from reminders.outbox.turn import Turn
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
        "UPDATE leases SET holder = replace(holder, '/' || ?, '/1')", (turns._started(turns.os.getpid()),)
    )
    assert Turn(office.store, 15, lambda: office.now).take() == 2


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
        until(lambda: "this one answers only" in caplog.text)
        assert second._duty is None
        first.stop()
        office.note("notice:1", to="C0000ACME")
        assert arrives(office, "notice:1")
    finally:
        for machine in machines:
            machine.stop()
    assert office.keys() == ["notice:1"]
