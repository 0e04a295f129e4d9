"""A book per test, and what a rehearsal says of it."""

import pytest

from tests.reminders.factory import Book
from tests.reminders.factory import policy as policy_of


@pytest.fixture
def make_book(tmp_path):
    """Books by policy keys; closed at the end."""
    made = []

    def make(**keys) -> Book:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        book = Book(folder, policy_of(**keys))
        # These tests ask what is written, not whether it survives a power cut.
        book.db.execute("PRAGMA synchronous=OFF")
        made.append(book)
        return book

    yield make
    for book in made:
        book.close()


@pytest.fixture
def book(make_book):
    """A book under the default policy."""
    return make_book()
