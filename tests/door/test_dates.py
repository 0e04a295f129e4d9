"""Days and times as people write them, seen from Monday 23 November 2026."""

from datetime import UTC, date, datetime, time, timedelta
from unittest.mock import Mock
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.door import dates
from handlers.door.dates import (
    DateNotUnderstood,
    find_day,
    maybe_picked,
    parse_day,
    parse_moment,
    parse_time,
)
from templates.blocks.mrkdwn import day_words

TODAY = date(2026, 11, 23)
BERLIN = ZoneInfo("Europe/Berlin")
DAY_FIRST = ("%d/%m/%Y",)
DAYS = st.dates(date(1980, 1, 1), date(2080, 1, 1))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2026-11-23"),
        ("Tomorrow", "2026-11-24"),
        ("yesterday", "2026-11-22"),
        ("day after tomorrow", "2026-11-25"),
        ("mon", "2026-11-23"),
        ("fri", "2026-11-27"),
        ("Friday", "2026-11-27"),
        ("this friday", "2026-11-27"),
        ("on friday", "2026-11-27"),
        ("by the 3rd of May", "2027-05-03"),
        ("next friday", "2026-12-04"),
        ("next mon", "2026-11-30"),
        ("last fri", "2026-11-20"),
        ("last mon", "2026-11-16"),
        ("thurs", "2026-11-26"),
        ("tues", "2026-11-24"),
        ("+3d", "2026-11-26"),
        ("+2w", "2026-12-07"),
        ("2w", "2026-12-07"),
        ("+1m", "2026-12-23"),
        ("+1y", "2027-11-23"),
        ("-3d", "2026-11-20"),
        ("in 2 weeks", "2026-12-07"),
        ("in two weeks", "2026-12-07"),
        ("in a month", "2026-12-23"),
        ("2 weeks from now", "2026-12-07"),
        ("3 days ago", "2026-11-20"),
        ("15 May", "2027-05-15"),
        ("May 15", "2027-05-15"),
        ("15 may 2027", "2027-05-15"),
        ("May 15, 2028", "2028-05-15"),
        ("15th of May", "2027-05-15"),
        ("the 1st of June", "2027-06-01"),
        ("15-May-2027", "2027-05-15"),
        ("18dec", "2026-12-18"),
        ("Sept 3", "2027-09-03"),
        ("Fri 18 Dec", "2026-12-18"),
        ("Friday, 18 December 2026", "2026-12-18"),
        ("23 Nov", "2026-11-23"),
        ("22 Nov", "2027-11-22"),
        ("29 Feb", "2028-02-29"),
        ("May", "2027-05-01"),
        ("until May", "2027-05-01"),
        ("May 2028", "2028-05-01"),
        ("start of May", "2027-05-01"),
        ("end of May", "2027-05-31"),
        ("end of November", "2026-11-30"),
        ("end of feb 2028", "2028-02-29"),
        ("end of month", "2026-11-30"),
        ("end of the month", "2026-11-30"),
        ("eom", "2026-11-30"),
        ("end of quarter", "2026-12-31"),
        ("eoq", "2026-12-31"),
        ("end of the year", "2026-12-31"),
        ("next week", "2026-11-30"),
        ("next month", "2026-12-01"),
        ("next quarter", "2027-01-01"),
        ("next year", "2027-01-01"),
        ("2027-05-15", "2027-05-15"),
        ("2027/5/3", "2027-05-03"),
        ("25/12", "2026-12-25"),
        ("12/25/2026", "2026-12-25"),
        ("18.12.", "2026-12-18"),
        ("18.12.2026", "2026-12-18"),
        ("05/05", "2027-05-05"),
    ],
)
def test_a_day(text: str, day: str) -> None:
    assert parse_day(text, TODAY) == date.fromisoformat(day)
    assert parse_day(f"  {text.upper()} ", TODAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12 Nov", "2026-11-12"),
        ("23 Nov", "2026-11-23"),
        ("24 Nov", "2025-11-24"),
        ("29 Feb", "2024-02-29"),
        ("fri", "2026-11-20"),
        ("mon", "2026-11-23"),
        ("May", "2026-05-01"),
        ("end of november", "2025-11-30"),
        ("end of october", "2026-10-31"),
        ("25/12", "2025-12-25"),
        ("24 Nov 2026", "2026-11-24"),
    ],
)
def test_a_day_that_is_past(text: str, day: str) -> None:
    assert parse_day(text, TODAY, past=True) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("formats", "text", "day"),
    [
        (DAY_FIRST, "03/04", "2027-04-03"),
        (DAY_FIRST, "03/04/2027", "2027-04-03"),
        (DAY_FIRST, "29/02", "2028-02-29"),
        (DAY_FIRST, "2027-04-03", "2027-04-03"),
        (("%m/%d/%Y",), "03/04", "2027-03-04"),
        (("%d.%m.%y",), "03.04.27", "2027-04-03"),
        (("%Y-%m-%d", "%d/%m/%Y"), "03/04/2027", "2027-04-03"),
    ],
)
def test_the_policys_formats_make_numbers_plain(formats: tuple[str, ...], text: str, day: str) -> None:
    assert parse_day(text, TODAY, formats) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("start_month", "end", "next_quarter"),
    [
        (1, "2026-12-31", "2027-01-01"),
        (2, "2027-01-31", "2027-02-01"),
        (3, "2026-11-30", "2026-12-01"),
        (11, "2027-01-31", "2027-02-01"),
    ],
)
def test_quarters_are_the_fiscal_ones(start_month: int, end: str, next_quarter: str) -> None:
    assert parse_day("end of quarter", TODAY, quarter_start_month=start_month) == date.fromisoformat(end)
    assert parse_day("next quarter", TODAY, quarter_start_month=start_month) == date.fromisoformat(next_quarter)


