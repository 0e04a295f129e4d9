"""Renewal reviews, renewals, EBRs and mutes."""

RENEWALS = """
CREATE TABLE reviews (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    renewal_on TEXT NOT NULL,
    offset_months INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('scheduled', 'held', 'skipped')),
    scheduled_at TEXT,
    scheduled_on TEXT,
    scheduled_known_at TEXT,
    held_on TEXT,
    health TEXT,
    outlook TEXT,
    next_step TEXT,
    skip_reason TEXT,
    by_id INTEGER REFERENCES people(id),
    updated_at TEXT NOT NULL,
    UNIQUE (account_id, renewal_on, offset_months)
) STRICT;
CREATE INDEX reviews_scheduled ON reviews(account_id) WHERE state = 'scheduled';

CREATE TABLE renewals (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    renewal_on TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('renewed', 'churned')),
    next_renewal_on TEXT,
    decided_at TEXT NOT NULL,
    decided_by INTEGER REFERENCES people(id)
) STRICT;
CREATE INDEX renewals_account ON renewals(account_id);

CREATE TABLE ebrs (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('scheduled', 'held')),
    scheduled_at TEXT,
    scheduled_on TEXT,
    scheduled_known_at TEXT,
    held_on TEXT,
    note TEXT,
    by_id INTEGER REFERENCES people(id),
    updated_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX ebrs_one_scheduled ON ebrs(account_id) WHERE state = 'scheduled';
CREATE INDEX ebrs_held ON ebrs(account_id, held_on) WHERE state = 'held';

CREATE TABLE mutes (
    person_id INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    muted_by INTEGER REFERENCES people(id),
    muted_at TEXT NOT NULL,
    PRIMARY KEY (person_id, kind)
) STRICT;
"""

# A last EBR on the scheduled day or later, from a file or a form, says that the scheduled one is over.
SETTLED_EBRS = """
CREATE TRIGGER settle_ebr AFTER UPDATE OF last_ebr_on ON accounts WHEN new.last_ebr_on IS NOT old.last_ebr_on
BEGIN
    DELETE FROM ebrs WHERE account_id = new.id AND state = 'scheduled' AND scheduled_on <= new.last_ebr_on;
END;
"""

MIGRATIONS = ((1, RENEWALS), (3, SETTLED_EBRS))
