"""When an update is due, against the rule written a second time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.base.business_days import business_days_of
from storage.base.policy import Policy
from storage.escalation.record import MONITORING, OPEN, SEVERITIES, due_on, same_again
from storage.escalation.settings import EscalationArea
from tests.escalation import oracle

DAYS = st.dates(date(2026, 1, 1), date(2028, 1, 1))
BUSINESS = business_days_of(Policy())


@given(last=DAYS, severity=st.sampled_from(SEVERITIES), monitoring=st.booleans())
def test_it_is_due_as_the_rule_written_twice_says(last, severity, monitoring):
    state = MONITORING if monitoring else OPEN
    assert due_on(last, severity, state, EscalationArea(), BUSINESS) == oracle.due(
        last, severity, monitoring=monitoring
    )


@given(closed=DAYS, days=st.integers(0, 30))
def test_it_is_the_same_within_fourteen_days(closed, days):
    assert same_again(closed, closed + timedelta(days=days), 14) == oracle.same_again(
        closed, closed + timedelta(days=days)
    )


@pytest.mark.parametrize("severity", SEVERITIES)
def test_it_is_asked_for_each_business_day_and_the_manager_hears_once(make_book, severity):
    from storage.escalation import store
    from tests.account.books import account

    book = make_book("escalations")
    with book.unit() as unit:
        store.open_(unit, account(book).id, severity, "it works")
    days = [date(2026, 11, 23) + timedelta(days=n) for n in range(24)]
    for day in days:
        book.plan_ahead(datetime.combine(day, time(15), UTC))
    asked = book.rows("SELECT dedupe_key FROM outbox WHERE kind = 'escalation_update' ORDER BY id")
    expected = oracle.asked_on(date(2026, 11, 23), severity, days, monitoring=False)
    assert [row["dedupe_key"] for row in asked] == [f"escalation_update:1:{day}" for day in expected]
    late = book.rows("SELECT dedupe_key, recipient FROM outbox WHERE kind = 'escalation_late'")
    assert late == [{"dedupe_key": f"escalation_late:1:{expected[0]}", "recipient": "priya@example.com"}]
