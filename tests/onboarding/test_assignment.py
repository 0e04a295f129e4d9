"""A newly known account without a CSM: the manager of its region is asked, else operations."""

from datetime import UTC, datetime

import pytest

from reminders.engine.planner import plan
from reminders.engine.rehearsal import rehearse
from storage.base.policy import policy_from
from tests.reminders.factory import Book, at

POLICY = policy_from({"onboarding": {"enabled": True}})


@pytest.fixture
def stored(tmp_path):
    """Two managers of EMEA, of whom the first by e-mail is asked; Ann is a CSM."""
    made = Book(tmp_path)
    made.store.policy = POLICY
    made.person("zoe@example.com", "UTC", role="manager", region="EMEA")
    made.person("bea@example.com", "UTC", role="manager", region="EMEA")
    plan(made.store, at("2026-11-23 08:00"))  # a Monday: onboarding is on from here
    yield made
    made.close()


def asked(stored, now):
    plan(stored.store, at(now))
    return [(r["recipient"], r["dedupe_key"], r["state"]) for r in stored.rows() if r["kind"] == "assignment"]


def sent(rows):
    return [(who, key) for who, key, state in rows if state == "pending"]


def test_the_manager_of_its_region_is_asked_on_the_next_morning(stored):
    stored.account("Acme", None, region="emea", known_at=at("2026-11-24 15:00"))
    assert sent(asked(stored, "2026-11-24 16:00")) == []
    assert sent(asked(stored, "2026-11-25 09:00")) == [("bea@example.com", "assignment:bea@example.com:2026-11-25")]
    assert sent(asked(stored, "2026-11-26 09:00"))[1:] == []


def test_what_became_known_on_a_friday_evening_waits_for_monday(stored):
    stored.account("Acme", None, region="EMEA", known_at=at("2026-11-27 19:00"))
    assert sent(asked(stored, "2026-11-30 09:00")) == [("bea@example.com", "assignment:bea@example.com:2026-11-30")]


@pytest.mark.parametrize("region", ["APAC", None])
def test_without_such_a_manager_operations_are_asked(stored, region):
    stored.account("Acme", None, region=region, known_at=at("2026-11-24 15:00"))
    assert [who for who, _ in sent(asked(stored, "2026-11-25 09:00"))] == ["operations"]


def test_one_with_a_csm_and_one_known_before_it_was_on_ask_nobody(stored):
    stored.account("Acme", stored.person("ann@example.com", "UTC"), region="EMEA", known_at=at("2026-11-24 15:00"))
    stored.account("Old", None, region="EMEA", known_at=at("2026-11-02 15:00"))
    assert sent(asked(stored, "2026-11-25 09:00")) == []


def test_after_a_morning_that_the_bot_missed_it_is_said_on_the_next_one(stored):
    stored.account("Acme", None, region="EMEA", known_at=at("2026-11-24 15:00"))
    assert sent(asked(stored, "2026-11-26 10:00")) == [("bea@example.com", "assignment:bea@example.com:2026-11-26")]
    assert sent(asked(stored, "2026-11-27 10:00"))[1:] == []


def test_what_became_known_on_the_day_on_which_it_was_switched_on_is_said(stored):
    stored.account("Acme", None, region="EMEA", known_at=at("2026-11-23 07:00"))
    assert sent(asked(stored, "2026-11-23 10:00")) == [("bea@example.com", "assignment:bea@example.com:2026-11-23")]


def test_the_preview_has_it(stored):
    stored.account("Acme", None, region="EMEA", known_at=at("2026-11-24 15:00"))
    found = rehearse(stored.db, POLICY, at("2026-11-24 16:00"), at("2026-12-04 00:00"))
    assert [(one.recipient, str(one.day)) for one in found if one.kind == "assignment"] == [
        ("bea@example.com", "2026-11-25")
    ]


def test_the_message_names_all_and_leads_to_the_list(make_book):
    world = make_book("onboarding")
    world.book("people", {"email": "priya@example.com", "role": "manager", "region": "EMEA"})
    world.book("accounts", {"name": "Newco", "region": "EMEA"}, {"name": "Other", "region": "EMEA"})
    world.jump(datetime(2026, 11, 24, 15, 0, tzinfo=UTC))
    shown = world.as_("priya").expect_dm("2 accounts have no CSM: ", seconds=30)
    assert {"Newco", "Other"} <= set(shown.text.replace(",", "").replace("\n", " ").split(" "))
    assert "Newco" in shown.click("Show").text
    world.allow_messages()
