"""The small book, with health switched on; 23 November 2026 is a Monday."""

from datetime import UTC, datetime

import pytest

from tests.account.books import fill


@pytest.fixture
def lively(make_world):
    """A function that fills the small book with health on, under further keys of the policy."""

    def make(health=(), **policy):
        return fill(make_world(health={"enabled": True, **dict(health)}, **policy))

    return make


@pytest.fixture
def book(lively):
    """Maya's Acme and Globex, Tom's Hooli; Priya manages both."""
    book = lively()
    yield book
    book.allow_messages()


def at(month, day, hour=15, year=2026):
    return datetime(year, month, day, hour, tzinfo=UTC)


def triages(world, name="Acme"):
    return world.rows(
        "SELECT triages.* FROM triages JOIN accounts ON accounts.id = account_id WHERE name = ? ORDER BY triages.id",
        name,
    )
