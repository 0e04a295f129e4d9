"""A day beside today needs no count: "renews tomorrow, in 1 day" says it twice, "on yesterday" is no English."""

import re
from datetime import timedelta

import pytest

from tests.account.books import fill

TWICE = re.compile(
    r"\b(?:yesterday|today|tomorrow)(?:,| ·) (?:in 1 day|1 day ago|today)|\bon (?:yesterday|today|tomorrow)\b"
)


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_a_near_day_is_said_once(world, days):
    book = fill(world)
    day = (book.now.date() + timedelta(days=days)).isoformat()
    book.book("accounts", {"name": "Nearby", "renewal_date": day, "csm": "maya@example.com", "arr": "5000"})
    book.book("accounts", {"name": "Visited", "csm": "maya@example.com", "last_ebr": f"2025{day[4:]}"})
    maya = book.as_("maya")
    said = [
        maya.command(typed).text
        for typed in (
            "/account Nearby",
            "/renewals Nearby",
            "/renewals",
            "/renewals lapsed",
            "/account list",
            "/ebr",
            "/ebr Visited",
        )
    ]
    said += [maya.open_home().text, book.as_("priya").command("/account handover @maya @tom all").modal.submit().text]
    said += [book.as_("tom").expect_dm("went from").text]
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}[days]
    assert near in " ".join(said)
    assert [found for text in said for found in TWICE.findall(text)] == []
    book.allow_messages()