def test_months_are_clamped_to_their_end() -> None:
    assert parse_day("+1m", date(2027, 1, 31)) == date(2027, 2, 28)
    assert parse_day("end of february", date(2026, 12, 1)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("31 February", "February has no day 31"),
        ("31 Feb 2027", "February 2027 has no day 31"),
        ("29 Feb 2027", "February 2027 has no day 29"),
        ("0 May", "May has no day 0"),
        ("2026-02-30", "February 2026 has no day 30"),
        ("2026-13-01", "There is no 2026-13-01"),
        ("0000-01-01", "There is no 0000-01-01"),
        ("03/04", "'03/04' can be 3 Apr or 4 Mar"),
        ("03/04/2027", "can be 3 Apr or 4 Mar"),
        ("03-04-2027", "can be 3 Apr or 4 Mar"),
        ("25/12/26", "several ways"),
        ("31/31", "There is no 31/31"),
        ("15 May 27", "Write the year in full: 15 May 2027"),
        ("Thu 18 Dec", "18 December 2026 is a Friday"),
        ("+9999y", "too far away"),
        ("9999-12-31", "9999-12-31 is too far away"),
        ("+200y", "too far away"),
        ("0001-01-01", "too far away"),
    ],
)
def test_a_day_that_cannot_be_says_why(text: str, says: str) -> None:
    with pytest.raises(DateNotUnderstood, match=says) as refused:
        parse_day(text, TODAY)
    assert refused.value.was_meant
    assert refused.value.hint


def test_a_date_picker_is_held_to_the_same_years() -> None:
    assert (maybe_picked("2027-05-15"), maybe_picked("")) == (date(2027, 5, 15), None)
    with pytest.raises(DateNotUnderstood, match="9999-12-31 is too far away"):
        maybe_picked("9999-12-31")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pilot",
        "12",
        "3-4",
        "9.30",
        "maybe",
        "marching",
        "sunny",
        "v1.2",
        "next",
        "in",
        "2 pilots",
        "end of",
        "1/2/3/4",
    ],
)
def test_other_text_is_no_day_and_the_hint_shows_one(text: str) -> None:
    with pytest.raises(DateNotUnderstood, match="not a day that I know") as refused:
        parse_day(text, TODAY)
    assert not refused.value.was_meant
    assert "15 May" in refused.value.hint


def test_formats_that_disagree_are_refused() -> None:
    with pytest.raises(DateNotUnderstood, match="4 March 2027 or 3 April 2027"):
        parse_day("03/04/2027", TODAY, ("%d/%m/%Y", "%m/%d/%Y"))


@given(DAYS, DAYS)
def test_what_the_bot_writes_it_reads(day: date, today: date) -> None:
    for form in (day.isoformat(), f"{day:%d %B %Y}", f"{day:%B %d, %Y}", f"{day:%a} {day.day} {day:%b} {day.year}"):
        assert parse_day(form, today) == day
    assert parse_day(day_words(day, today), today, past=day < today) == day


@given(st.text() | st.from_regex(r"[0-9+/. -]{1,12}( (may|feb|w|d|mon|ago))?"), DAYS)
def test_any_text_is_a_day_or_not_understood(text: str, today: date) -> None:
    try:
        parse_day(text, today)
    except DateNotUnderstood:
        return


