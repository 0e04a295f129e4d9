"""The small book, with escalations and health switched on; 23 November 2026 is a Monday."""

from datetime import UTC, datetime

import pytest

from tests.account.books import fill


@pytest.fixture
def lively(make_world):
    """A function that fills the small book with escalations on, under further keys of the policy."""

    def make(**policy):
        return fill(make_world(escalations={"enabled": True}, **policy))

    return make


@pytest.fixture
def book(lively):
    """Maya's Acme and Globex, Tom's Hooli; Priya manages both."""
    book = lively(health={"enabled": True})
    yield book
    book.allow_messages()


def at(month, day, hour=15, year=2026):
    return datetime(year, month, day, hour, tzinfo=UTC)


def escalations(world):
    return world.rows("SELECT * FROM escalations ORDER BY id")
