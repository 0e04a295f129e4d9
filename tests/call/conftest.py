"""The small book, with calls switched on."""

import pytest

from tests.account.books import fill


@pytest.fixture
def lively(make_world):
    """A function that fills the small book with calls on, under further keys of the policy."""

    def make(calls=(), **policy):
        return fill(make_world(calls={"enabled": True, **dict(calls)}, **policy))

    return make


@pytest.fixture
def book(lively):
    """Maya's Acme (enterprise, a customer since May 2024) and Globex (commercial), Tom's Hooli."""
    book = lively()
    yield book
    book.allow_messages()
