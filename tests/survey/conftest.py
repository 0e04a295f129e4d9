"""The small book, with surveys and health switched on; 23 November 2026 is a Monday, in the round of 2026-11."""

import pytest


@pytest.fixture
def book(make_book):
    """Maya's Acme (a customer since May 2024) and Globex, Tom's Hooli; a round begins on 1 December as well."""
    book = make_book("health", surveys={"enabled": True, "months": [11, 12]})
    yield book
    book.allow_messages()


def answers(world):
    return world.rows("SELECT * FROM survey_answers ORDER BY id")
