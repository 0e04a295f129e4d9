"""The migrations of leases and replicas: whose turn it is to plan and deliver, and who else is there."""

from __future__ import annotations

LEASES = """
CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,        -- machine, process and its start; '' for nobody
    term INTEGER NOT NULL,       -- one more at each change of hands
    until REAL NOT NULL          -- the database's time, in seconds since 1970
) STRICT, WITHOUT ROWID;
"""

REPLICAS = """
CREATE TABLE replicas (
    name TEXT PRIMARY KEY,       -- machine, process and its start, as a lease names its holder
    version TEXT NOT NULL,       -- of the bot
    rules TEXT NOT NULL,         -- a digest of its policy and playbooks
    skew REAL,                   -- seconds by which its clock is ahead of the database's
    until REAL NOT NULL          -- the database's time after which it is gone, unless it shows up again
) STRICT, WITHOUT ROWID;
"""
