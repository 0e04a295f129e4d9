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

MIGRATIONS = ((7, IMPORT_READINGS), (16, AMOUNTS_READ))
