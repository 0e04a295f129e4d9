"""Calls with their area on: logged in words and in a form, late by the rules, in brief, timeline and the month's round."""

import json
import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.account import notes
from storage.account.lists import Whose
from storage.base.exports import records
from storage.base.policy import policy_from
from storage.call import store as kept
from storage.call.record import days_allowed, late_since
from storage.health.store import signals
from tests.account.books import MAYA, account, audit
from tests.call.oracle import is_late
from tests.forging import click
from tests.reminders.factory import Book

HOSTILE = "<!channel> *b*"
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))


def calls(world):
    return world.rows("SELECT held_on, kind, use_case, note, next_step, health FROM calls ORDER BY id")


@pytest.mark.parametrize(("words", "kept"), [
    ("12 Nov met the new lead", ("2026-11-12", "call", None, "met the new lead")),
    ("met the new lead", ("2026-11-23", "call", None, "met the new lead")),
    ("onsite yesterday went through the plan", ("2026-11-22", "onsite", None, "went through the plan")),
    ("12 Nov workshop", ("2026-11-12", "workshop", None, None)),
    ("webinar CI 12 Nov many people came", ("2026-11-12", "webinar", "CI", "many people came")),
    ("webinar agile planning yesterday", ("2026-11-22", "webinar", "Agile planning", None)),
])  # fmt: skip
def test_a_call_is_logged_in_words(book, words, kept):
    assert "logged" in book.as_("maya").command(f"/success call Acme {words}").text
    (call,) = calls(book)
    assert tuple(call.values())[:4] == kept
    assert audit(book) == ["call.log"]


def test_a_webinar_without_its_use_case_and_nothing_at_all_are_asked_about_in_the_form(book):
    maya = book.as_("maya")
    form = maya.command("/success call Acme webinar yesterday many came").modal
    assert (form.value("Held on"), form.value("Note")) == ("2026-11-22", "many came")
    form.submit()
    assert form.is_open
    assert calls(book) == []
    maya.command("/success call Acme").modal.fill("Note", HOSTILE).fill("Next step", "send it").submit()
    assert calls(book)[0]["next_step"] == "send it"
    raw = json.dumps(maya.command("/success Acme").message.blocks)
    assert "<!channel>" not in raw


def test_a_day_ahead_is_refused_and_keeps_what_was_typed(book):
    assert "still ahead" in book.as_("maya").command("/success call Acme tomorrow will meet").text
    assert calls(book) == []


def test_undo_and_the_command_take_it_back_with_the_health_that_it_showed(make_book):
    book = make_book("calls", "health")
    maya = book.as_("maya")
    form = maya.command("/success call Acme").modal
    said = form.fill("Note", "sponsor left").fill("Health", "Red").submit().message
    assert account(book).health == "red"
    assert book.rows("SELECT note, source FROM health_settings") == [{"note": "sponsor left", "source": "call"}]
    said.click("Undo")
    said.expect("taken back: the call that was logged")
    assert account(book).health is None
    assert calls(book) == []
    book.allow_messages()


def test_only_the_team_logs_and_off_nobody_does(book, make_world):
    assert "Only the account team of Acme" in book.as_("lena").command("/success call Acme met").text
    click(book, "lena", "call.log", str(account(book).id))
    assert "Only the account team" in book.as_("lena").expect_dm().text
    assert calls(book) == []


def test_off_there_is_no_word_of_it(make_book):
    off = make_book()
    assert "below [calls]" in off.as_("maya").command("/success call Acme met").text
    assert "call" not in off.as_("maya").command("/account Acme").text
    off.allow_messages()


def test_it_stands_on_card_brief_timeline_page_and_export(book):
    maya = book.as_("maya")
    maya.command("/success call Acme 12 Nov met the new lead")
    assert "last call Thu 12 Nov" in maya.command("/account Acme").text
    assert "met the new lead" in maya.command("/account brief Acme").modal.text
    assert "met the new lead" in maya.command("/success Acme").text
    found, _ = notes.of_account(book.db, book.store.policy, account(book).id, "UTC", limit=5)
    assert [(str(note.on), note.about, note.text) for note in found] == [("2026-11-12", "Call", "met the new lead")]
    fields, rows = records(book.db, "calls", book.store.policy, book.now.date())
    assert fields[0] == "account"
    assert [(row["account"], row["held_on"], row["by"], row["source"]) for row in rows] == [
        ("Acme", "2026-11-12", MAYA, "person")
    ]


