"""The small book, with calls switched on."""

import pytest


@pytest.fixture
def book(make_book):
    """Maya's Acme (enterprise, a customer since May 2024) and Globex (commercial), Tom's Hooli."""
    book = make_book("calls")
    yield book
    book.allow_messages()
