"""Where a message goes, what it carries, and what is done where Slack says no."""

import logging
from contextlib import closing
from datetime import date, timedelta

import pytest
from sqlite_utils.utils import sqlite3

from storage.account import store as accounts
from storage.base import day as days
from storage.base import destinations, mutes, people, sending
from storage.base.db import Store
from storage.base.trouble import Unreachable, busy
from storage.renewal import store as renewals
from tests import engines
from tests.delivery.killing import all_in_utc

ACME, INITECH, OPERATIONS = "C0000ACME", "C0INITECH", "C0000CSOPS"


def test_what_is_due_for_a_person_at_one_moment_is_one_message_that_lists_its_keys(office):
    keys = [office.note(f"notice:{n}") for n in range(3)]
    assert office.deliver().sent == 3
    assert office.posted() == [keys]
    rows = [office.row(key) for key in keys]
    assert {row.state for row in rows} == {"sent"}
    assert {row.slack_ts for row in rows} == {office.messages()[0]["ts"]}


def test_while_a_message_is_made_others_write(office, monkeypatch):
    """Seen failing: a morning of hundreds of things was read anew in the unit that keeps it, and commands were refused."""
    all_in_utc(office.sandbox)
    started = office.now
    office.sandbox.clock.restart(started - timedelta(days=3))
    for number in range(2):
        office.account(f"Acme {number}", csm="maya", renewal_date="2027-04-23")
    office.sandbox.clock.restart(started)
    read, beside = days.items, []

    def reading(*given):
        with (
            closing(Store(engines.ready(office.database), policy=office.policy)) as other,
            other.one_wait(),
            other.write(office.now) as unit,
        ):
            people.ensure_email(unit, f"new{len(beside)}@example.com")
            beside.append(unit.at)
        return read(*given)

    monkeypatch.setattr(days, "items", reading)
    office.tick()
    assert max(map(len, office.posted())) > 1
    assert len(beside) >= 2, "for the message, and for what stands in it by itself"


def test_nothing_goes_before_its_time(office):
    office.note("notice:later", not_before=office.now.replace(hour=10))
    assert office.deliver().sent == 0
    office.later(hours=1)
    assert office.deliver().sent == 1


def test_what_expired_is_closed_and_shown(office):
    office.note("notice:old", expires_at=office.now.replace(hour=10))
    office.later(hours=1)
    assert office.deliver().expired == 1
    assert office.state("notice:old") == "expired"
    assert office.row("notice:old").error
    assert office.posted() == []


def test_the_dm_is_opened_once_and_remembered(office):
    office.note("notice:1")
    office.deliver()
    office.note("notice:2")
    office.deliver()
    assert len(office.asked("conversations.open")) == 1
    person = office.person("maya")
    assert person.dm_channel == office.messages()[0]["channel"]
    assert person.slack_id == "U0000MAYA"
    assert person.zone == "America/New_York"


def test_a_public_channel_is_joined_before_the_first_post(office):
    office.note("notice:1", to=INITECH)
    office.deliver()
    methods = [entry["method"] for entry in office.sandbox.log.entries("asked")]
    assert methods.index("conversations.join") < methods.index("chat.postMessage")


def test_a_channel_may_be_named(make_office):
    office = make_office(operations_channel="cs-operations")
    office.note("notice:1", to="operations")
    office.deliver()
    office.note("notice:2", to="operations")
    office.deliver()
    assert office.posted(OPERATIONS) == [["notice:1"], ["notice:2"]]
    assert len(office.asked("conversations.list")) == 1


@pytest.mark.parametrize("flag", ["shared", "pending_shared"])
def test_never_in_a_channel_that_another_company_sees(office, flag):
    office.note("notice:1", to=ACME)
    office.deliver()
    setattr(office.sandbox.workspace.channels[ACME], flag, True)
    office.note("notice:2", to=ACME)
    assert office.deliver().blocked == 1
    assert office.posted("acme") == [["notice:1"]]
    assert office.row("notice:2").error.startswith("shared")


