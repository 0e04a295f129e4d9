"""How files were said to be read, kept for the next ones: by kind and header."""

IMPORT_READINGS = """
CREATE TABLE import_readings (
    kind TEXT NOT NULL,
    header TEXT NOT NULL,        -- as it is compared: no case, spaces or signs
    means TEXT,                  -- a plain header; '' for left out, NULL where nobody said
    days TEXT,                   -- 'mdy', 'dmy' or 'ymd'
    person_id INTEGER REFERENCES people(id),
    decided_at TEXT NOT NULL,
    PRIMARY KEY (kind, header)
) STRICT, WITHOUT ROWID;
"""

AMOUNTS_READ = """
ALTER TABLE import_readings ADD COLUMN amounts TEXT;  -- the decimal mark of its amounts: '.' or ','
"""

# An import that comes in several units of work: until `ended_at` it is under way, or was cut off.
IN_PARTS = """
ALTER TABLE imports ADD COLUMN ended_at TEXT;
ALTER TABLE imports ADD COLUMN audit_from INTEGER;  -- the last audit row when it began
UPDATE imports SET ended_at = imported_at;
CREATE TABLE import_archived (
    import_id INTEGER NOT NULL REFERENCES imports(id) ON DELETE CASCADE,
    account_id INTEGER NOT NULL,
    archived_at TEXT NOT NULL,
    PRIMARY KEY (import_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_archived_account ON import_archived(account_id);
"""

# What can be imported is said by who knows the kinds; a check of three names would be in the way of the next one.
ANY_KIND = """
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(sql, 'kind TEXT NOT NULL CHECK (kind IN (''accounts'', ''ctas'', ''people'')),',
    'kind TEXT NOT NULL,') WHERE type = 'table' AND name = 'imports';
PRAGMA writable_schema = RESET;
-- on a server: ALTER TABLE imports DROP CONSTRAINT imports_kind_check
CREATE TABLE any_kind (id INTEGER);
DROP TABLE any_kind;
"""

# What was changed here and in a CRM shows where something is written there, too: no file said it.
NOT_OF_A_FILE = """
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(sql, 'import_id INTEGER NOT NULL', 'import_id INTEGER')
    WHERE type = 'table' AND name = 'conflicts';
PRAGMA writable_schema = RESET;
-- on a server: ALTER TABLE conflicts ALTER COLUMN import_id DROP NOT NULL
CREATE TABLE not_of_a_file (id INTEGER);
DROP TABLE not_of_a_file;
ALTER TABLE conflicts ADD COLUMN source TEXT;    -- the source that said it, where no file did
ALTER TABLE conflicts ADD COLUMN found_at TEXT;
"""

# Of which records it said what was so already: ranges of ids.
SAID_AGAIN = "ALTER TABLE imports ADD COLUMN said TEXT NOT NULL DEFAULT '[]';"

MIGRATIONS = (
    (7, IMPORT_READINGS),
    (16, AMOUNTS_READ),
    (21, IN_PARTS),
    (32, ANY_KIND),
    (38, NOT_OF_A_FILE),
    (50, SAID_AGAIN),
)
ADDITIONS = (50,)
