"""The wall clock is set while a message is on its way: it is sent once, since who sends it is at it still."""

import time
from datetime import timedelta

import pytest

from reminders.engine.scheduler import Machine
from tests.delivery.conftest import RENDERER
from tests.delivery.test_machine import until


@pytest.mark.parametrize("point", ["look.after", "attempt.after_commit", "call.connected", "post.after"])
def test_set_ahead_past_the_claims_lease_while_it_is_posted(office, point):
    """As when a machine goes on that was halted. Seen failing: its own claim was looked into, and posted once more."""
    began, left = time.monotonic(), [point]

    def reached(name):
        if name == point and left:
            left.clear()
            office.later(minutes=3)
            machine.wake()
            time.sleep(1.5)  # in which the claim would be ended, its history read, and it would be posted anew

    def clock():
        return office.now + timedelta(seconds=time.monotonic() - began)

    machine = Machine(office.store, office.policy, office.sender(), RENDERER, clock, points=reached)
    office.note("notice:1", to="C0000ACME")
    machine.start()
    try:
        until(lambda: office.state("notice:1") == "sent" and not left)
        office.later(minutes=3)
        machine.wake()
        time.sleep(0.5)
    finally:
        machine.stop()
    assert office.keys() == ["notice:1"]
