"""The small book, for these tests."""

from tests.account.books import book  # noqa: F401 - a fixture
