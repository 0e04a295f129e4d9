"""The small book, with health switched on; 23 November 2026 is a Monday."""

import pytest


@pytest.fixture
def book(make_book):
    """Maya's Acme and Globex, Tom's Hooli; Priya manages both."""
    book = make_book("health")
    yield book
    book.allow_messages()


def triages(world, name="Acme"):
    return world.rows(
        "SELECT triages.* FROM triages JOIN accounts ON accounts.id = account_id WHERE name = ? ORDER BY triages.id",
        name,
    )
