"""The small book at an hour that is of business for everybody in it: half past five in London, half past nine in Los Angeles."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.account.books import fill

AFTERNOON = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)


@pytest.fixture
def book(world):
    """The small book; the morning's messages are out."""
    fill(world)
    world.jump(AFTERNOON)
    world.as_("maya").expect_dm("3 things today")
    return world


@pytest.fixture
def later(book):
    """A function that lets so many seconds go by, and everything be sent."""

    def go(seconds=60):
        book.settle()
        book.jump(book.now + timedelta(seconds=seconds))
        book.posted()

    return go
