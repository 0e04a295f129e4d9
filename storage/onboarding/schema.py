"""The table of delays: why a milestone comes later, and by when; the newest of a milestone counts."""

DELAYS = """
CREATE TABLE onboarding_delays (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    milestone TEXT NOT NULL,
    expected_on TEXT NOT NULL,
    caused_by TEXT NOT NULL CHECK (caused_by IN ('us', 'customer')),
    reason TEXT NOT NULL,
    line TEXT,
    at TEXT NOT NULL,
    person_id INTEGER REFERENCES people(id),
    undone_at TEXT
) STRICT;
CREATE INDEX onboarding_delays_account ON onboarding_delays(account_id);
CREATE INDEX accounts_begun_by_hand ON accounts(started_on) WHERE started_on IS NOT NULL;
CREATE INDEX accounts_customer_since ON accounts(customer_since)
    WHERE archived_at IS NULL AND churned_on IS NULL AND customer_since IS NOT NULL;
"""

MIGRATIONS = ((31, DELAYS),)
