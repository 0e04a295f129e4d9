"""The small book with the sales side on; 23 November 2026 is a Monday."""

import pytest


@pytest.fixture
def book(make_book):
    """Maya is CSM of Acme (AE Alex, SA Omar, renews 30 April 2027) and Globex (AE Sofía, 28 February); Tom of Hooli."""
    book = make_book("sales", quiet_hours="03:00-04:00")
    yield book
    book.allow_messages()
