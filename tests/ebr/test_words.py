"""When an EBR is due, in words: near days need no count, and nothing is said twice."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.ebr.due import EbrDue
from templates.ebr.show import due_words

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-1, "overdue since yesterday"),
        (0, "due today"),
        (1, "due tomorrow"),
        (-3, "overdue since Fri 27 Nov, 3 days ago"),
        (30, "due Wed 30 Dec, in 30 days"),
    ],
)
def test_when_it_is_due(days, words):
    assert due_words(EbrDue(None, TODAY + timedelta(days=days), None, None), TODAY, "UTC") == words


@given(st.integers(-900, 900))
def test_one_is_never_plural_and_no_day_is_counted_twice(days):
    words = due_words(EbrDue(None, TODAY + timedelta(days=days), None, None), TODAY, "UTC")
    assert " 1 day" not in words
    assert words.count("today") <= 1
