"""Which review is meant, and when EBRs are due: pure tables."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from storage.account.record import Account
from storage.base.policy import Policy, policy_from
from storage.ebr.due import ebr_due_on, ebr_step, ebr_steps
from storage.renewal.record import HELD, SCHEDULED, SKIPPED, Review
from storage.renewal.review_steps import review_day, review_steps, step_meant

POLICY = policy_from({"ebr_cadence_months": {"default": 12, "strategic": 6}})
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ACME = Account(
    1, "Acme", None, "enterprise", None, "USD", date(2027, 4, 30), None, None, None, None, None, None, None, None, None, None,
    None, None, None, None, None, LONG_AGO, LONG_AGO, LONG_AGO,
)  # fmt: skip


def review(months, state, scheduled_on=None, renewal_on=ACME.renewal_on):
    return Review(months, 1, renewal_on, months, state, None, scheduled_on, None, None, None, None, None, None)


@pytest.mark.parametrize(("renewal_on", "months", "day"), [
    (date(2027, 7, 31), 5, date(2027, 2, 28)),
    (date(2028, 7, 31), 5, date(2028, 2, 29)),
    (date(2027, 5, 31), 3, date(2027, 2, 28)),
    (date(2027, 4, 30), 5, date(2026, 11, 30)),
])  # fmt: skip
def test_months_are_clamped_to_the_months_end(renewal_on, months, day):
    assert review_day(renewal_on, months) == day


@pytest.mark.parametrize(("today", "reviews", "holding", "meant"), [
    (date(2026, 11, 1), [], False, 5),
    (date(2026, 11, 30), [], False, 5),
    (date(2027, 1, 29), [], False, 5),
    (date(2027, 1, 30), [], False, 3),
    (date(2026, 12, 1), [review(5, HELD)], False, 3),
    (date(2026, 12, 1), [review(5, SKIPPED)], False, 3),
    (date(2027, 2, 1), [review(3, HELD)], False, None),
    (date(2027, 2, 1), [review(5, HELD), review(3, SKIPPED)], False, None),
    (date(2026, 12, 1), [review(5, SCHEDULED, date(2026, 12, 9))], False, 5),
    (date(2027, 2, 1), [review(5, SCHEDULED, date(2027, 1, 31))], True, 5),
    (date(2027, 2, 1), [review(5, SCHEDULED, date(2027, 2, 2))], True, 3),
    (date(2027, 2, 1), [review(5, SCHEDULED, date(2027, 1, 31))], False, 3),
    (date(2026, 12, 1), [review(5, HELD, renewal_on=date(2026, 4, 30))], False, 5),
])  # fmt: skip
def test_the_review_that_is_meant(today, reviews, holding, meant):
    found = step_meant(review_steps(ACME, reviews, POLICY), today, holding=holding)
    assert (found.months if found else None) == meant


def test_no_renewal_date_no_reviews():
    assert review_steps(replace(ACME, renewal_on=None), [], POLICY) == []
    assert step_meant([], date(2027, 1, 1)) is None


@pytest.mark.parametrize(("fields", "held", "due"), [
    ({}, None, None),
    # Never held: at mid-term, at most a cadence on; who was known more than a year later has its history missing.
    ({"customer_since": date(2026, 2, 28), "known_at": datetime.fromisoformat("2026-03-01T00:00Z")}, None, date(2026, 8, 28)),
    ({"customer_since": date(2026, 8, 31), "known_at": datetime.fromisoformat("2026-08-01T00:00Z")}, None, date(2027, 2, 28)),
    ({"customer_since": date(2026, 2, 28), "ebr_cadence_months": 3, "known_at": datetime.fromisoformat("2026-03-01T00:00Z")}, None, date(2026, 5, 28)),
    ({"customer_since": date(2025, 2, 28), "known_at": datetime.fromisoformat("2026-02-28T00:00Z")}, None, date(2025, 8, 28)),
    ({"customer_since": date(2025, 2, 28), "known_at": datetime.fromisoformat("2026-03-01T00:00Z")}, None, None),
    ({"customer_since": date(2025, 2, 28), "known_at": datetime.fromisoformat("2026-03-01T00:00Z")}, date(2026, 3, 5), date(2027, 3, 5)),
    ({"last_ebr_on": date(2026, 6, 4), "customer_since": date(2020, 1, 1)}, None, date(2027, 6, 4)),
    ({"last_ebr_on": date(2026, 6, 4)}, date(2026, 8, 1), date(2027, 8, 1)),
    ({"last_ebr_on": date(2026, 6, 4), "ebr_cadence_months": 3}, None, date(2026, 9, 4)),
    ({"last_ebr_on": date(2026, 6, 4), "segment": "strategic"}, None, date(2026, 12, 4)),
    ({"last_ebr_on": date(2026, 8, 31), "ebr_cadence_months": 6}, None, date(2027, 2, 28)),
])  # fmt: skip
def test_when_the_next_ebr_is_due(fields, held, due):
    assert ebr_due_on(replace(ACME, **fields), held, POLICY) == due


def test_the_day_that_an_account_was_known_on_is_the_teams():
    policy = Policy(timezone="Asia/Tokyo")
    account = replace(ACME, customer_since=date(2025, 2, 28), known_at=datetime(2026, 2, 28, 14, 59, tzinfo=UTC))
    assert ebr_due_on(account, None, policy) == date(2025, 8, 28)
    assert ebr_due_on(replace(account, known_at=datetime(2026, 2, 28, 15, tzinfo=UTC)), None, policy) is None


@pytest.mark.parametrize(("months", "steps"), [
    (12, (90, 30, 0, -30)), (6, (90, 30, 0, -30)), (5, (30, 0, -30)), (3, (30, 0, -30)), (2, (30, 0, -30)), (1, (0, -30)),
])  # fmt: skip
def test_no_nudge_comes_earlier_than_half_the_cadence(months, steps):
    assert ebr_steps(months, Policy()) == steps


@pytest.mark.parametrize(("today", "step"), [
    (date(2026, 9, 30), None), (date(2026, 10, 1), 90), (date(2026, 11, 29), 90), (date(2026, 11, 30), 30),
    (date(2026, 12, 30), 0), (date(2027, 1, 28), 0), (date(2027, 1, 29), -30), (date(2029, 1, 1), -30),
])  # fmt: skip
def test_the_nudge_that_has_come(today, step):
    assert ebr_step(date(2026, 12, 30), POLICY, today) == step
