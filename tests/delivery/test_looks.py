"""Nothing goes into a channel, or is edited there, on a look that is older than the post."""

import pytest

from reminders import conversations
from storage import cta_work

ACME = "C0000ACME"


def shares(office, channel, flag="shared"):
    setattr(office.sandbox.workspace.channels[channel], flag, True)


@pytest.mark.parametrize("flag", ["shared", "pending_shared"])
@pytest.mark.parametrize("looks", [2, 45])
def test_a_channel_shared_after_many_looks_gets_nothing_more(office, monkeypatch, looks, flag):
    """In one run of delivery, with the looks that Slack allows a minute used up or not."""
    monkeypatch.setattr(conversations, "_LOOKS_A_MINUTE", looks)
    monkeypatch.setattr(conversations, "_MINUTE", 0.3)
    for number in range(6):
        office.note(f"one:{number}", to=ACME, payload={"notice": "one", "number": number})
    posted = []

    def meanwhile(point):
        if point == "sent.after_commit":
            posted.append(point)
            if len(posted) == 3:
                shares(office, ACME, flag)

    office.points = meanwhile
    office.deliver()
    assert len(office.messages("acme")) == 3
    assert sorted(office.states().values()).count("blocked") == 3


def test_a_channel_shared_after_it_was_looked_at_is_looked_at_again_before_a_late_post(office, monkeypatch):
    """Between the look and the call the history was read, or a file went up: that can take long."""
    monkeypatch.setattr(conversations, "_FRESH", 0.0)
    office.note("one", to=ACME)
    office.points = lambda point: shares(office, ACME) if point == "resolve.after" else None
    office.deliver()
    assert office.messages("acme") == []
    assert office.state("one") == "blocked"


def test_no_edit_in_a_channel_that_was_shared_meanwhile(office, monkeypatch):
    monkeypatch.setattr(conversations, "_LOOKS_A_MINUTE", 1)
    monkeypatch.setattr(conversations, "_MINUTE", 0.3)
    account = office.account("Acme", csm="maya", channel=ACME)
    cta = office.open_cta(account)
    office.deliver()
    assert len(office.messages("acme")) == 1
    with office.write() as unit:
        cta_work.move_due(unit, cta.id, cta.due_on.replace(year=cta.due_on.year + 1))
    shares(office, ACME)
    office.deliver()
    assert office.sandbox.log.entries("updated") == []


def test_a_bot_taken_out_between_look_and_post_joins_and_posts_once(office):
    office.note("one", to=ACME)
    office.deliver()
    office.note("two", to=ACME)
    members = office.sandbox.workspace.channels[ACME].members

    def taken_out(point):
        if point == "attempt.after_commit" and "U0000BOT" in members:
            members.remove("U0000BOT")

    office.points = taken_out
    office.deliver()
    assert office.posted("acme") == [["one"], ["two"]]
    assert "U0000BOT" in members


def test_a_bot_taken_out_of_what_became_shared_stays_out(office):
    office.note("one", to=ACME)
    office.deliver()
    office.note("two", to=ACME)
    channel = office.sandbox.workspace.channels[ACME]

    def taken_out(point):
        if point == "attempt.after_commit" and "U0000BOT" in channel.members:
            channel.members.remove("U0000BOT")
            channel.shared = True

    office.points = taken_out
    office.deliver()
    assert office.posted("acme") == [["one"]]
    assert office.row("two").error.startswith("shared")
