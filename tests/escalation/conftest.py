"""The small book, with escalations and health switched on; 23 November 2026 is a Monday."""

import time

import pytest

from storage.base.marks import planned_at


@pytest.fixture
def book(make_book):
    """Maya's Acme and Globex, Tom's Hooli; Priya manages both."""
    book = make_book("escalations", "health")
    end = time.monotonic() + 30
    while planned_at(book.db) is None:  # what passes before the first plan counts as from before it was switched on
        assert time.monotonic() < end, "nothing was planned"
        time.sleep(0.01)
    yield book
    book.allow_messages()


def escalations(world):
    return world.rows("SELECT * FROM escalations ORDER BY id")
