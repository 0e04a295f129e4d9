"""Answers to surveys; handed in."""

# An answer that is known tells its CSM and manager, so that the planner looks at the account again.
ANSWERS = """
CREATE TABLE survey_answers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- dedupe keys name it: never given out again
    account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    answered_on TEXT NOT NULL
        CHECK (date(answered_on) = answered_on AND answered_on BETWEEN '1970-01-01' AND '2199-12-31'),
    kind TEXT NOT NULL CHECK (kind IN ('nps', 'csat')),
    score INTEGER NOT NULL CHECK (score BETWEEN 0 AND 10),
    contact TEXT NOT NULL DEFAULT '',  -- a role or an id of who answered; empty: not known
    contact_key TEXT NOT NULL DEFAULT '',
    comment TEXT,
    case_id TEXT,                -- of a support case: in no round
    external_id TEXT,
    by_id INTEGER REFERENCES people(id),
    source TEXT NOT NULL CHECK (source IN ('person', 'import')),
    at TEXT NOT NULL             -- since when this score is known
) STRICT;
CREATE UNIQUE INDEX survey_answers_external ON survey_answers(external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX survey_answers_own ON survey_answers(account_id, kind, contact_key, answered_on)
    WHERE external_id IS NULL;
CREATE INDEX survey_answers_account ON survey_answers(account_id, answered_on);
CREATE INDEX survey_answers_day ON survey_answers(answered_on);
CREATE TRIGGER mark_answer_made AFTER INSERT ON survey_answers BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_answer_changed AFTER UPDATE OF account_id, answered_on, kind, score, contact_key, at
    ON survey_answers BEGIN
    UPDATE accounts SET look_at = '' WHERE id IN (old.account_id, new.account_id) AND look_at <> '';
END;
CREATE TRIGGER mark_answer_gone AFTER DELETE ON survey_answers BEGIN
    UPDATE accounts SET look_at = '' WHERE id = old.account_id AND look_at <> '';
END;
"""

MIGRATIONS = ((43, ANSWERS),)
