"""A clock that stood ahead for one plan, and is right again: nothing of the time between is lost in silence."""

from datetime import timedelta

import pytest

from reminders.engine.planner import plan
from tests.reminders.factory import at


@pytest.mark.parametrize("ahead", [timedelta(days=365), timedelta(days=40), timedelta(hours=3)])
def test_what_a_clock_ahead_planned_is_planned_anew_at_its_time(make_book, ahead):
    book = make_book(operations_channel="#ops")
    ann = book.person("ann@example.com", "UTC")
    for number in range(5):
        book.account(f"Account {number}", ann, renewal_on="2027-04-30", last_ebr_on="2026-01-15")
    book.cta(book.account("Globex", ann), ann, due_on="2026-12-01")
    now = at("2026-11-20 08:00")
    for step in range(30):
        plan(book.store, now + timedelta(days=step))
    expected = {row["dedupe_key"] for row in book.rows("kind NOT IN ('card', 'notice') AND state = 'pending'")}
    assert len(expected) > 5

    book = make_book(operations_channel="#ops")
    ann = book.person("ann@example.com", "UTC")
    for number in range(5):
        book.account(f"Account {number}", ann, renewal_on="2027-04-30", last_ebr_on="2026-01-15")
    book.cta(book.account("Globex", ann), ann, due_on="2026-12-01")
    plan(book.store, now + ahead)
    for step in range(30):
        plan(book.store, now + timedelta(days=step))
    found = {row["dedupe_key"] for row in book.rows("kind NOT IN ('card', 'notice') AND state = 'pending'")}
    assert found == expected
    told = [row["why"] for row in book.rows("kind = 'notice'")]
    assert len(told) == 1
    assert "The clock stood at" in told[0]


def test_a_clock_that_wanders_by_seconds_is_no_matter(make_book):
    book = make_book(operations_channel="#ops")
    book.account("Acme", book.person("ann@example.com", "UTC"), renewal_on="2027-04-30")
    plan(book.store, at("2026-11-30 09:00"))
    plan(book.store, at("2026-11-30 09:00") - timedelta(seconds=90))
    assert book.rows("kind = 'notice'") == []
