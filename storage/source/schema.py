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

MIGRATIONS = ((22, SOURCES), (36, DATA_AT))
