"""A thousand messages over fifty channels against a Slack that keeps its limits, beside the best schedule there is."""

import pytest

from sandbox.model import Channel
from sandbox.workspace import BOT_USER
from storage.base import outbox
from storage.base.outbox_row import Draft
from tests.bench.figures import ms, note
from tests.delivery.conftest import Office
from tests.delivery.killing import Process

CHANNELS, EACH = 50, 20
BEST = (EACH - 1) * 1.0
"""Seconds: one message a second and channel, the first of them at once."""


@pytest.fixture
def office(sandbox, tmp_path):
    sandbox.reset()
    sandbox.rates.on = True
    office = Office(sandbox, tmp_path / "office.db", delivery={"channel_seconds": 1.0})
    yield office
    sandbox.rates.on = False
    sandbox.reset()


@pytest.mark.bench
@pytest.mark.timeout(120)
def test_a_thousand_messages_over_fifty_channels(office):
    names = [f"C0BENCH{n:02}" for n in range(CHANNELS)]
    for name in names:
        office.sandbox.workspace.channels[name] = Channel(
            name, name.lower(), members=[BOT_USER], creator=BOT_USER, created=0
        )
    with office.write() as unit:
        for number in range(EACH):
            for name in names:
                draft = Draft(
                    dedupe_key=f"notice:{name}:{number}",
                    kind="notice",
                    destination=f"channel:{name}",
                    recipient=name,
                    not_before=office.now,
                    payload={"notice": "one", "number": number},
                )
                outbox.put(unit, draft)
    office.store.close()

    process = Process()
    began = office.sandbox.log.seq
    process.run(office, mode="machine", seconds=25, timeout=10, at_least=BEST * 1.1)
    process.close()

    asked = office.sandbox.log.entries("asked", after=began)
    posted = office.messages()
    limited = [entry for entry in asked if entry["outcome"] == "ratelimited"]
    took = posted[-1].real - asked[0].real
    print(
        f"\n{len(posted)} messages in {took:.2f} s; the best schedule takes {BEST:.2f} s ({took / BEST:.1%}); 429: {len(limited)}"
    )
    note(
        "Under load",
        f"{len(posted):,} messages over {CHANNELS} channels, within Slack's limits",
        ms(took),
        ms(BEST),
        f"{took / BEST:.2f}, at most 1.05",
    )
    assert len(set(office.keys())) == len(posted) == CHANNELS * EACH
    assert limited == []
    assert took <= BEST * 1.05
