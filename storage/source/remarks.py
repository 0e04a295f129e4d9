"""Nobody's words, but how far the audit was looked through for what goes back (storage/base/retention.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite3 import Connection

REMARKS = ()


def audit_told(db: Connection) -> list[int]:
    """Up to which audit row each source was given what changed."""
    return [row[0] for row in db.execute("SELECT audit_id FROM source_writers")]
