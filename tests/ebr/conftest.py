"""The small book, for these tests."""

from tests.account.books import book as book
