"""A pytest plugin: the bot as it is without any noun of an area, so that its tour can be recorded and compared.

    python -m pytest -p tests.success.without_areas tests/success/test_off.py -k record

Only tables and the policy's keys stay: a database and a policy are read by both.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from storage.base import nouns
from tests.success.area_nouns import AREA_NOUNS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

KEPT = {("storage", "schema"), ("storage", "settings")}


def handed_in(room: str, file: str) -> Sequence[ModuleType]:
    """As `storage.base.nouns` has it, without what nouns of areas hand in."""
    some = [noun for noun in nouns.NOUNS if (room, file) in KEPT or noun not in AREA_NOUNS]
    names = [f"{room}.{noun}" for noun in some]
    return [import_module(f"{name}.{file}") for name in names if find_spec(name) and find_spec(f"{name}.{file}")]


early = [name for name, one in sys.modules.items() if name != nouns.__name__ and hasattr(one, "handed_in")]
assert early in ([], [__name__]), f"{early} know the nouns of areas already"
nouns.handed_in = handed_in  # type: ignore[assignment] # before anybody has asked
