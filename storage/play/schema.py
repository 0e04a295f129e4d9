"""Plays; handed in."""

PLAYS = """
CREATE TABLE plays (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- buttons and the audit name it: never given out again
    reason TEXT NOT NULL,        -- for no success, by its key
    use_case TEXT,               -- empty: all
    hypothesis TEXT NOT NULL,
    todo TEXT NOT NULL,          -- what to do
    impact INTEGER NOT NULL CHECK (impact BETWEEN 1 AND 10),
    confidence INTEGER NOT NULL CHECK (confidence BETWEEN 1 AND 10),
    ease INTEGER NOT NULL CHECK (ease BETWEEN 1 AND 10),
    state TEXT NOT NULL CHECK (state IN ('idea', 'running', 'kept', 'dropped')),
    starts_on TEXT,
    ends_on TEXT,
    line TEXT,                   -- why it was kept, or dropped
    result TEXT,                 -- what came of it
    by_id INTEGER REFERENCES people(id),
    at TEXT NOT NULL,
    said_by INTEGER REFERENCES people(id),  -- line and result are theirs
    said_at TEXT,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX plays_reason ON plays(reason, state);
"""

MIGRATIONS = ((41, PLAYS),)
