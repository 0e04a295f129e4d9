"""Which review is meant, and when EBRs are due: pure tables."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from storage.account.record import Account
from storage.base.policy import policy_from
from storage.renewal.record import HELD, SCHEDULED, SKIPPED, Review
from storage.renewal.review_steps import ebr_due_on, ebr_step, review_day, review_steps, step_meant

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
    ({"customer_since": date(2026, 2, 28)}, None, date(2027, 2, 28)),
    ({"last_ebr_on": date(2026, 6, 4), "customer_since": date(2020, 1, 1)}, None, date(2027, 6, 4)),
    ({"last_ebr_on": date(2026, 6, 4)}, date(2026, 8, 1), date(2027, 8, 1)),
    ({"last_ebr_on": date(2026, 6, 4), "ebr_cadence_months": 3}, None, date(2026, 9, 4)),
    ({"last_ebr_on": date(2026, 6, 4), "segment": "strategic"}, None, date(2026, 12, 4)),
    ({"last_ebr_on": date(2026, 8, 31), "ebr_cadence_months": 6}, None, date(2027, 2, 28)),
])  # fmt: skip
def test_when_the_next_ebr_is_due(fields, held, due):
    assert ebr_due_on(replace(ACME, **fields), held, POLICY) == due


@pytest.mark.parametrize(("today", "step"), [
    (date(2026, 9, 30), None), (date(2026, 10, 1), 90), (date(2026, 11, 29), 90), (date(2026, 11, 30), 30),
    (date(2026, 12, 30), 0), (date(2027, 1, 28), 0), (date(2027, 1, 29), -30), (date(2029, 1, 1), -30),
])  # fmt: skip
def test_the_nudge_that_has_come(today, step):
    assert ebr_step(date(2026, 12, 30), POLICY, today) == step
