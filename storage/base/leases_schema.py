"""The migration of leases: whose turn it is to plan and deliver. Told by `storage/base/leases.py`."""

from __future__ import annotations

LEASES = """
CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,        -- machine, process and its start; '' for nobody
    term INTEGER NOT NULL,       -- one more at each change of hands
    until REAL NOT NULL          -- the database's time, in seconds since 1970
) STRICT, WITHOUT ROWID;
"""
