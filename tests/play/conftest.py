"""The small book, with growth switched on."""

import pytest


@pytest.fixture
def book(make_book):
    book = make_book("growth")
    yield book
    book.allow_messages()