def test_blocked_at_a_person_then_their_manager_then_operations(office):
    office.book(
        "people",
        {"email": "nora@example.com", "name": "Nora", "manager": "lena@example.com"},
        {"email": "lena@example.com", "name": "Lena", "manager": ""},
    )
    office.note("notice:1", to="nora")
    office.sandbox.workspace.people["U0000LENA"].deleted = True
    office.deliver()
    assert office.states()["notice:1"] == "blocked"
    assert office.states()["notice:1:lena@example.com"] == "blocked"
    assert office.states()["notice:1:operations"] == "sent"
    assert [keys for keys in office.posted(OPERATIONS) if "notice:1:operations" in keys]
    assert office.row("notice:1").error


def test_blocked_with_an_email_that_slack_does_not_know_goes_to_operations(office):
    office.note("notice:1", to="nobody")
    office.deliver()
    assert office.row("notice:1").error.startswith("users_not_found")
    assert office.states()["notice:1:operations"] == "sent"


def test_without_an_operations_channel_the_line_ends_visibly(make_office):
    office = make_office(operations_channel="")
    office.note("notice:1", to="operations")
    office.deliver()
    assert office.state("notice:1") == "blocked"
    assert "operations_channel" in office.row("notice:1").error


def test_operations_are_told_once_of_a_channel_that_is_gone_and_once_when_it_is_well(office):
    office.sandbox.workspace.channels[ACME].archived = True
    for number in range(3):
        office.note(f"notice:{number}", to=ACME)
        office.deliver()
        office.later(minutes=1)
    told = office.told()
    assert len([text for text in told if "don't arrive" in text]) == 1
    assert [trouble.id for trouble in destinations.troubles(office.db)] == [f"channel:{ACME}"]

    office.sandbox.workspace.channels[ACME].archived = False
    office.deliver()
    told = office.told()
    assert len([text for text in told if "arrive again" in text]) == 1
    assert destinations.troubles(office.db) == []


def test_operations_read_names_and_never_keys(office):
    office.book(
        "people",
        {"email": "nora@example.com", "name": "Nora Quist", "manager": "lena@example.com"},
        {"email": "lena@example.com", "name": "Lena Moor", "manager": ""},
    )
    office.sandbox.workspace.people["U0000NORA"].deleted = True
    office.sandbox.workspace.channels[INITECH].archived = True
    office.note("notice:1", to="nora")
    office.note("notice:2", to=INITECH)
    office.note("notice:3", to="C0UNKNOWN")
    office.account("Hooli", channel="C00NOWHERE")
    office.note("notice:4", to="C00NOWHERE")
    office.deliver()
    told = " ".join(office.told())
    assert (
        "Messages to Nora Quist don't arrive: Slack knows nobody with this e-mail address. Told instead: Lena Moor."
        in told
    )
    assert "Messages to #initech don't arrive: the channel is archived." in told
    assert "Messages to the channel C0UNKNOWN don't arrive" in told
    assert "Messages to the channel of Hooli (C00NOWHERE) don't arrive" in told

    office.sandbox.workspace.channels[INITECH].archived = False
    office.note("notice:5", to=INITECH)
    office.deliver()
    told = [text for text in office.told() if text.startswith("Messages")]
    assert "Messages to #initech can arrive again." in told
    assert not any(key in " ".join(told) for key in ("person:", "channel:", "@", INITECH))


def test_what_was_blocked_and_went_to_nobody_goes_out_when_its_channel_is_well_again(office):
    office.sandbox.workspace.channels[OPERATIONS].archived = True
    office.note("notice:1", to="operations")
    office.deliver()
    assert office.state("notice:1") == "blocked"
    office.sandbox.workspace.channels[OPERATIONS].archived = False
    office.deliver()
    assert office.state("notice:1") == "sent"


def test_blocks_that_slack_refuses_go_out_as_plain_text_once(office, monkeypatch):
    from reminders.outbox import messages, posting

    def bad_blocks(*_):
        return [messages.Message("the words", [{"type": "no such block"}])]

    monkeypatch.setattr(posting, "compose", bad_blocks)
    office.note("notice:1", to=ACME)
    office.deliver()
    (message,) = office.messages("acme")
    assert message["text"] == "the words"
    assert message["blocks"] is None
    assert office.row("notice:1").attempts == 1


