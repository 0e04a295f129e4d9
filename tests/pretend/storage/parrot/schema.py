"""Its table, and the mark that has the planner look at an account whose parrot changes."""

from storage.base.nouns import NUMBER

PARROTS = """
CREATE TABLE parrots (
    account_id INTEGER PRIMARY KEY REFERENCES accounts(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    feed_on TEXT NOT NULL
) STRICT;
CREATE TRIGGER parrots_insert AFTER INSERT ON parrots BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.account_id;
END;
CREATE TRIGGER parrots_update AFTER UPDATE ON parrots BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.account_id;
END;
"""
MIGRATIONS = ((NUMBER, PARROTS),)
