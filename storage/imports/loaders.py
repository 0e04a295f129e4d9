"""The loader of each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.imports.accounts import AccountLoader
from storage.imports.ctas import CtaLoader
from storage.imports.people import PersonLoader

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.imports.loader import Loader
    from storage.model.importing import Kind
    from storage.model.policy import Policy

_LOADERS: dict[str, type[Loader]] = {each.kind: each for each in (AccountLoader, CtaLoader, PersonLoader)}


def loader_of(kind: Kind, db: Connection, policy: Policy, today: str = "") -> Loader:
    """A loader for one file; `today` is needed only where something is decided or written."""
    return _LOADERS[kind](db, policy, today)
