"""The rules are tried one sentence of docs/domain.md at a time."""

import pytest


@pytest.fixture
def ann(stored):
    return stored.person("ann@example.com", "UTC")
