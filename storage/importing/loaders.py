"""The loader of each kind: of records that are merged field by field, and of what nouns hand in.

A noun's `loader.py` has LOADERS: by the name of a kind its `Sheet` (storage/importing/sheet.py); and DECIDERS: by the
name of a kind of conflict what knows its records, and what becomes of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from storage.base.nouns import merged
from storage.importing.accounts import AccountLoader
from storage.importing.ctas import CtaLoader
from storage.importing.people import PersonLoader

if TYPE_CHECKING:
    from collections.abc import Iterable
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.base.policy import Policy
    from storage.importing.loader import Loader
    from storage.importing.record import Fields, Kind
    from storage.importing.sheet import Sheet

_LOADERS: dict[str, type[Loader]] = {each.kind: each for each in (AccountLoader, CtaLoader, PersonLoader)}


def loader_of(kind: Kind, db: Connection, policy: Policy, today: str = "") -> Loader:
    """A loader for one file; `today` is needed only where something is decided or written."""
    return _LOADERS[kind](db, policy, today)


class Decider(Protocol):
    """Where a conflict is decided: what stands here, and taking what they said."""

    @property
    def subject(self) -> str:
        """How the audit calls a record."""

    def present(self, ids: Iterable[int]) -> dict[int, tuple[str, Fields]]:
        """Title and fields of records as they stand now; unknown ids are left out."""

    def takes(self, field: str) -> bool:
        """Whether theirs can become ours; else it can only stay there."""

    def change(self, unit: Unit, changes: Iterable[tuple[int, Fields]]) -> None:
        """Take what they said."""


def deciding() -> tuple[Kind, ...]:
    """The kinds of conflicts."""
    return (*_LOADERS, *merged("storage", "loader", "DECIDERS"))


def decider(kind: Kind, db: Connection, policy: Policy, today: str = "") -> Decider:
    """What decides conflicts of a kind."""
    if kind in _LOADERS:
        return loader_of(kind, db, policy, today)
    made: Decider = merged("storage", "loader", "DECIDERS")[kind](db, policy, today)
    return made


def sheets() -> dict[str, type[Sheet]]:
    """What nouns hand in, by kind."""
    return merged("storage", "loader", "LOADERS")


def loading(kind: Kind, db: Connection, policy: Policy, today: str) -> Loader | Sheet:
    """What loads a file of any kind."""
    found = sheets().get(kind)
    return found(db, policy, today) if found else loader_of(kind, db, policy, today)
