"""Accounts in trouble and their updates; handed in."""

# A renewal that is decided ends a triage, and one that is taken back begins it again, whoever writes it. What the
# reminders of a triage hang on marks it for the planner.
TRIAGES = """
CREATE TABLE triages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- buttons and dedupe keys name it: never given out again
    account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'will_churn', 'ended')),
    colour TEXT NOT NULL CHECK (colour IN ('yellow', 'red', 'green')),
    red INTEGER NOT NULL CHECK (red IN (0, 1)),
    impact TEXT,
    reason TEXT,
    ends TEXT,                   -- what has to be so for it to end
    next_step TEXT,
    opened_on TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    opened_by INTEGER REFERENCES people(id),
    source TEXT NOT NULL,
    last_on TEXT NOT NULL,       -- its last update, or its opening
    last_at TEXT NOT NULL,
    chosen_on TEXT,
    will_churn_on TEXT,
    retrospective TEXT,
    ended_at TEXT,
    ended_by INTEGER REFERENCES people(id),
    outcome TEXT CHECK (outcome IN ('won_back', 'contracted', 'churned')),
    helped TEXT,
    was TEXT,                    -- its state before a renewal ended it
    by_renewal INTEGER,
    look_at TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX triages_one ON triages(account_id) WHERE state <> 'ended';
CREATE INDEX triages_account ON triages(account_id);
CREATE INDEX triages_look ON triages(look_at);
CREATE INDEX triages_renewal ON triages(by_renewal) WHERE by_renewal IS NOT NULL;
CREATE TABLE triage_updates (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    triage_id INTEGER NOT NULL REFERENCES triages(id) ON DELETE CASCADE,
    at TEXT NOT NULL,
    given_on TEXT NOT NULL,
    by_id INTEGER REFERENCES people(id),
    colour TEXT NOT NULL,
    progress TEXT,
    next_step TEXT
) STRICT;
CREATE INDEX triage_updates_of ON triage_updates(triage_id);

CREATE TRIGGER renewal_ends_triage AFTER INSERT ON renewals BEGIN
    UPDATE triages SET was = state, state = 'ended', ended_at = new.decided_at, ended_by = new.decided_by,
        outcome = CASE WHEN new.outcome = 'churned' THEN 'churned'
            WHEN new.arr_cents < new.arr_before_cents THEN 'contracted' ELSE 'won_back' END,
        by_renewal = new.id
        WHERE account_id = new.account_id AND state <> 'ended';
    UPDATE accounts SET will_churn_on = NULL
        WHERE id = new.account_id AND new.outcome = 'renewed' AND will_churn_on IS NOT NULL;
END;
CREATE TRIGGER renewal_undone_begins_triage AFTER UPDATE OF undone_at ON renewals
    WHEN new.undone_at IS NOT NULL AND old.undone_at IS NULL
BEGIN
    UPDATE accounts SET will_churn_on = (SELECT will_churn_on FROM triages WHERE by_renewal = new.id LIMIT 1)
        WHERE id = new.account_id
        AND EXISTS (SELECT 1 FROM triages WHERE by_renewal = new.id AND was = 'will_churn');
    UPDATE triages SET state = was, was = NULL, ended_at = NULL, ended_by = NULL, outcome = NULL, by_renewal = NULL
        WHERE by_renewal = new.id AND NOT EXISTS (
            SELECT 1 FROM triages AS other WHERE other.account_id = new.account_id AND other.state <> 'ended');
END;

CREATE TRIGGER mark_triage_made AFTER INSERT ON triages BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_triage_changed AFTER UPDATE OF state, colour, last_on, chosen_on, red ON triages BEGIN
    UPDATE triages SET look_at = '' WHERE id = new.id AND look_at <> '';
    UPDATE accounts SET look_at = '' WHERE id = new.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_triage_gone AFTER DELETE ON triages BEGIN
    UPDATE accounts SET look_at = '' WHERE id = old.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_triage_of_account
    AFTER UPDATE OF csm_id, archived_at, churned_on, segment, will_churn_on ON accounts
BEGIN
    UPDATE triages SET look_at = '' WHERE account_id = new.id AND state <> 'ended' AND look_at <> '';
END;
CREATE TRIGGER mark_triage_of_person AFTER UPDATE OF zone, deactivated, manager_id, away_until, backup_id ON people
    WHEN old.zone IS NOT new.zone OR old.deactivated <> new.deactivated OR old.manager_id IS NOT new.manager_id
        OR old.away_until IS NOT new.away_until OR old.backup_id IS NOT new.backup_id
BEGIN
    UPDATE triages SET look_at = '' WHERE look_at <> '' AND state <> 'ended' AND account_id IN (
        SELECT id FROM accounts WHERE csm_id IN (SELECT whose FROM stands_in WHERE who = new.id));
END;
CREATE TRIGGER mark_triage_untold AFTER DELETE ON outbox_news WHEN old.subject LIKE 'triage:%' BEGIN
    UPDATE triages SET look_at = '' WHERE id = CAST(substr(old.subject, 8) AS INTEGER) AND look_at <> '';
END;
"""

MIGRATIONS = ((27, TRIAGES),)
