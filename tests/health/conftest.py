"""The small book, with health switched on."""

import pytest


@pytest.fixture
def book(make_book):
    """Maya's Acme (enterprise) and Globex (commercial), Tom's Hooli; health is on."""
    book = make_book("health")
    yield book
    book.allow_messages()


@pytest.fixture
def off(make_book):
    """The same with everything off."""
    book = make_book()
    yield book
    book.allow_messages()
