"""Accounts that a source has no more: archived where the policy says so, and brought back with their source.

Only what a source itself archived is brought back, and only while nobody else has had a hand in it. Called by pulls and
by `undo.py`; each of these accounts has its audit row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.importing.loader import chosen

if TYPE_CHECKING:
    from collections.abc import Iterable
    from sqlite3 import Connection

    from storage.base.db import Unit


def archive(unit: Unit, import_id: int, account_ids: Iterable[int]) -> list[str]:
    """Archive those of the accounts that are active; their names."""
    names = []
    for account_id in account_ids:
        row = unit.db.execute("SELECT archived_at, churned_on FROM accounts WHERE id = ?", (account_id,)).fetchone()
        if row is None or row[0] is not None or row[1] is not None:
            continue
        names.append(accounts.archive(unit, account_id).name)
        unit.db.execute(
            "INSERT INTO import_archived(import_id, account_id, archived_at) VALUES (?, ?, ?)"
            " ON CONFLICT (import_id, account_id) DO UPDATE SET archived_at = excluded.archived_at",
            (import_id, account_id, unit.at),
        )
    return names


def archived_by(db: Connection, import_id: int) -> list[int]:
    """The accounts that an import archived."""
    rows = db.execute("SELECT account_id FROM import_archived WHERE import_id = ? ORDER BY account_id", (import_id,))
    return [row[0] for row in rows]


def archived_of(db: Connection, account_ids: Iterable[int]) -> list[int]:
    """Those of the accounts that some import archived, and that are archived since."""
    rows = db.execute(
        "SELECT DISTINCT account_id FROM import_archived JOIN accounts ON accounts.id = account_id"
        " AND accounts.archived_at = import_archived.archived_at"
        " WHERE account_id IN (SELECT value FROM json_each(?)) ORDER BY account_id",
        (chosen(account_ids),),
    )
    return [row[0] for row in rows]


def bring_back(unit: Unit, account_ids: Iterable[int]) -> list[str]:
    """Bring back those that stand as an import archived them; their names."""
    return [accounts.unarchive(unit, account_id).name for account_id in archived_of(unit.db, account_ids)]
