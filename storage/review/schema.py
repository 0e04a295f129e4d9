"""What a manager saw, asked and noted of an account in a month's review; handed in."""

MANAGER_REVIEWS = """
CREATE TABLE manager_reviews (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- buttons and messages name it: never given out again
    manager_id INTEGER NOT NULL REFERENCES people(id),
    month TEXT NOT NULL CHECK (length(month) = 7),
    section TEXT NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('seen', 'asked')),
    note TEXT,                   -- of one that was asked: the question
    found TEXT,                  -- what had been found when it was asked
    on_day TEXT NOT NULL,
    at TEXT NOT NULL,
    asked_id INTEGER REFERENCES people(id),
    answer TEXT,
    answered_at TEXT,
    answered_by INTEGER REFERENCES people(id),
    UNIQUE (manager_id, month, section, account_id)
) STRICT;
CREATE INDEX manager_reviews_asked ON manager_reviews(asked_id, on_day) WHERE asked_id IS NOT NULL;
"""

MIGRATIONS = ((33, MANAGER_REVIEWS),)
