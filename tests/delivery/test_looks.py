"""Nothing goes into a channel, or is edited there, on a look that is older than the post."""

import pytest

from reminders.outbox import conversations, posting
from reminders.outbox.messages import Message
from reminders.outbox.slack_client import SlackSender
from storage.base import message_edits as redraws
from storage.base import outbox
from storage.cta import work as cta_work

ACME = "C0000ACME"
FLAGS = ["shared", "pending_shared"]


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


@pytest.fixture
def looks_late(monkeypatch):
    """As if much time passed between each look and its call: history was read, or a file went up."""
    monkeypatch.setattr(conversations, "_FRESH", 0.0)


def meanwhile(office, channel, flag, at="resolve.after"):
    """The channel becomes another company's, too, after it was looked at and before the call."""
    office.points = lambda point: shares(office, channel, flag) if point == at else None


@pytest.mark.usefixtures("looks_late")
@pytest.mark.parametrize("flag", FLAGS)
def test_no_edit_in_a_channel_that_was_shared_meanwhile(office, flag):
    cta = office.open_cta(office.account(csm="maya", channel=ACME))
    office.deliver()
    with office.write() as unit:
        changed = cta_work.move_due(unit, cta.id, cta.due_on.replace(year=cta.due_on.year + 1))
    meanwhile(office, ACME, flag)
    office.deliver()
    assert office.asked("chat.update") == []
    assert office.state(f"card:{cta.id}:{changed.version}") == "blocked"


@pytest.mark.usefixtures("looks_late")
def test_no_card_is_taken_away_on_a_look_that_is_older(office):
    """To take a card away is to say something there as well."""
    account = office.account(csm="maya", channel=ACME)
    cta = office.open_cta(account)
    office.deliver()
    with office.write() as unit:
        cta_work.edit(unit, cta.id, owner_id=cta.owner_id, due_on=None, priority="high", success_plan="internal")
    meanwhile(office, ACME, "shared")
    office.deliver()
    assert office.asked("chat.delete") == []


@pytest.mark.usefixtures("looks_late")
@pytest.mark.parametrize("flag", FLAGS)
def test_no_reply_in_a_thread_of_a_channel_that_was_shared_meanwhile(office, flag):
    office.note("one", to=ACME)
    office.deliver()
    thread = {"thread_ts": office.row("one").slack_ts}
    office.note("two", to=ACME, payload={"notice": "trouble", "words": "two", **thread})
    meanwhile(office, ACME, flag)
    office.deliver()
    assert office.posted("acme") == [["one"]]
    assert office.state("two") == "blocked"


@pytest.mark.usefixtures("looks_late")
@pytest.mark.parametrize("flag", FLAGS)
def test_no_file_in_a_channel_that_was_shared_while_it_went_up(office, monkeypatch, flag):
    """Nobody sees what was only uploaded."""
    calendar = Message("For your calendar", file=("a.ics", b"BEGIN:VCALENDAR"))
    monkeypatch.setattr(posting, "compose", lambda *_: [calendar])
    upload = SlackSender.upload

    def uploads(self, name, content):
        found = upload(self, name, content)
        shares(office, ACME, flag)
        return found

    monkeypatch.setattr(SlackSender, "upload", uploads)
    office.note("one", to=ACME)
    office.deliver()
    assert office.asked("files.getUploadURLExternal")
    assert ACME not in [asked.data.get("channel_id") for asked in office.asked("files.completeUploadExternal")]
    assert office.state("one") == "blocked"


@pytest.mark.usefixtures("looks_late")
@pytest.mark.parametrize("flag", FLAGS)
def test_no_plain_text_in_a_channel_that_was_shared_while_its_blocks_were_refused(office, monkeypatch, flag):
    office.sandbox.faults.add("error", "chat.postMessage", code="invalid_blocks", channel=ACME)
    office.note("one", to=ACME)
    post = SlackSender.post

    def posts(self, *args, **kwargs):
        try:
            return post(self, *args, **kwargs)
        finally:
            shares(office, ACME, flag)

    monkeypatch.setattr(SlackSender, "post", posts)
    office.deliver()
    assert office.messages("acme") == []
    assert office.state("one") == "blocked"


@pytest.mark.parametrize("flag", FLAGS)
def test_what_operations_were_told_is_not_edited_where_another_company_looks_now(make_office, flag):
    """Operations have moved: the channel that is looked at is the one in which the message stands."""
    office = make_office(operations_channel=ACME)
    office.account("Acme", renewal_date="2027-04-23")
    office.tick()
    told = next(row for row in outbox.listed(office.db) if row.account_id)
    assert told.conversation == ACME
    office.store.close()
    office = make_office(operations_channel="#cs-operations")
    shares(office, ACME, flag)
    with office.write() as unit:
        redraws.redraw(unit.db, f"account:{told.account_id}", 10_000, unit.now)
    office.deliver()
    edit = next(row for row in outbox.listed(office.db) if row.op == "update")
    assert office.asked("chat.update") == []
    assert edit.state == "blocked"


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
