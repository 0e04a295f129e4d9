"""The tables of sources; handed in."""

SOURCES = """
CREATE TABLE sources (
    name TEXT PRIMARY KEY,
    known_at TEXT NOT NULL,
    tried_at TEXT,
    well_at TEXT,
    state TEXT NOT NULL CHECK (state IN ('new', 'running', 'well', 'failed')),
    error TEXT,
    counts TEXT NOT NULL DEFAULT '{}',       -- JSON: of the last pull that went well
    import_id INTEGER,                       -- what the last pull that changed something made
    etag TEXT NOT NULL DEFAULT '',
    way TEXT NOT NULL DEFAULT ''             -- digest of how it is read: another one, and all is read anew
) STRICT, WITHOUT ROWID;
CREATE TABLE source_rows (
    source TEXT NOT NULL,
    digest INTEGER NOT NULL,                 -- of a row as it was read last
    record_id INTEGER NOT NULL,
    PRIMARY KEY (source, digest)
) STRICT, WITHOUT ROWID;
"""

# When what was brought was written, where the source says so: a pull that goes well may bring what is old.
DATA_AT = "ALTER TABLE sources ADD COLUMN data_at TEXT;"

# What goes back (storage/source/writes.py).
WRITES = """
CREATE TABLE source_writers (
    name TEXT PRIMARY KEY,
    audit_id INTEGER NOT NULL,   -- up to which audit row changes were taken
    held_until TEXT              -- it is left alone until then
) STRICT, WITHOUT ROWID;
CREATE TABLE source_known (
    source TEXT NOT NULL,
    account_id INTEGER NOT NULL,
    field TEXT NOT NULL,
    theirs TEXT NOT NULL,        -- JSON: what it says there, as far as we know; words of people as a digest
    cell TEXT,                   -- what we wrote, as it stands there
    stamp TEXT NOT NULL,         -- when it was changed there last, as they say
    at TEXT NOT NULL,
    PRIMARY KEY (source, account_id, field)
) STRICT, WITHOUT ROWID;
CREATE TABLE source_writes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    account_id INTEGER NOT NULL,
    field TEXT NOT NULL,
    audit_id INTEGER NOT NULL,   -- the newest change that it is of
    was TEXT,                    -- JSON: what stood here before; NULL where that is not known
    tried TEXT NOT NULL,         -- JSON: values that may have arrived
    made_at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'same', 'conflict', 'dead')),
    attempts INTEGER NOT NULL,
    first_at TEXT,               -- the first try
    next_at TEXT NOT NULL,
    error TEXT,
    ended_at TEXT
) STRICT;
CREATE UNIQUE INDEX source_writes_one ON source_writes(source, account_id, field) WHERE state IN ('pending', 'dead');
CREATE INDEX source_writes_ended ON source_writes(ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX source_rows_record ON source_rows(record_id);
"""

MIGRATIONS = ((22, SOURCES), (36, DATA_AT), (39, WRITES))
