from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.report.quarters import parse_quarter
from storage.base.errors import UserError
from storage.base.quarters import Quarter, Span, quarter_of

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "start_month", "name", "first", "last"),
    [
        ("2026Q4", 1, "2026Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("FY26-Q4", 1, "2026Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026Q4", 2, "2026Q4", date(2025, 11, 1), date(2026, 1, 31)),
        ("FY26-Q4", 2, "2026Q4", date(2025, 11, 1), date(2026, 1, 31)),
        ("FY27-Q1", 2, "2027Q1", date(2026, 2, 1), date(2026, 4, 30)),
        ("fy2027 q1", 2, "2027Q1", date(2026, 2, 1), date(2026, 4, 30)),
        ("Q1 FY27", 2, "2027Q1", date(2026, 2, 1), date(2026, 4, 30)),
        ("q1 of 2027", 2, "2027Q1", date(2026, 2, 1), date(2026, 4, 30)),
        ("1Q27", 2, "2027Q1", date(2026, 2, 1), date(2026, 4, 30)),
        ("2024-Q1", 12, "2024Q1", date(2023, 12, 1), date(2024, 2, 29)),
        ("", 1, "2026Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("this quarter", 1, "2026Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("This  Quarter", 2, "2027Q4", date(2026, 11, 1), date(2027, 1, 31)),
        ("last quarter", 1, "2026Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("last quarter", 2, "2027Q3", date(2026, 8, 1), date(2026, 10, 31)),
        ("Q4", 1, "2026Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("q4", 10, "2026Q4", date(2026, 7, 1), date(2026, 9, 30)),
        ("Q1", 1, "2026Q1", date(2026, 1, 1), date(2026, 3, 31)),
    ],
)
def test_names_as_people_write_them(text, start_month, name, first, last):
    quarter = parse_quarter(text, TODAY, start_month)
    assert (quarter.name, quarter.span) == (name, Span(first, last))


@pytest.mark.parametrize("text", ["Q5", "2026", "FY26-Q0", "quarterly", "2026Q44", "0000Q1", "9999Q4", "Q4 soon"])
def test_others_are_refused_with_an_example(text):
    with pytest.raises(UserError) as refused:
        parse_quarter(text, TODAY, 2)
    assert "2027Q4" in refused.value.hint


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.integers(1, 12))
def test_every_day_is_in_one_quarter_of_the_year_that_ends_then(day, start_month):
    quarter = quarter_of(day, start_month)
    assert day in quarter.span
    assert quarter.next.first_day == quarter.span.last + timedelta(days=1)
    assert quarter.next.previous == quarter
    assert Quarter(quarter.year, 4, start_month).span.last.year == quarter.year
    assert parse_quarter(quarter.name, TODAY, start_month) == quarter
    assert parse_quarter(f"FY{quarter.year}-Q{quarter.number}", TODAY, start_month) == quarter


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.integers(1, 12))
def test_a_running_quarter_is_compared_with_as_many_days(today, start_month):
    quarter = quarter_of(today, start_month)
    compared = quarter.compared_with(today)
    begun = (today - quarter.first_day).days + 1
    whole = (quarter.previous.span.last - quarter.previous.first_day).days + 1
    assert compared.first == quarter.previous.first_day
    assert (compared.last - compared.first).days + 1 == min(begun, whole)
    assert quarter.compared_with(quarter.span.last + timedelta(days=1)) == quarter.previous.span
