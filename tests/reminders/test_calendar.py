"""Civil time: business days, mornings, gaps and folds, quiet hours, "at once"."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.engine.calendar import Moment, calendar_of, civil_instant, start_of
from storage.base.moments import add_months
from tests.reminders.factory import at, policy

ANY_DAY = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2027-07-31", -5, "2027-02-28"),
        ("2028-07-31", -5, "2028-02-29"),
        ("2027-04-30", -5, "2026-11-30"),
        ("2027-05-31", -3, "2027-02-28"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
    ],
)
def test_month_arithmetic_clamps_to_the_months_end(day, months, expected):
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("country", "day", "expected"),
    [
        ("", "2026-12-25", "2026-12-25"),  # weekends only
        ("", "2026-12-26", "2026-12-28"),
        ("DE", "2026-12-24", "2026-12-24"),
        ("DE", "2026-12-25", "2026-12-28"),
        ("GB-ENG", "2026-12-25", "2026-12-29"),  # Boxing Day, a Saturday, is taken on Monday
        ("US", "2027-12-31", "2028-01-03"),  # New Year's Day, a Saturday, is taken on the Friday before
    ],
)
def test_the_next_business_day_of_a_business_day_is_itself(country, day, expected):
    calendar = calendar_of(policy(holidays_country=country))
    assert calendar.next_business_day(date.fromisoformat(day)) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("day", "clock", "zone", "expected"),
    [
        ("2026-03-08", "02:30", "America/New_York", "2026-03-08 07:00"),  # in the gap: the first valid instant
        ("2026-03-08", "03:00", "America/New_York", "2026-03-08 07:00"),
        ("2026-11-01", "01:30", "America/New_York", "2026-11-01 05:30"),  # in the fold: the first of two
        ("2026-03-29", "01:15", "Europe/London", "2026-03-29 01:00"),
        ("2026-10-04", "02:10", "Australia/Sydney", "2026-10-03 16:00"),
        ("2026-09-06", "00:00", "America/Santiago", "2026-09-06 04:00"),  # a midnight that does not exist
        ("2026-12-01", "09:00", "Asia/Kolkata", "2026-12-01 03:30"),
    ],
)
def test_a_time_in_a_gap_or_fold(day, clock, zone, expected):
    assert civil_instant(date.fromisoformat(day), time.fromisoformat(clock), zone) == at(expected)


@given(ANY_DAY, st.sampled_from(["America/New_York", "America/Santiago", "Australia/Sydney", "Europe/London"]))
def test_a_day_begins_where_the_one_before_ends(day, zone):
    begin = start_of(day, zone)
    from datetime import timedelta
    from zoneinfo import ZoneInfo

    assert begin.astimezone(ZoneInfo(zone)).date() == day
    assert (begin - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date() == day - timedelta(days=1)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ("2026-12-04 15:00", "2026-12-07 09:00"),  # Friday 15:00 means Monday
        ("2026-12-04 09:00", "2026-12-04 09:00"),
        ("2026-12-04 09:01", "2026-12-07 09:00"),
        ("2026-12-05 03:00", "2026-12-07 09:00"),
        ("2026-12-01 08:00", "2026-12-01 09:00"),
    ],
)
def test_at_once_is_the_first_morning_of_a_business_day(known, expected):
    assert calendar_of(policy()).first_morning(at(known), "UTC").at == at(expected)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-12-04 08:59", "2026-12-04 09:00"),  # there before: as it falls
        ("2026-12-04 09:00:40", "2026-12-04 09:00"),  # within the minute: in time
        ("2026-12-04 11:20", "2026-12-04 11:20"),  # back on the day: at once
        ("2026-12-04 17:59", "2026-12-04 17:59"),
        ("2026-12-04 18:00", "2026-12-07 09:00"),  # quiet hours: the next morning of a business day
        ("2026-12-06 12:00", "2026-12-07 09:00"),  # back on a later day
        ("2026-12-07 09:00", "2026-12-07 09:00"),
        ("2026-12-07 09:01", "2026-12-08 09:00"),
    ],
)
def test_a_bot_that_comes_back(now, expected):
    friday = Moment(at("2026-12-04 09:00"), date(2026, 12, 4))
    assert calendar_of(policy()).on_return(friday, at(now), "UTC").at == at(expected)


@pytest.mark.parametrize(
    ("morning", "quiet", "expected"),
    [
        ("09:00", "18:00-09:00", "09:00"),
        ("08:00", "18:00-09:00", "09:00"),  # a morning inside the quiet hours waits for their end
        ("07:30", "22:00-07:00", "07:30"),
        ("12:30", "12:00-13:00", "13:00"),
        ("06:00", "", "06:00"),
    ],
)
def test_the_morning_respects_quiet_hours(morning, quiet, expected):
    calendar = calendar_of(policy(morning=morning, quiet_hours=quiet))
    assert calendar.morning(date(2026, 12, 1), "UTC") == at(f"2026-12-01 {expected}")


@pytest.mark.parametrize(
    ("quiet", "clock", "expected"),
    [
        ("18:00-09:00", "18:00", True),
        ("18:00-09:00", "08:59", True),
        ("18:00-09:00", "09:00", False),
        ("12:00-13:00", "12:30", True),
        ("12:00-13:00", "13:00", False),
        ("", "03:00", False),
    ],
)
def test_quiet_hours_may_span_midnight(quiet, clock, expected):
    assert calendar_of(policy(quiet_hours=quiet)).is_quiet(at(f"2026-12-01 {clock}"), "UTC") is expected


@given(ANY_DAY, st.integers(0, 30))
def test_business_days_after_are_counted_without_the_day_itself(day, count):
    calendar = calendar_of(policy(holidays_country="US"))
    end = calendar.business_days_after(day, count)
    days = [date.fromordinal(n) for n in range(day.toordinal() + 1, end.toordinal() + 1)]
    assert sum(calendar.next_business_day(d) == d for d in days) == count
