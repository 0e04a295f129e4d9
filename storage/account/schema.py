"""People and accounts, with the index of names that search reads."""

PEOPLE_AND_ACCOUNTS = """
CREATE TABLE people (
    id INTEGER PRIMARY KEY,
    email TEXT UNIQUE,
    slack_id TEXT UNIQUE,
    name TEXT NOT NULL,
    zone TEXT,
    role TEXT,
    manager_id INTEGER REFERENCES people(id),
    team TEXT,
    region TEXT,
    deactivated INTEGER NOT NULL DEFAULT 0,
    guest INTEGER NOT NULL DEFAULT 0,
    is_foreign INTEGER NOT NULL DEFAULT 0,
    away_until TEXT,
    backup_id INTEGER REFERENCES people(id),
    dm_channel TEXT,
    updated_at TEXT NOT NULL
) STRICT;

CREATE INDEX people_manager ON people(manager_id) WHERE manager_id IS NOT NULL;

CREATE TABLE accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- buttons and dedupe keys name it: never given out again
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    crm_id TEXT UNIQUE,
    segment TEXT,
    arr_cents INTEGER CHECK (arr_cents >= 0),
    currency TEXT NOT NULL,
    renewal_on TEXT,
    csm_id INTEGER REFERENCES people(id),
    ae_id INTEGER REFERENCES people(id),
    sa_id INTEGER REFERENCES people(id),
    pse_id INTEGER REFERENCES people(id),
    channel_id TEXT,
    customer_since TEXT,
    last_ebr_on TEXT,
    ebr_cadence_months INTEGER,
    ebr_cadence_agreed_by TEXT,
    region TEXT,
    health TEXT,
    health_on TEXT,
    crm_url TEXT,
    outlook TEXT,
    archived_at TEXT,
    churned_on TEXT,
    known_at TEXT NOT NULL,
    renewal_known_at TEXT NOT NULL,
    ebr_known_at TEXT NOT NULL,
    look_at TEXT NOT NULL DEFAULT '',
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX accounts_name ON accounts(name_key);
CREATE INDEX accounts_channel ON accounts(channel_id) WHERE channel_id IS NOT NULL;
CREATE INDEX accounts_csm ON accounts(csm_id);
CREATE INDEX accounts_renewal ON accounts(renewal_on) WHERE archived_at IS NULL AND churned_on IS NULL;
-- The planner's mark: when the account is next due for a look; '' means at once.
CREATE INDEX accounts_look ON accounts(look_at);

CREATE VIRTUAL TABLE accounts_fts USING fts5(
    name, content='accounts', content_rowid='id', tokenize='unicode61 remove_diacritics 2', prefix='1 2 3'
);
CREATE TRIGGER accounts_fts_insert AFTER INSERT ON accounts BEGIN
    INSERT INTO accounts_fts(rowid, name) VALUES (new.id, new.name);
END;
CREATE TRIGGER accounts_fts_delete AFTER DELETE ON accounts BEGIN
    INSERT INTO accounts_fts(accounts_fts, rowid, name) VALUES ('delete', old.id, old.name);
END;
CREATE TRIGGER accounts_fts_update AFTER UPDATE OF name ON accounts BEGIN
    INSERT INTO accounts_fts(accounts_fts, rowid, name) VALUES ('delete', old.id, old.name);
    INSERT INTO accounts_fts(rowid, name) VALUES (new.id, new.name);
END;
"""

# `folded` is a function of the connection that migrates (storage/base/db.py): what makes two spellings one, as of then.
NAMES_FOLDED = "UPDATE accounts SET name_key = folded(name) WHERE name_key <> folded(name);"

ACCOUNT_NOTES = """
CREATE TABLE account_notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    at TEXT NOT NULL,
    person_id INTEGER REFERENCES people(id),
    text TEXT NOT NULL
) STRICT;
CREATE INDEX account_notes_account ON account_notes(account_id);
-- A backup of before (its sign of life is of 1970): ids begin past those given out since (storage/base/ids_schema.py).
INSERT INTO sqlite_sequence(name, seq)
    SELECT 'account_notes', 1000000 FROM meta WHERE key = 'alive_at' AND value < '1971';
"""

# Every setting of a health (storage/account/health_history.py); what stood at the upgrade is its first.
HEALTH_SETTINGS = """
CREATE TABLE health_settings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    at TEXT NOT NULL,
    set_on TEXT NOT NULL,
    health TEXT CHECK (health IN ('green', 'yellow', 'red')),
    by_id INTEGER REFERENCES people(id),
    note TEXT,
    source TEXT NOT NULL,
    undone_at TEXT
) STRICT;
CREATE INDEX health_settings_account ON health_settings(account_id, set_on);
INSERT INTO health_settings(account_id, at, set_on, health, source)
    SELECT id, updated_at, coalesce(date(health_on), substr(known_at, 1, 10)), health, 'person' FROM accounts
    WHERE health IN ('green', 'yellow', 'red');
"""

# Who is on the team of an account in another part than its CSM has few of all: found without a look at the others.
TEAMS = """
CREATE INDEX accounts_ae ON accounts(ae_id) WHERE ae_id IS NOT NULL;
CREATE INDEX accounts_sa ON accounts(sa_id) WHERE sa_id IS NOT NULL;
CREATE INDEX accounts_pse ON accounts(pse_id) WHERE pse_id IS NOT NULL;
"""

# Which segments there are, and how early notice is given at most: asked for each list and each Home.
SAID_OF_ALL = """
CREATE INDEX accounts_segment ON accounts(lower(segment))
    WHERE archived_at IS NULL AND churned_on IS NULL AND segment IS NOT NULL;
CREATE INDEX accounts_notice ON accounts(notice_days) WHERE notice_days IS NOT NULL;
"""

MIGRATIONS = (
    (1, PEOPLE_AND_ACCOUNTS),
    (4, NAMES_FOLDED),
    (11, ACCOUNT_NOTES),
    (15, HEALTH_SETTINGS),
    (23, NAMES_FOLDED),
    (47, TEAMS),
    (48, SAID_OF_ALL),
)
