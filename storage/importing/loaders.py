"""The loader of each kind: of records that are merged field by field, and of what nouns hand in.

A noun's `loader.py` has LOADERS: by the name of a kind its `Sheet` (storage/importing/sheet.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.nouns import merged
from storage.importing.accounts import AccountLoader
from storage.importing.ctas import CtaLoader
from storage.importing.people import PersonLoader

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.base.policy import Policy
    from storage.importing.loader import Loader
    from storage.importing.record import Kind
    from storage.importing.sheet import Sheet

_LOADERS: dict[str, type[Loader]] = {each.kind: each for each in (AccountLoader, CtaLoader, PersonLoader)}


def loader_of(kind: Kind, db: Connection, policy: Policy, today: str = "") -> Loader:
    """A loader for one file; `today` is needed only where something is decided or written."""
    return _LOADERS[kind](db, policy, today)


def sheets() -> dict[str, type[Sheet]]:
    """What nouns hand in, by kind."""
    return merged("storage", "loader", "LOADERS")


def loading(kind: Kind, db: Connection, policy: Policy, today: str) -> Loader | Sheet:
    """What loads a file of any kind."""
    found = sheets().get(kind)
    return found(db, policy, today) if found else loader_of(kind, db, policy, today)
