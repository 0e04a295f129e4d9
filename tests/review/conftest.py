"""The small book, with a manager's review switched on; 23 November 2026 is a Monday."""

from datetime import UTC, datetime

import pytest

from tests.account.books import fill


@pytest.fixture
def reviewed(make_world):
    """A function that fills the small book with the review on, under further keys of the policy."""

    def make(**policy):
        return fill(make_world(**{"review": {"enabled": True}} | policy))

    return make


@pytest.fixture
def book(reviewed):
    """Maya's Acme and Globex, Tom's Hooli; Priya manages both. Health, calls, escalations and onboarding are on."""
    areas = ("health", "calls", "escalations", "onboarding")
    book = reviewed(**{area: {"enabled": True} for area in areas})
    yield book
    book.allow_messages()


def at(month, day, hour=15, year=2026):
    return datetime(year, month, day, hour, tzinfo=UTC)
