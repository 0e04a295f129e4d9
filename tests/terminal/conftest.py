"""Exports are tried at the same desk as imports."""

from tests.importing.conftest import desk  # noqa: F401 - the fixture