@given(DAYS, st.integers(1, 28), st.integers(1, 12))
def test_a_day_without_year_is_the_next_or_the_latest(today: date, day: int, month: int) -> None:
    text = f"{day} {date(2000, month, 1):%b}"
    assert today <= parse_day(text, today) < today + timedelta(366)
    assert today - timedelta(366) < parse_day(text, today, past=True) <= today


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("fri", ("2026-11-27", 1)),
        ("18 Dec note pilot", ("2026-12-18", 2)),
        ("until 3 Jan waiting for legal", ("2027-01-03", 3)),
        ("until May at least", ("2027-05-01", 2)),
        ("Fri 18 Dec 2026 note", ("2026-12-18", 4)),
        ("end of the quarter please", ("2026-12-31", 4)),
        ("in 2 weeks", ("2026-12-07", 3)),
        ("+2w because", ("2026-12-07", 1)),
        ("waiting for 3 Jan", None),
        ("", None),
    ],
)
def test_a_day_at_the_start_of_words(words: str, found: tuple[str, int] | None) -> None:
    assert find_day(words.split(), TODAY) == (found and (date.fromisoformat(found[0]), found[1]))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Acme 30 Apr 2028", ("2028-04-30", 3)),
        ("Acme 12 Nov", ("2026-11-12", 2)),
        ("log Acme Labs 2", None),
        ("Acme today", ("2026-11-23", 1)),
    ],
)
def test_a_day_at_the_end_of_words(words: str, found: tuple[str, int] | None) -> None:
    assert find_day(words.split(), TODAY, at_end=True, past=True) == (
        found and (date.fromisoformat(found[0]), found[1])
    )


def test_an_impossible_day_among_words_is_not_overlooked() -> None:
    with pytest.raises(DateNotUnderstood, match="no day 31"):
        find_day(["Acme", "31", "February"], TODAY, at_end=True)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("15:00", time(15)),
        ("9:05", time(9, 5)),
        ("9.30", time(9, 30)),
        ("15h", time(15)),
        ("15h30", time(15, 30)),
        ("3pm", time(15)),
        ("3 PM", time(15)),
        ("3 p.m.", time(15)),
        ("9:30 am", time(9, 30)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("noon", time(12)),
        ("at noon", time(12)),
        ("at 9", time(9)),
        ("at 15:00", time(15)),
        ("0:00", time(0)),
    ],
)
def test_a_time(text: str, at: time) -> None:
    assert parse_time(text) == at


@pytest.mark.parametrize(
    ("text", "was_meant"),
    [
        ("", False),
        ("9", False),
        ("soon", False),
        ("at 3", True),
        ("25:00", True),
        ("9:75", True),
        ("13pm", True),
        ("0am", True),
    ],
)
def test_no_time(text: str, was_meant: bool) -> None:
    with pytest.raises(DateNotUnderstood) as refused:
        parse_time(text)
    assert refused.value.was_meant is was_meant


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("3 Dec 15:00", "2026-12-03T15:00+01:00"),
        ("3 Dec at 3 pm", "2026-12-03T15:00+01:00"),
        ("15:00 3 Dec", "2026-12-03T15:00+01:00"),
        ("3pm", "2026-11-23T15:00+01:00"),
        ("tomorrow at 9", "2026-11-24T09:00+01:00"),
        ("3 July 2027 9:30", "2027-07-03T09:30+02:00"),
        ("2026-12-03 15:00", "2026-12-03T15:00+01:00"),
        ("2026-12-03T15:00", "2026-12-03T15:00+01:00"),
        ("25 Oct 2026 2:30", "2026-10-25T02:30+02:00"),
        ("on Sat the 15th of May 2027 at 3 pm", "2027-05-15T15:00+02:00"),
    ],
)
def test_a_moment(text: str, moment: str) -> None:
    assert parse_moment(text, TODAY, BERLIN).astimezone(UTC) == datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("3 Dec", "not a day and time"),
        ("", "not a day and time"),
        ("31 Feb 15:00", "no day 31"),
        ("3 Dec 25:00", "There is no 25:00"),
        ("28 Mar 2027 2:30", "clocks go forward on 28 March 2027: there is no 02:30"),
    ],
)
def test_no_moment(text: str, says: str) -> None:
    with pytest.raises(DateNotUnderstood, match=says):
        parse_moment(text, TODAY, BERLIN)


def test_of_many_words_not_all_ways_are_tried_to_read_them_as_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen failing: 6,500 words took two seconds, and 12,000 Slack's patience."""
    monkeypatch.setattr(dates, "parse_time", tried := Mock(side_effect=DateNotUnderstood("no", "")))
    for text in ("3 Dec " * 4000, "acme " * 6500):
        with pytest.raises(DateNotUnderstood, match="not a day and time"):
            parse_moment(text, TODAY, BERLIN)
    tried.assert_not_called()
