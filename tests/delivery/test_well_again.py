"""What could not be posted in a channel goes there once it is well: cards in order, once, before what is newer."""

import pytest

from reminders.outbox import delivery
from reminders.outbox.context import Desk
from reminders.outbox.delivery import Delivery
from storage.base import destinations, sending
from storage.cta import life as cta_life
from tests.delivery.conftest import RENDERER

ACME = "C0000ACME"


@pytest.fixture(params=["archived", "kicked", "shared"])
def trouble(request, office):
    """Brings the trouble about (True) and ends it (False)."""
    channel = office.sandbox.workspace.channels[ACME]

    def change(now):
        if request.param == "kicked":
            channel.private = True  # there the bot can't join by itself: somebody has to invite it
            channel.members = [member for member in channel.members if member != "U0000BOT"]
            channel.members += [] if now else ["U0000BOT"]
        else:
            setattr(channel, request.param, now)

    return change


def cards(office, account, *playbooks):
    found = []
    for playbook in playbooks:
        found.append(office.open_cta(account, playbook))
        office.deliver()
        office.later(minutes=1)
    return found


def posted(office):
    return [key for keys in office.posted("acme") for key in keys]


def test_cards_of_a_time_of_trouble_go_to_their_channel_once_it_is_well(office, trouble):
    """In order, once, as they are now; seen failing while what the owner was told stood for the card for good."""
    account = office.account("Acme", csm="maya", channel=ACME)
    trouble(now=True)
    first, closed = cards(office, account, "Expand: CI", "Enable: CD")
    with office.write() as unit:
        cta_life.withdraw(unit, closed.id)
    office.deliver()
    assert posted(office) == []
    told = [f"card:{cta.id}:maya@example.com" for cta in (first, closed)]
    assert {office.state(key) for key in told} == {"sent"}, "the owner was told instead"
    trouble(now=False)
    for _ in range(3):
        office.deliver()
        office.later(minutes=6)
    assert posted(office) == [f"card:{first.id}", f"card:{closed.id}"]
    assert office.keys().count(told[0]) == 1
    assert len([text for text in office.told() if "arrive again" in text]) == 1
    with office.write() as unit:
        cta_life.withdraw(unit, first.id)
    office.deliver()
    assert len(office.sandbox.log.entries("updated", channel=ACME)) == 1, "from now on they are edited as all are"


def test_what_is_newer_goes_after_what_was_blocked(office, trouble, monkeypatch):
    """Also where a newer card finds the channel well first; seen failing without `_older_go_first`."""
    monkeypatch.setattr(delivery, "_WELL_AGAIN", 1e9)
    account = office.account("Acme", csm="maya", channel=ACME)
    trouble(now=True)
    desk = Desk(office.store, office.sender(), RENDERER, office.policy, lambda: office.now)
    one_process = Delivery(desk)
    opened = []
    for playbook in ("Expand: CI", "Enable: CD", "Enable: Agile planning"):
        opened.append(office.open_cta(account, playbook))
        if len(opened) == 3:
            trouble(now=False)
        one_process.run_dry()
        office.later(minutes=1)
    assert posted(office) == [f"card:{cta.id}" for cta in opened]


def test_a_channel_that_refuses_what_no_look_shows_is_tried_each_hour_in_silence(office):
    """Seen failing while a look stood for the answer: operations were told of each turn, every five minutes."""
    account = office.account("Acme", csm="maya", channel=ACME)
    refusals = 50
    office.sandbox.faults.add("error", "chat.postMessage", code="restricted_action", channel=ACME, times=refusals)
    first, second = cards(office, account, "Expand: CI", "Enable: CD")
    tried = len(office.asked("chat.postMessage"))
    for _ in range(12):
        office.deliver()
        office.later(minutes=10)
    assert 1 <= len(office.asked("chat.postMessage")) - tried <= 4
    told = [text for text in office.told() if text.startswith("Messages to #acme")]
    assert len(told) == 1, told
    office.sandbox.faults.clear()
    for _ in range(3):
        office.later(minutes=61)
        office.deliver()
    assert posted(office) == [f"card:{first.id}", f"card:{second.id}"]
    assert destinations.troubles(office.db) == []


@pytest.mark.parametrize(("heir", "goes_there"), [("pending", 0), ("sent", 0), ("cancelled", 1), ("blocked", 1)])
def test_what_nobody_was_told_instead_goes_where_it_was_for(office, heir, goes_there):
    """Somebody is back; in it there was nothing for the manager, or there is no operations channel.

    Seen failing: it stood as blocked for good.
    """
    office.note("notice:1", to="maya")
    office.note("notice:1:priya@example.com", to="priya", payload={"notice": "one", "instead_of": "notice:1"})
    with office.write() as unit:
        for key, state in (("notice:1", "blocked"), ("notice:1:priya@example.com", heir)):
            unit.db.execute("UPDATE outbox SET state = ? WHERE dedupe_key = ?", (state, key))
        assert sending.revive_blocked(unit, office.row("notice:1").destination) == goes_there


def test_without_an_operations_channel_it_goes_out_once_its_reader_can_be_reached(make_office):
    """As where the app may write to nobody at first. Seen failing: nobody was told, then or later."""
    office = make_office(operations_channel="")
    office.note("notice:1", to="maya")
    office.sandbox.faults.add("error", "chat.postMessage", code="messages_tab_disabled", times=1)
    office.deliver()
    assert office.state("notice:1") == office.state("notice:1:operations") == "blocked"
    for _ in range(2):
        office.later(minutes=61)
        office.deliver()
    assert office.keys() == ["notice:1"]
