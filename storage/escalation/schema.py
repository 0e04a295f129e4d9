"""Escalations and their updates; handed in."""

ESCALATIONS = """
CREATE TABLE escalations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- buttons and dedupe keys name it: never given out again
    account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    severity TEXT NOT NULL CHECK (severity IN ('critical', 'high', 'medium', 'low')),
    reason TEXT,
    criteria TEXT NOT NULL,      -- what has to be so for it to end
    next_step TEXT,
    project INTEGER NOT NULL DEFAULT 0 CHECK (project IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('open', 'monitoring', 'closed')),
    opened_on TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    opened_by INTEGER REFERENCES people(id),
    last_on TEXT NOT NULL,       -- its last update, or its opening
    last_at TEXT NOT NULL,
    closed_on TEXT,
    closed_at TEXT,
    closed_by INTEGER REFERENCES people(id),
    outcome TEXT CHECK (outcome IN ('positive', 'negative', 'none')),
    criteria_met INTEGER CHECK (criteria_met IN (0, 1)),
    agreed_by TEXT,
    agreed_on TEXT,
    helped TEXT
) STRICT;
CREATE INDEX escalations_account ON escalations(account_id);
CREATE TABLE escalation_updates (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    escalation_id INTEGER NOT NULL REFERENCES escalations(id) ON DELETE CASCADE,
    at TEXT NOT NULL,
    given_on TEXT NOT NULL,
    by_id INTEGER REFERENCES people(id),
    state TEXT NOT NULL,
    severity TEXT NOT NULL,
    progress TEXT,
    next_step TEXT
) STRICT;
CREATE INDEX escalation_updates_of ON escalation_updates(escalation_id);
CREATE TRIGGER mark_escalation_made AFTER INSERT ON escalations BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_escalation_changed AFTER UPDATE ON escalations BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_escalation_gone AFTER DELETE ON escalations BEGIN
    UPDATE accounts SET look_at = '' WHERE id = old.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_pse AFTER UPDATE OF pse_id ON accounts WHEN new.pse_id IS NOT old.pse_id BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.id AND look_at <> '';
END;
"""

MIGRATIONS = ((28, ESCALATIONS),)
