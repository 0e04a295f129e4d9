"""A thousand messages to fifty people against a Slack that keeps its limits, beside the best schedule there is.

To people, since of channels Slack lets the bot look at fifty a minute, and it looks at one before each post there.
"""

import pytest

from storage.base import outbox, people
from storage.base.outbox_row import Draft
from tests.bench.figures import ms, note
from tests.delivery.conftest import Office
from tests.delivery.killing import Process

PEOPLE, EACH = 50, 20
BEST = (EACH - 1) * 1.0
"""Seconds: one message a second and conversation, the first of them at once."""


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
def test_a_thousand_messages_to_fifty_people(office):
    workspace = office.sandbox.workspace
    with office.write() as unit:
        staff = []
        for number in range(PEOPLE):
            one = workspace.hire(f"csm{number}", email=f"csm{number}@example.com")
            staff.append(people.from_slack(unit, slack_id=one.id, email=one.email, name=one.name, zone="UTC"))
            people.keep_dm(unit, staff[-1].id, workspace.dm(one.id).id)
        for number in range(EACH):
            for one in staff:
                draft = Draft(
                    dedupe_key=f"notice:{one.id}:{number}",
                    kind="notice",
                    destination=f"person:{one.id}",
                    recipient=one.email,
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
        f"{len(posted):,} messages to {PEOPLE} people, within Slack's limits",
        ms(took),
        ms(BEST),
        f"{took / BEST:.2f}, at most 1.05",
    )
    assert len(set(office.keys())) == len(posted) == PEOPLE * EACH
    assert limited == []
    assert took <= BEST * 1.05
