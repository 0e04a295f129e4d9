"""Calls and meetings with customers; handed in."""

# The first call is the day on which the CSM is engaged, so that the planner looks at the account again.
CALLS = """
CREATE TABLE calls (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- buttons name it: never given out again
    account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    held_on TEXT NOT NULL CHECK (date(held_on) = held_on AND held_on BETWEEN '1970-01-01' AND '2199-12-31'),
    kind TEXT NOT NULL CHECK (kind IN ('call', 'meeting', 'onsite', 'workshop', 'webinar')),
    use_case TEXT,
    note TEXT,
    next_step TEXT,
    health TEXT,                 -- what the account's health was set to with it
    by_id INTEGER REFERENCES people(id),
    source TEXT NOT NULL DEFAULT 'person',
    at TEXT NOT NULL
) STRICT;
CREATE INDEX calls_account ON calls(account_id, held_on);
CREATE TRIGGER mark_call_made AFTER INSERT ON calls BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_call_changed AFTER UPDATE OF held_on ON calls BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_call_gone AFTER DELETE ON calls BEGIN
    UPDATE accounts SET look_at = '' WHERE id = old.account_id AND look_at <> '';
END;
"""

MIGRATIONS = ((24, CALLS),)