def test_what_slack_refuses_as_plain_text_too_is_dead_and_operations_are_told(office, monkeypatch):
    from reminders.outbox import posting
    from reminders.outbox.messages import Message, compose

    def too_long(db, renderer, policy, rows, now):
        bad = any(row.dedupe_key == "notice:1" for row in rows)
        return [Message("x" * 50_000, [{"type": "no such block"}])] if bad else compose(db, renderer, policy, rows, now)

    monkeypatch.setattr(posting, "compose", too_long)
    office.sandbox.faults.add("error", "chat.postMessage", code="msg_too_long", channel=ACME, times=2)
    office.note("notice:1", to=ACME)
    assert office.deliver().dead == 1
    assert office.state("notice:1") == "dead"
    assert any(
        text.startswith("Given up, since it can't be sent: the note for #acme (row 1): ") for text in office.told()
    )


def test_a_template_that_fails_is_tried_again_and_given_up_loudly(office, monkeypatch, caplog):
    from reminders.outbox import posting
    from reminders.outbox.messages import compose

    def broken(db, renderer, policy, rows, now):
        if any(row.dedupe_key == "notice:1" for row in rows):
            raise KeyError("slip")
        return compose(db, renderer, policy, rows, now)

    monkeypatch.setattr(posting, "compose", broken)
    office.note("notice:1", to=ACME)
    with caplog.at_level(logging.CRITICAL):
        for _ in range(8):
            office.deliver()
            office.later(minutes=6)
    assert office.state("notice:1") == "dead"
    assert "slip" in office.row("notice:1").error
    assert any(
        text.startswith("Given up, since it can't be sent: the note for #acme (row 1): ") for text in office.told()
    )


@pytest.mark.parametrize(
    "trouble",
    [
        sqlite3.OperationalError("database or disk is full"),
        sqlite3.OperationalError("database is locked"),
        sqlite3.OperationalError("disk I/O error"),
        Unreachable("The database can't be reached: it ends the connection.", ""),
        busy(),
    ],
    ids=lambda trouble: str(trouble)[:20],
)
def test_trouble_with_the_database_is_held_against_no_row(office, monkeypatch, trouble):
    """Seen failing: five times, and a reminder was given up."""
    attempted = sending.attempted

    def fails(*_):
        raise trouble

    monkeypatch.setattr(sending, "attempted", fails)
    office.note("notice:1", to=ACME)
    for _ in range(8):
        office.deliver()
        office.later(minutes=6)
    assert office.state("notice:1") == "pending"
    monkeypatch.setattr(sending, "attempted", attempted)
    office.deliver()
    assert office.state("notice:1") == "sent"
    assert office.told() == []


def test_tries_that_slack_refused_are_none_of_those_after_which_a_row_is_given_up(office, monkeypatch):
    from reminders.outbox import posting

    office.sandbox.faults.add("error", "chat.postMessage", code="new_to_us", channel=ACME, times=6)
    office.note("notice:1", to=ACME)
    for _ in range(6):
        office.deliver()
        office.later(minutes=61)
    assert office.row("notice:1").attempts >= 5
    compose, fails = posting.compose, [True]

    def once(*asked):
        if fails:
            fails.pop()
            raise KeyError("slip")
        return compose(*asked)

    monkeypatch.setattr(posting, "compose", once)
    for _ in range(3):
        office.deliver()
        office.later(minutes=6)
    assert office.state("notice:1") == "sent"


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "account_inactive", "missing_scope"])
def test_a_refused_token_pauses_everything_says_so_and_ends_by_itself(office, code):
    office.sandbox.faults.add("error", "chat.postMessage", code=code)
    office.note("notice:1", to=ACME)
    office.note("notice:2")
    office.deliver()
    assert office.posted() == []
    assert len(office.asked("chat.postMessage")) == 1
    assert [trouble.health for trouble in destinations.troubles(office.db)] == [code]
    assert office.state("notice:1") == "pending"
    assert office.row("notice:1").attempts == 0

    office.later(seconds=31)
    office.deliver()
    assert {"notice:1", "notice:2"} <= set(office.keys())
    assert destinations.troubles(office.db) == []
    told = " ".join(office.told())
    assert "refuses the bot's token" in told
    assert "takes the bot's token again" in told


def test_while_the_token_is_revoked_slack_is_asked_about_the_token_only(office):
    office.sandbox.workspace.bot_revoked = True
    office.note("notice:1", to=ACME)
    office.deliver()
    before = len(office.sandbox.log.entries("asked"))
    for _ in range(3):
        office.later(seconds=31)
        office.deliver()
    asked = office.sandbox.log.entries("asked")[before:]
    assert {entry["method"] for entry in asked} == {"auth.test"}
    office.sandbox.workspace.bot_revoked = False
    office.deliver()
    assert office.state("notice:1") == "sent"
    assert destinations.troubles(office.db) == []


