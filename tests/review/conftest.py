"""The small book, with a manager's review and what it looks at switched on; 23 November 2026 is a Monday."""

import pytest


@pytest.fixture
def book(make_book):
    """Maya's Acme and Globex, Tom's Hooli; Priya manages both."""
    book = make_book("review", "health", "calls", "escalations", "onboarding")
    yield book
    book.allow_messages()