def test_late_ones_stand_in_what_is_late_and_are_a_signal(book):
    maya = book.as_("maya")
    book.book("accounts", {"name": "Globex", "crm_id": "G1", "customer_since": "2026-01-01"})
    listed = maya.command("/success").message
    assert "no call yet" in listed.text
    assert "Acme" in listed.text
    assert "Globex" in listed.text
    maya.command("/success call Acme 20 Oct talked")
    assert "Acme" not in maya.command("/success").text.replace("Acme Labs", "")
    book.jump(datetime(2026, 11, 25, 15, tzinfo=UTC))
    assert "last call 36 days ago" in maya.command("/success").text
    acme = account(book).id
    told = signals(book.db, book.store.policy, [acme], date(2026, 11, 25))
    assert [(one.what, one.detail) for one in told[acme]] == [("call_late", "36")]


def test_the_round_comes_only_where_it_is_asked_for(make_book):
    book = make_book(calls={"enabled": True, "nudge": True})
    book.jump(datetime(2026, 12, 1, 15, tzinfo=UTC))
    assert "Calls with 1 account are late: Acme" in book.as_("maya").expect_dm("Calls with").text
    book.posted()
    sent = book.rows("SELECT dedupe_key FROM outbox WHERE kind = 'call_round' AND state = 'sent'")
    assert [row["dedupe_key"] for row in sent] == [f"call_round:{MAYA}:2026-12"]
    book.allow_messages()


def test_without_nudge_there_is_no_round(book):

    book.plan_ahead(datetime(2026, 12, 1, 15, tzinfo=UTC))
    assert book.rows("SELECT 1 FROM outbox WHERE kind = 'call_round'") == []


@given(
    today=DAYS, back=st.none() | st.integers(0, 200), since=st.none() | st.integers(0, 400),
    own=st.none() | st.integers(0, 90), segment=st.integers(0, 95), onboarding=st.booleans(),
)  # fmt: skip
def test_late_is_what_the_rules_written_twice_say(today, back, since, own, segment, onboarding):
    last = None if back is None else today - timedelta(days=back)
    started = None if since is None else today - timedelta(days=since)
    allowed = days_allowed(own, segment or None, 10, in_onboarding=onboarding)
    found = late_since(last, started, today, allowed)
    assert (found is not None) == is_late(today, last, started, own, segment, in_onboarding=onboarding)
    assert found is None or found <= today


def test_how_many_are_late_is_as_many_as_the_list_has(tmp_path):
    """On each day about the bounds: of accounts in onboarding, with days of their own, of any segment, never called."""
    today = date(2026, 12, 14)
    book = Book(tmp_path, policy_from({"calls": {"enabled": True}}))
    ann = book.person("ann@example.com")
    for number in range(120):
        luck = random.Random(number)
        since = today - timedelta(luck.choice([5, 10, 11, 12, 36, 119, 120, 121, 122, 800]))
        account = book.account(
            f"A{number}", ann, customer_since=luck.choice([since, since, None]), segment=luck.choice([None, "commercial"]),
            call_days=luck.choice([None, None, 0, 5, 20]), started_on=luck.choice([None, None, None, since]),
            onboarded_on=luck.choice([None, since]), will_churn_on=luck.choice([None, None, since]),
        )  # fmt: skip
        for back in luck.sample([4, 5, 6, 10, 11, 20, 21, 35, 36, 95, 96, 300], luck.randint(0, 2)):
            held_on = today - timedelta(back)
            book.insert("calls", account_id=account, held_on=held_on, kind="call", source="import", at=held_on)
    for back in (119, 120, 121):
        account = book.account(f"B{back}", ann, customer_since=today - timedelta(back))
        book.insert("calls", account_id=account, held_on=today - timedelta(20), kind="call", source="import", at=today)
    listed = len(kept.late(book.db, book.policy, Whose("all"), today))
    assert kept.how_many_late(book.db, book.policy, "1 = 1", (), today) == listed > 20
    book.close()
