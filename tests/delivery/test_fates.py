"""Posts that nobody answered: unknown until the channel's history tells, then sent or once more; never doubled."""

import socket
from datetime import timedelta

import pytest

from storage.base import destinations, sending

ACME, OPERATIONS = "C0000ACME", "C0000CSOPS"
AMBIGUOUS = {
    "reset, nothing done": {"kind": "reset", "takes_effect": False},
    "reset, done": {"kind": "reset", "takes_effect": True},
    "hang, nothing done": {"kind": "hang", "takes_effect": False, "seconds": 0.6},
    "hang, done": {"kind": "hang", "takes_effect": True, "seconds": 0.6},
    "half a body": {"kind": "half_body"},
    "500, nothing done": {"kind": "server_error", "takes_effect": False},
    "500, done": {"kind": "server_error", "takes_effect": True},
    "fatal_error": {"kind": "error", "code": "fatal_error"},
}


@pytest.mark.parametrize("fault", AMBIGUOUS)
def test_an_unanswered_post_is_unknown_until_the_history_tells(office, fault):
    fields = dict(AMBIGUOUS[fault])
    office.sandbox.faults.add(fields.pop("kind"), "chat.postMessage", **fields)
    office.note("notice:1", to=ACME)
    office.deliver(timeout=0.3)
    assert office.state("notice:1") == "unknown"
    assert office.asked("conversations.history") == []

    office.later(seconds=29)
    office.deliver()
    assert office.state("notice:1") == "unknown", "it may still turn up"

    office.later(seconds=1)
    office.deliver()
    assert office.state("notice:1") == "sent"
    assert office.keys() == ["notice:1"]
    assert office.row("notice:1").slack_ts == office.messages()[0]["ts"]


def test_the_history_is_read_to_its_last_page(office, monkeypatch):
    from reminders.outbox import slack_client as senders

    monkeypatch.setattr(senders, "_PAGE", 5)
    office.note("notice:0", to=ACME)
    office.deliver()
    office.later(minutes=1)
    office.sandbox.faults.add("reset", "chat.postMessage", takes_effect=True)
    office.note("notice:1", to=ACME)
    office.deliver()
    channel = office.sandbox.workspace.channels[ACME]
    for number in range(23):
        office.sandbox.workspace.post(channel, {"user": "U0000MAYA", "text": f"chatter {number}"})
    office.later(seconds=31)
    office.deliver()
    assert office.keys() == ["notice:0", "notice:1"]
    assert len(office.asked("conversations.history")) > 4


def test_the_history_is_right_even_where_slacks_clock_is_not_ours(office):
    """`tick --now` in December against a Slack whose messages are of November."""
    from reminders.outbox.delivery import deliver_once
    from tests.delivery.conftest import RENDERER

    december = office.now + timedelta(days=9)
    office.note("notice:0", to=ACME)
    deliver_once(office.store, office.sender(), RENDERER, office.policy, december)
    office.note("notice:1", to=ACME)
    office.sandbox.faults.add("reset", "chat.postMessage", takes_effect=True)
    deliver_once(office.store, office.sender(), RENDERER, office.policy, december + timedelta(minutes=1))
    assert office.state("notice:1") == "unknown"
    deliver_once(office.store, office.sender(), RENDERER, office.policy, december + timedelta(minutes=2))
    assert office.state("notice:1") == "sent"
    assert office.keys() == ["notice:0", "notice:1"]


def test_an_unreadable_history_stays_unknown_and_is_shown_told_and_settled(office):
    """Slack forgets our scope for a while."""
    office.sandbox.faults.add("reset", "chat.postMessage", takes_effect=True)
    office.note("notice:1", to=ACME)
    office.deliver()
    office.sandbox.faults.add("error", "conversations.history", code="missing_scope", times=99)
    for _ in range(20):
        office.later(minutes=1)
        office.deliver()
    assert office.state("notice:1") == "unknown"
    assert "history can't be read" in office.row("notice:1").error
    told = office.told()
    (words,) = [text for text in told if "is not known" in text]
    assert words.startswith("Whether it arrived is not known: the note for #acme (row 1): the history can't be read")

    office.sandbox.faults.clear()
    office.later(minutes=1)
    office.deliver()
    office.later(minutes=1)
    office.deliver()
    assert office.state("notice:1") == "sent"
    assert office.posted("acme") == [["notice:1"]]
    assert office.told()[-1] == "Now sent: the note for #acme (row 1)"
    assert destinations.troubles(office.db) == []


def test_a_bot_that_was_taken_out_of_the_channel_joins_again_to_read(office):
    office.sandbox.faults.add("reset", "chat.postMessage", takes_effect=True)
    office.note("notice:1", to=ACME)
    office.deliver()
    office.sandbox.workspace.channels[ACME].members.remove("U0000BOT")
    office.later(seconds=31)
    office.deliver()
    assert office.state("notice:1") == "sent"
    assert office.keys() == ["notice:1"]


