"""A year of a CSM with onboarding on is quiet: one message a morning, and few things in it."""

from datetime import date, timedelta

import pytest

from reminders.engine.planner import plan
from reminders.engine.rehearsal import rehearse
from storage.base.policy import policy_from
from tests.reminders.factory import Book, at

FIRST = date(2026, 11, 30)


@pytest.mark.parametrize("count", [12, 25, 45])
def test_a_year_has_one_message_a_day_and_few_rows(tmp_path, count):
    book = Book(tmp_path)
    book.store.policy = policy_from({"onboarding": {"enabled": True}})
    ann = book.person("ann@example.com", "UTC")
    for number in range(count):
        # Each fourth customer is new, all through the year; the others are of old.
        new = number % 4 == 0
        since = FIRST - timedelta(days=3 * number if new else 400 + 11 * number)
        renewal = FIRST + timedelta(days=10 + number * 355 // count)
        book.account(
            f"Account {number}",
            ann,
            customer_since=since,
            renewal_on=renewal,
            last_ebr_on=FIRST - timedelta(days=7 * number),
        )
    plan(book.store, at(f"{FIRST} 08:00"))
    found = rehearse(book.db, book.store.policy, at(f"{FIRST} 08:00"), at("2027-11-30 08:00"))
    mornings = {}
    for one in found:
        mornings.setdefault((one.recipient, one.day), set()).add(one.post_at)
    assert {kind for kind in (one.kind for one in found) if kind == "onboarding_nudge"}
    assert all(len(times) == 1 for times in mornings.values())
    business_days = sum((FIRST + timedelta(days=n)).weekday() < 5 for n in range(365))
    assert len([one for one in found if one.recipient == "ann@example.com"]) / business_days <= 2.5
    book.close()
