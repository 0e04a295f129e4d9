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

# How a renewal ended. `was` and `became` are the account's fields before and after, so that it can be taken back.
# A renewal that is in signature (`signings`) is not lapsed until its day has passed.
# Who upgrades is asked about no renewal day before the first pass of the planner (`outcomes_since`): '' until then.
OUTCOMES = """
ALTER TABLE renewals ADD COLUMN arr_cents INTEGER;
ALTER TABLE renewals ADD COLUMN arr_before_cents INTEGER;
ALTER TABLE renewals ADD COLUMN currency TEXT;
ALTER TABLE renewals ADD COLUMN reason TEXT;
ALTER TABLE renewals ADD COLUMN line TEXT;
ALTER TABLE renewals ADD COLUMN effective_on TEXT;
ALTER TABLE renewals ADD COLUMN source TEXT NOT NULL DEFAULT 'person';
ALTER TABLE renewals ADD COLUMN was TEXT;
ALTER TABLE renewals ADD COLUMN became TEXT;
ALTER TABLE renewals ADD COLUMN undone_at TEXT;
ALTER TABLE renewals ADD COLUMN undone_by INTEGER REFERENCES people(id);

-- Where notice must be given earlier than on the renewal day, and whether it renews where nobody gives any.
ALTER TABLE accounts ADD COLUMN notice_days INTEGER CHECK (notice_days BETWEEN 0 AND 730);
ALTER TABLE accounts ADD COLUMN auto_renews INTEGER CHECK (auto_renews IN (0, 1));

CREATE TABLE signings (
    account_id INTEGER PRIMARY KEY REFERENCES accounts(id) ON DELETE CASCADE,
    renewal_on TEXT NOT NULL,
    sign_by TEXT NOT NULL,
    line TEXT,
    by_id INTEGER REFERENCES people(id),
    updated_at TEXT NOT NULL
) STRICT;

INSERT INTO meta(key, value) SELECT 'outcomes_since', '' WHERE EXISTS (SELECT 1 FROM accounts);
CREATE TRIGGER outcomes_since_made AFTER INSERT ON meta WHEN new.key = 'planned_at' BEGIN
    UPDATE meta SET value = new.value WHERE key = 'outcomes_since' AND value = '';
END;
CREATE TRIGGER outcomes_since_changed AFTER UPDATE OF value ON meta WHEN new.key = 'planned_at' BEGIN
    UPDATE meta SET value = new.value WHERE key = 'outcomes_since' AND value = '';
END;

-- What the question about a renewal day hangs on marks its account for the planner.
UPDATE accounts SET look_at = '' WHERE look_at <> '' AND renewal_on IS NOT NULL;
CREATE TRIGGER mark_notice AFTER UPDATE OF notice_days, auto_renews ON accounts WHEN new.look_at <> '' BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.id;
END;
CREATE TRIGGER mark_signing_made AFTER INSERT ON signings BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_signing_changed AFTER UPDATE ON signings BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_signing_gone AFTER DELETE ON signings BEGIN
    UPDATE accounts SET look_at = '' WHERE id = old.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_renewal_undone AFTER UPDATE OF undone_at ON renewals BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_ae AFTER UPDATE OF zone, deactivated, manager_id, away_until, backup_id ON people
    WHEN old.zone IS NOT new.zone OR old.deactivated <> new.deactivated OR old.manager_id IS NOT new.manager_id
        OR old.away_until IS NOT new.away_until OR old.backup_id IS NOT new.backup_id
BEGIN
    UPDATE accounts SET look_at = '' WHERE look_at <> '' AND csm_id IS NULL
        AND ae_id IN (SELECT whose FROM stands_in WHERE who = new.id);
END;
CREATE TRIGGER plausible_signings_made BEFORE INSERT ON signings BEGIN
    SELECT RAISE(ABORT, 'signings: a day that can not be meant') FROM (
        SELECT new.renewal_on AS now UNION ALL SELECT new.sign_by)
        WHERE coalesce(date(now), '') <> now OR now NOT BETWEEN '1970-01-01' AND '2199-12-31';
END;
"""

# What is expected of a renewal beside its outlook: how much, if somebody has entered it, and why.
EXPECTED = """
ALTER TABLE accounts ADD COLUMN expected_cents INTEGER CHECK (expected_cents >= 0);
ALTER TABLE accounts ADD COLUMN outlook_line TEXT;
"""

# A date that moves a little is the same renewal: `was_on` are the dates that it had before.
RENEWAL_DATES = """
CREATE TABLE renewal_dates (
    account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    renewal_on TEXT NOT NULL,
    was_on TEXT NOT NULL,
    PRIMARY KEY (account_id, renewal_on, was_on)
) STRICT, WITHOUT ROWID;
"""

MIGRATIONS = ((1, RENEWALS), (3, SETTLED_EBRS), (13, OUTCOMES), (14, EXPECTED), (17, RENEWAL_DATES))