def test_a_limited_history_is_read_later(office):
    office.sandbox.faults.add("reset", "chat.postMessage", takes_effect=True)
    office.note("notice:1", to=ACME)
    office.deliver()
    office.later(seconds=31)
    office.sandbox.faults.add("rate_limited", "conversations.history", retry_after=20)
    office.deliver()
    assert office.state("notice:1") == "unknown"
    office.later(seconds=10)
    office.deliver()
    assert len([e for e in office.asked("conversations.history") if e["outcome"] != "ok"]) == 1
    office.later(seconds=12)
    office.deliver()
    assert office.state("notice:1") == "sent"
    assert office.keys() == ["notice:1"]


def test_a_refused_connection_is_definite_and_holds_everything_for_a_while(office):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{closed.getsockname()[1]}/api/"
        office.note("notice:1", to=ACME)
        office.note("notice:2")
        office.deliver(url=nowhere)
        assert office.unknown() == []
        assert office.state("notice:1") == "pending"
        assert "refused" in office.row("notice:1").error
        assert office.row("notice:2").attempts == 0, "nobody else tried meanwhile"
    office.later(seconds=6)
    office.deliver()
    assert office.keys() == ["notice:1", "notice:2"]


def test_a_name_that_does_not_resolve_is_definite(office):
    office.note("notice:1", to=ACME)
    office.deliver(url="http://slack.invalid/api/")
    assert office.state("notice:1") == "pending"
    assert office.unknown() == []


def test_a_row_that_expires_while_unknown_is_not_posted_again(office):
    office.sandbox.faults.add("reset", "chat.postMessage", takes_effect=False)
    office.note("notice:1", to=ACME, expires_at=office.now + timedelta(seconds=20))
    office.deliver()
    office.later(seconds=31)
    office.deliver()
    assert office.state("notice:1") == "expired"
    assert office.keys() == []


def test_a_claim_that_outlived_its_lease_is_looked_into(office):
    office.note("notice:1", to=ACME)
    with office.write() as unit:
        (row,) = sending.due(unit.db, f"channel:{ACME}", unit.now)
        sending.claim(unit, [row], "died")
        sending.attempted(unit, [row], "died", ACME, {})
    office.deliver()
    assert office.keys() == [], "somebody else is at it"
    office.later(seconds=61)
    office.deliver()
    assert office.keys() == ["notice:1"]
    assert office.asked("conversations.history")


def test_a_claim_that_lost_its_rows_lets_go(office, monkeypatch):
    """A worker that was held up for minutes: its rows went to somebody else meanwhile."""
    office.note("notice:1", to=ACME)
    real = sending.attempted

    def late(unit, rows, claim, *facts):
        unit.db.execute("UPDATE outbox SET claim = 'another'")
        return real(unit, rows, claim, *facts)

    monkeypatch.setattr(sending, "attempted", late)
    office.deliver()
    assert office.keys() == []


def test_a_commit_that_fails_after_the_post_doubles_nothing(office, monkeypatch):
    from reminders.outbox.posting import Posting

    office.note("notice:1", to=ACME)

    def disk_full(*_):
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Posting, "_sent", disk_full)
        office.deliver()
    assert office.state("notice:1") == "sending"
    office.later(seconds=61)
    office.deliver()
    assert office.state("notice:1") == "sent"
    assert office.keys() == ["notice:1"]


def test_the_fate_of_a_reply_is_read_in_its_thread(office):
    office.note("notice:1", to=ACME)
    office.deliver()
    ts = office.messages()[0]["ts"]
    office.note("notice:2", to=ACME, payload={"notice": "trouble", "words": "a reply", "thread_ts": ts})
    office.sandbox.faults.add("reset", "chat.postMessage", takes_effect=True)
    office.deliver()
    office.later(seconds=31)
    office.deliver()
    assert office.state("notice:2") == "sent"
    assert office.keys() == ["notice:1", "notice:2"]


def test_the_fate_of_a_file_is_known_by_its_id(office, monkeypatch):
    from reminders.outbox import posting
    from reminders.outbox.messages import Message

    monkeypatch.setattr(posting, "compose", lambda *_: [Message("For your calendar", file=("review.ics", b"BEGIN"))])
    office.note("notice:1")
    office.sandbox.faults.add("reset", "files.completeUploadExternal", takes_effect=True)
    office.deliver()
    assert office.state("notice:1") == "unknown"
    office.later(seconds=31)
    office.deliver()
    assert office.state("notice:1") == "sent"
    shared = office.sandbox.log.entries("posted", source="files.completeUploadExternal")
    assert [entry["text"] for entry in shared] == ["For your calendar"]


def test_replies_follow_a_message_that_was_found_in_the_history(office, monkeypatch):
    from reminders.outbox import posting
    from reminders.outbox.messages import Message

    monkeypatch.setattr(posting, "compose", lambda *_: [Message("the numbers"), Message("by use case")])
    office.sandbox.faults.add("reset", "chat.postMessage", takes_effect=True)
    office.note("notice:1", to=ACME)
    office.deliver()
    assert office.state("notice:1") == "unknown"
    office.later(seconds=31)
    office.deliver()
    main, reply = office.messages("acme")
    assert (main["text"], reply["text"]) == ("the numbers", "by use case")
    assert reply["thread_ts"] == main["ts"]
