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

# Why an account was archived, and who came back: a figure of retention must know it.
ENDINGS = """
CREATE TABLE account_endings (
    account_id INTEGER PRIMARY KEY REFERENCES accounts(id) ON DELETE CASCADE,
    why TEXT NOT NULL CHECK (why IN ('merged', 'duplicate', 'never', 'left')),
    into_id INTEGER REFERENCES accounts(id) ON DELETE CASCADE,
    by_id INTEGER REFERENCES people(id),
    at TEXT NOT NULL
) STRICT;
CREATE INDEX account_endings_into ON account_endings(into_id);
CREATE TABLE account_returns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    left_on TEXT NOT NULL CHECK (date(left_on) = left_on),
    back_on TEXT NOT NULL CHECK (date(back_on) = back_on),
    by_id INTEGER REFERENCES people(id),
    at TEXT NOT NULL,
    undone_at TEXT
) STRICT;
CREATE INDEX account_returns_account ON account_returns(account_id);
"""

# Answers of an archiving before this one; since then they go when an account is archived anew.
ENDED_BEFORE = """
DELETE FROM account_endings
WHERE EXISTS (SELECT 1 FROM accounts WHERE accounts.id = account_id AND archived_at > account_endings.at);
"""

MIGRATIONS = ((29, ARR_SNAPSHOTS), (35, ENDINGS), (45, ENDED_BEFORE))
