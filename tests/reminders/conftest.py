"""A book per test, and what a rehearsal says of it."""

import pytest

from tests import engines
from tests.reminders.factory import Book
from tests.reminders.factory import policy as policy_of


@pytest.fixture
def make_stored(tmp_path):
    """Books by policy keys; closed at the end."""
    made = []

    def make(**keys) -> Book:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        stored = Book(folder, policy_of(**keys))
        # These tests ask what is written, not whether it survives a power cut.
        if not engines.is_postgres():
            stored.db.execute("PRAGMA synchronous=OFF")
        made.append(stored)
        return stored

    yield make
    for stored in made:
        stored.close()


@pytest.fixture
def stored(make_stored):
    """A book under the default policy."""
    return make_stored()
