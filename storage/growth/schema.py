"""ARR at the ends of months; handed in."""

ARR_SNAPSHOTS = """
CREATE TABLE arr_snapshots (
    account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    as_of TEXT NOT NULL CHECK (date(as_of) = as_of AND as_of BETWEEN '1970-01-01' AND '2199-12-31'),
    arr_cents INTEGER CHECK (arr_cents >= 0),  -- empty: not known
    currency TEXT NOT NULL,
    tier TEXT,
    segment TEXT,
    territory TEXT,
    source TEXT NOT NULL,        -- 'bot'
    at TEXT NOT NULL,
    PRIMARY KEY (account_id, as_of)
) STRICT, WITHOUT ROWID;
CREATE INDEX arr_snapshots_day ON arr_snapshots(as_of);
"""

MIGRATIONS = ((29, ARR_SNAPSHOTS),)
