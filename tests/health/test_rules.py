"""How old a health is and when it is asked for, against the rules written a second time; and their examples."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.account.health_history import Setting
from storage.account.record import Account
from storage.health.record import asked_before, freshness, is_asked, trend
from storage.health.settings import HealthArea
from tests.health import oracle

DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
COLOURS = st.sampled_from([None, "green", "yellow", "red"])
MONTHS = st.integers(0, 12)
KNOWN = datetime(2026, 11, 1, tzinfo=UTC)
ACME = Account(
    id=1, name="Acme", crm_id=None, segment=None, arr_cents=None, currency="USD", renewal_on=None, csm_id=1, ae_id=None,
    sa_id=None, pse_id=None, channel_id=None, customer_since=None, last_ebr_on=None, ebr_cadence_months=None, region=None,
    health=None, health_on=None, crm_url=None, outlook=None, archived_at=None, churned_on=None, known_at=KNOWN,
    renewal_known_at=KNOWN, ebr_known_at=KNOWN,
)  # fmt: skip


def test_the_round_of_1_march_with_three_months_asks_for_what_was_set_before_1_january():
    assert asked_before(date(2027, 3, 1), 3) == date(2027, 1, 1)
    assert is_asked("green", date(2026, 12, 31), date(2027, 3, 1), 3)
    assert not is_asked("green", date(2027, 1, 1), date(2027, 3, 1), 3)


@pytest.mark.parametrize(("days", "months", "word"), [
    (0, 1, "fresh"), (31, 1, "fresh"), (32, 1, "stale"), (120, 1, "stale"), (121, 1, "unknown"),
    (93, 3, "fresh"), (94, 3, "stale"),
])  # fmt: skip
def test_days_are_counted_with_the_last_of_them(days, months, word):
    today = date(2026, 11, 30)
    account = replace(ACME, health="green", health_on=today - timedelta(days=days))
    assert freshness(account, today, months, HealthArea()) == word


@given(today=DAYS, on=DAYS, health=COLOURS, months=st.integers(1, 12))
def test_freshness_is_as_the_rules_say(today, on, health, months):
    on = min(on, today)
    found = freshness(replace(ACME, health=health, health_on=on), today, months, HealthArea())
    assert found == oracle.age_in_words(today, health, on, months)


@given(day=DAYS, back=st.integers(0, 400), health=COLOURS, months=MONTHS)
def test_who_is_asked_is_as_the_rules_say(day, back, health, months):
    on = day - timedelta(days=back)
    assert is_asked(health, on, day, months or None) == oracle.round_asks(day, health, on, months)


@given(today=DAYS, said=st.lists(st.tuples(st.integers(0, 300), COLOURS), max_size=12))
def test_the_trend_is_as_the_rules_say(today, said):
    lived = sorted(((today - timedelta(days=back), health) for back, health in said), key=lambda one: one[0])
    settings = [Setting(1, on, health, None, None, "person") for on, health in reversed(lived)]
    assert [health for _, health in trend(settings, today)] == oracle.trend(today, lived)
