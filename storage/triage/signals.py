"""Accounts in triage: nobody asks for their health beside (storage/health/store.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.triage import store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection

AREA = "health"


def looked_after(db: Connection, account_ids: Sequence[int]) -> set[int]:
    """Accounts in triage: its updates say how they are."""
    return {one.account_id for one in store.of_accounts(db, account_ids, ended=False)}
