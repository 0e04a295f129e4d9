"""The small book, with escalations and health switched on; 23 November 2026 is a Monday."""

import pytest


@pytest.fixture
def book(make_book):
    """Maya's Acme and Globex, Tom's Hooli; Priya manages both."""
    book = make_book("escalations", "health")
    yield book
    book.allow_messages()


def escalations(world):
    return world.rows("SELECT * FROM escalations ORDER BY id")
