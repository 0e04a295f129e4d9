"""The loader of each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.importing.accounts import AccountLoader
from storage.importing.ctas import CtaLoader
from storage.importing.people import PersonLoader

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.base.policy import Policy
    from storage.importing.loader import Loader
    from storage.importing.record import Kind

_LOADERS: dict[str, type[Loader]] = {each.kind: each for each in (AccountLoader, CtaLoader, PersonLoader)}


def loader_of(kind: Kind, db: Connection, policy: Policy, today: str = "") -> Loader:
    """A loader for one file; `today` is needed only where something is decided or written."""
    return _LOADERS[kind](db, policy, today)