def test_a_person_found_to_have_left_is_remembered_as_gone(office):
    maya = office.person("nora")
    with office.write() as unit:
        people.from_slack(unit, slack_id="U0000NORA", email=maya.email, name="Nora", zone=None)
    office.note("notice:1", to="nora")
    office.deliver()
    assert office.person("nora").deactivated
    assert office.states()["notice:1:operations"] == "sent"


def test_somebody_whom_slack_shows_at_last_gets_their_own_morning(office):
    """Planned for nine in the policy's zone, since nobody knew; Slack says that Maya is in New York."""
    office.account("Acme", csm="maya", renewal_date="2027-04-23")
    office.sandbox.clock.restart(office.now.replace(hour=9) + timedelta(days=1))
    office.tick()
    assert office.messages("U0000MAYA") == []
    office.later(hours=5)
    office.tick()
    assert [keys for keys in office.posted("U0000MAYA") if "renewal_review:1:2027-04-23:5" in keys]


@pytest.mark.parametrize("known", [True, False], ids=["known before", "found when posting"])
def test_the_day_of_somebody_who_left_goes_to_the_manager_each_item_once_in_one_message(office, known):
    office.book("people", {"email": "nora@example.com", "name": "Nora", "manager": "priya@example.com"})
    for person in office.sandbox.workspace.people.values():
        person.tz = "UTC"
    for name in ("Acme", "Globex", "Initech"):
        office.account(name, csm="nora", renewal_date="2027-04-25")
    office.sandbox.workspace.people["U0000NORA"].deleted = True
    office.later(days=2)
    office.plan()
    nora = office.person("nora")
    with office.write() as unit:
        people.from_slack(unit, slack_id="U0000NORA", email=nora.email, name="Nora", zone="UTC", deactivated=known)
    office.deliver()
    (keys,) = office.posted("U000PRIYA")
    reviews = [key for key in keys if key.startswith("renewal_review:")]
    assert len(reviews) == 3
    assert len({key.removesuffix(":priya@example.com") for key in reviews}) == 3
    assert office.posted("U0000NORA") == []


def test_what_is_no_longer_due_when_its_time_comes_is_not_said(office):
    """Planned, and then the account was archived, the reminder muted, or its reader away."""
    names = ("Archived", "Muted", "Away")
    for person in office.sandbox.workspace.people.values():
        person.tz = "UTC"
    for name, csm in zip(names, ("maya", "tom", "lena"), strict=True):
        office.account(name, csm=csm, renewal_date="2027-04-25")
    office.later(days=2)
    office.plan()
    gone, muted, away = (accounts.named(office.db, name)[0] for name in names)
    with office.write() as unit:
        accounts.archive(unit, gone.id)
        mutes.mute(unit, muted.csm_id, "renewal_review")
        people.set_away(unit, away.csm_id, unit.today, gone.csm_id)
    office.deliver()
    review = "renewal_review:{}:2027-04-25:5".format
    assert office.state(review(gone.id)) == office.state(review(muted.id)) == "cancelled"
    assert office.row(review(muted.id)).error == "muted"
    assert [keys for keys in office.posted("U0000MAYA") if review(away.id) in keys], "the backup is told"
    assert not {review(gone.id), review(muted.id)} & set(office.keys())


def test_what_is_done_while_its_message_is_on_its_way_is_shown_by_an_edit(office):
    all_in_utc(office.sandbox)
    acme = office.account("Acme", csm="maya", renewal_date="2027-04-23")
    office.plan()
    meanwhile = iter(["the champion left"])

    def skipped_meanwhile(point):
        for reason in meanwhile if point == "post.after" else ():
            with office.write() as unit:
                renewals.skip_review(unit, acme.id, date(2027, 4, 23), 5, reason)

    office.points = skipped_meanwhile
    office.deliver()
    (posted,) = office.messages()
    assert "skipped" not in str(posted["blocks"])
    (edited,) = office.sandbox.log.entries("updated")
    assert edited["ts"] == posted["ts"]
    assert "skipped" in str(office.sandbox.workspace.channels[posted["channel"]].messages[-1].body)
