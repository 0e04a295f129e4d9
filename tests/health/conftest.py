"""The small book, with health switched on."""

from datetime import UTC, datetime

import pytest

from tests.account.books import fill


@pytest.fixture
def lively(make_world):
    """A function that fills the small book under a policy with health on."""

    def make(**policy):
        return fill(make_world(health={"enabled": True}, **policy))

    return make


@pytest.fixture
def book(lively):
    """Maya's Acme (enterprise) and Globex (commercial), Tom's Hooli; health is on."""
    book = lively()
    yield book
    book.allow_messages()


@pytest.fixture
def off(make_world):
    """The same with everything off."""
    book = fill(make_world())
    yield book
    book.allow_messages()


def at(month, day, hour=15, year=2026):
    return datetime(year, month, day, hour, tzinfo=UTC)
