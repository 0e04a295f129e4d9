"""A clock that stood ahead for one plan, and is right again: nothing of the time between is lost in silence."""

from datetime import timedelta

import pytest

from reminders.engine.planner import plan
from tests.reminders.factory import at


@pytest.mark.parametrize("ahead", [timedelta(days=365), timedelta(days=40), timedelta(hours=3)])
def test_what_a_clock_ahead_planned_is_planned_anew_at_its_time(make_stored, ahead):
    stored = make_stored(operations_channel="#ops")
    ann = stored.person("ann@example.com", "UTC")
    for number in range(5):
        stored.account(f"Account {number}", ann, renewal_on="2027-04-30", last_ebr_on="2026-01-15")
    stored.cta(stored.account("Globex", ann), ann, due_on="2026-12-01")
    now = at("2026-11-20 08:00")
    for step in range(30):
        plan(stored.store, now + timedelta(days=step))
    expected = {row["dedupe_key"] for row in stored.rows("kind NOT IN ('card', 'notice') AND state = 'pending'")}
    assert len(expected) > 5

    stored = make_stored(operations_channel="#ops")
    ann = stored.person("ann@example.com", "UTC")
    for number in range(5):
        stored.account(f"Account {number}", ann, renewal_on="2027-04-30", last_ebr_on="2026-01-15")
    stored.cta(stored.account("Globex", ann), ann, due_on="2026-12-01")
    plan(stored.store, now + ahead)
    for step in range(30):
        plan(stored.store, now + timedelta(days=step))
    found = {row["dedupe_key"] for row in stored.rows("kind NOT IN ('card', 'notice') AND state = 'pending'")}
    assert found == expected
    told = [row["why"] for row in stored.rows("kind = 'notice'")]
    assert len(told) == 1
    assert "The clock stood at" in told[0]


def test_a_clock_that_wanders_by_seconds_is_no_matter(make_stored):
    stored = make_stored(operations_channel="#ops")
    stored.account("Acme", stored.person("ann@example.com", "UTC"), renewal_on="2027-04-30")
    plan(stored.store, at("2026-11-30 09:00"))
    plan(stored.store, at("2026-11-30 09:00") - timedelta(seconds=90))
    assert stored.rows("kind = 'notice'") == []
