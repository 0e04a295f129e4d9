"""The rules are tried one sentence of DOMAIN.md at a time."""

import pytest


@pytest.fixture
def ann(book):
    return book.person("ann@example.com", "UTC")
