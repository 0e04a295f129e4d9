"""The schema, as append-only migrations: a released one is never edited, a new one is added at the end.

STRICT tables, plain SQL. `_on` columns are ISO days, `_at` columns UTC instants as `moments.instant_text` writes
them, money is in cents. Called by `db.Store`; `docs/schema.md` describes the tables for people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_PEOPLE_AND_ACCOUNTS = """
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

_CTAS = """
CREATE TABLE playbooks (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    use_case TEXT NOT NULL,
    motion TEXT,
    category TEXT,
    body TEXT NOT NULL,          -- JSON: summary, discovery, tasks
    is_current INTEGER NOT NULL DEFAULT 1,
    UNIQUE (name, version)
) STRICT;
CREATE UNIQUE INDEX playbooks_current ON playbooks(name) WHERE is_current = 1;

CREATE TABLE ctas (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    playbook TEXT NOT NULL,
    category TEXT,
    use_case TEXT NOT NULL,
    motion TEXT CHECK (motion IN ('expand', 'enable')),
    reported INTEGER NOT NULL,   -- passes the reporting filter
    owner_id INTEGER REFERENCES people(id),
    status TEXT NOT NULL
        CHECK (status IN ('new', 'work_in_progress', 'closed_success', 'closed_no_success', 'withdrawn')),
    priority TEXT NOT NULL DEFAULT 'medium',
    success_plan TEXT NOT NULL DEFAULT 'roi',
    note TEXT,
    opened_on TEXT NOT NULL,
    due_on TEXT,
    closed_on TEXT,
    closed_by INTEGER REFERENCES people(id),
    reason TEXT,
    closing_note TEXT,
    detail TEXT,                 -- the product gap, or the competing vendor
    learned TEXT,                -- why it won, or what would have changed the no
    revisit_on TEXT,
    snoozed_until TEXT,
    linked_to INTEGER REFERENCES ctas(id) ON DELETE SET NULL,
    external_id TEXT,
    touched_on TEXT,             -- the last day on which anybody did anything to it
    known_at TEXT NOT NULL,
    look_at TEXT NOT NULL DEFAULT '',  -- the planner's mark, as on accounts; NULL is not used
    version INTEGER NOT NULL DEFAULT 1,
    opened_day INTEGER NOT NULL GENERATED ALWAYS AS (CAST(julianday(opened_on) - 1721424.5 AS INTEGER)) STORED,
    closed_day INTEGER GENERATED ALWAYS AS (CAST(julianday(closed_on) - 1721424.5 AS INTEGER)) STORED,
    CHECK ((status IN ('closed_success', 'closed_no_success')) = (closed_on IS NOT NULL)),
    CHECK (status <> 'closed_no_success' OR reason IS NOT NULL)
) STRICT;
-- One at a time: a second open CTA of the same account, use case and motion is refused.
CREATE UNIQUE INDEX ctas_one_open ON ctas(account_id, use_case, motion)
    WHERE status IN ('new', 'work_in_progress') AND motion IS NOT NULL;
CREATE INDEX ctas_account ON ctas(account_id, opened_on);
CREATE INDEX ctas_owner_open ON ctas(owner_id, due_on) WHERE status IN ('new', 'work_in_progress');
CREATE INDEX ctas_look ON ctas(look_at)
    WHERE status IN ('new', 'work_in_progress') OR (status = 'closed_no_success' AND revisit_on IS NOT NULL);
-- Reports read these two alone; days are proleptic ordinals (Python's date.toordinal).
CREATE INDEX ctas_closed ON ctas(closed_day, motion, use_case, status, reason, opened_day, owner_id, account_id)
    WHERE reported = 1 AND status IN ('closed_success', 'closed_no_success');
CREATE INDEX ctas_opened ON ctas(opened_day, motion, use_case, owner_id, account_id)
    WHERE reported = 1 AND status <> 'withdrawn';
CREATE INDEX ctas_closed_by ON ctas(closed_by, touched_on) WHERE closed_by IS NOT NULL;
CREATE INDEX ctas_detail ON ctas(reason, detail) WHERE detail IS NOT NULL;
CREATE INDEX ctas_deferred ON ctas(owner_id, revisit_on)
    WHERE status = 'closed_no_success' AND revisit_on IS NOT NULL;
CREATE INDEX ctas_linked ON ctas(linked_to) WHERE linked_to IS NOT NULL;

CREATE TABLE tasks (
    id INTEGER PRIMARY KEY,
    cta_id INTEGER NOT NULL REFERENCES ctas(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    hint TEXT NOT NULL DEFAULT '',
    due_on TEXT,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'skipped')),
    skip_reason TEXT,
    assignee_id INTEGER REFERENCES people(id),
    done_on TEXT,
    UNIQUE (cta_id, position)
) STRICT;
CREATE INDEX tasks_assignee ON tasks(assignee_id) WHERE assignee_id IS NOT NULL;

CREATE TABLE notes (
    id INTEGER PRIMARY KEY,
    cta_id INTEGER NOT NULL REFERENCES ctas(id) ON DELETE CASCADE,
    at TEXT NOT NULL,
    person_id INTEGER REFERENCES people(id),
    text TEXT NOT NULL
) STRICT;
CREATE INDEX notes_cta ON notes(cta_id);
"""

_RENEWALS = """
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

_MACHINERY = """
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    person_id INTEGER,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,       -- 'cta:12', 'account:7'
    before TEXT NOT NULL,        -- JSON of the fields that changed
    after TEXT NOT NULL,
    source TEXT NOT NULL         -- 'command', 'click', 'form', 'import', 'terminal', 'bot'
) STRICT;
CREATE INDEX audit_subject ON audit(subject);

CREATE TABLE inbox (
    key TEXT PRIMARY KEY,
    received_at TEXT NOT NULL,
    answer TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX inbox_age ON inbox(received_at);

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    dedupe_key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    op TEXT NOT NULL DEFAULT 'post' CHECK (op IN ('post', 'update')),
    destination TEXT NOT NULL,   -- 'person:7', 'channel:C123', 'operations'
    recipient TEXT NOT NULL,
    account_id INTEGER,
    cta_id INTEGER,
    step INTEGER,
    due_on TEXT,
    post_at TEXT NOT NULL,
    late INTEGER NOT NULL DEFAULT 0,
    why TEXT NOT NULL DEFAULT '',
    payload TEXT NOT NULL DEFAULT '{}',
    not_before TEXT NOT NULL,
    expires_at TEXT,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN
        ('pending', 'sending', 'sent', 'unknown', 'cancelled', 'expired', 'blocked', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0,
    claimed_at TEXT,
    claim TEXT,                  -- names the batch that shares one message
    conversation TEXT,
    slack_ts TEXT,
    error TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_due ON outbox(state, not_before) WHERE state IN ('pending', 'sending', 'unknown');
CREATE INDEX outbox_account ON outbox(account_id, kind) WHERE account_id IS NOT NULL;
CREATE INDEX outbox_cta ON outbox(cta_id, kind) WHERE cta_id IS NOT NULL;
CREATE INDEX outbox_claim ON outbox(claim) WHERE claim IS NOT NULL;
CREATE INDEX outbox_expiry ON outbox(expires_at) WHERE state = 'pending';
CREATE INDEX outbox_waiting ON outbox(destination, not_before, expires_at) WHERE state = 'pending';
CREATE INDEX outbox_conversation ON outbox(conversation, claimed_at) WHERE slack_ts IS NOT NULL;

-- What a `cta_morning` row tells: new means a (CTA or task, state, due date) not told before.
CREATE TABLE outbox_news (
    outbox_id INTEGER NOT NULL REFERENCES outbox(id) ON DELETE CASCADE,
    subject TEXT NOT NULL,       -- 'cta:12', 'task:34'
    state TEXT NOT NULL,         -- 'due_soon', 'overdue', 'idle', 'due_today'
    due_on TEXT NOT NULL,
    PRIMARY KEY (subject, state, due_on, outbox_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_news_row ON outbox_news(outbox_id);

CREATE TABLE destinations (
    id TEXT PRIMARY KEY,         -- a conversation, 'method:users.info', or 'workspace'
    blocked_until TEXT,
    health TEXT NOT NULL DEFAULT 'ok',
    error TEXT,
    updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE imports (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('accounts', 'ctas', 'people')),
    file TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    person_id INTEGER REFERENCES people(id),
    counts TEXT NOT NULL,        -- JSON
    people_made TEXT NOT NULL DEFAULT '[]',  -- JSON: ids of those whom the file named first
    audit_id INTEGER NOT NULL DEFAULT 0,     -- the last audit row when it ended: later ones are changes since
    undone_at TEXT
) STRICT;
CREATE TABLE import_changes (
    import_id INTEGER NOT NULL REFERENCES imports(id) ON DELETE CASCADE,
    record_id INTEGER NOT NULL,
    created INTEGER NOT NULL,
    before TEXT NOT NULL,        -- JSON of the fields that changed, as they were
    after TEXT NOT NULL,
    base_before TEXT NOT NULL DEFAULT '{}',  -- JSON of what the base said where the file moved it
    PRIMARY KEY (import_id, record_id)
) STRICT, WITHOUT ROWID;
-- The base of the three-way merge: what the last import said of a record, field by field.
CREATE TABLE import_bases (
    kind TEXT NOT NULL,
    record_id INTEGER NOT NULL,
    fields TEXT NOT NULL,        -- JSON
    PRIMARY KEY (kind, record_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE conflicts (
    id INTEGER PRIMARY KEY,
    import_id INTEGER NOT NULL REFERENCES imports(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    record_id INTEGER NOT NULL,
    field TEXT NOT NULL,
    ours TEXT,
    theirs TEXT,
    decided_at TEXT,
    decision TEXT CHECK (decision IN ('ours', 'theirs'))
) STRICT;
CREATE UNIQUE INDEX conflicts_open ON conflicts(kind, record_id, field) WHERE decided_at IS NULL;

-- Slack's channels as last seen: a file may name an account's channel instead of giving its id.
CREATE TABLE channels (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    seen_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX channels_name ON channels(name);

CREATE TABLE frozen_quarters (
    quarter TEXT PRIMARY KEY,
    frozen_at TEXT NOT NULL,
    numbers TEXT NOT NULL        -- JSON, as the report gave it
) STRICT;
CREATE TABLE frozen_ctas (
    quarter TEXT NOT NULL REFERENCES frozen_quarters(quarter) ON DELETE CASCADE,
    cta_id INTEGER NOT NULL,
    facts TEXT NOT NULL,         -- JSON: what of the CTA counted
    PRIMARY KEY (quarter, cta_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

# Whatever a reminder hangs on marks its account or CTA for the planner, so that no writer can forget to.
_MARKS = """
CREATE TRIGGER mark_account AFTER UPDATE OF csm_id, ae_id, sa_id, renewal_on, renewal_known_at, segment,
    customer_since, last_ebr_on, ebr_cadence_months, ebr_known_at, archived_at, churned_on ON accounts
    WHEN new.look_at <> ''
BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.id;
END;
CREATE TRIGGER mark_ctas_of_account AFTER UPDATE OF csm_id, archived_at ON accounts
    WHEN old.csm_id IS NOT new.csm_id OR old.archived_at IS NOT new.archived_at
BEGIN
    UPDATE ctas SET look_at = '' WHERE account_id = new.id AND look_at <> '';
END;
CREATE TRIGGER mark_review_made AFTER INSERT ON reviews BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_review_changed AFTER UPDATE ON reviews BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_review_gone AFTER DELETE ON reviews BEGIN
    UPDATE accounts SET look_at = '' WHERE id = old.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_ebr_made AFTER INSERT ON ebrs BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_ebr_changed AFTER UPDATE ON ebrs BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_ebr_gone AFTER DELETE ON ebrs BEGIN
    UPDATE accounts SET look_at = '' WHERE id = old.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_cta AFTER UPDATE OF owner_id, status, due_on, touched_on, snoozed_until, revisit_on ON ctas
    WHEN new.look_at <> ''
BEGIN
    UPDATE ctas SET look_at = '' WHERE id = new.id;
END;
CREATE TRIGGER mark_task_made AFTER INSERT ON tasks BEGIN
    UPDATE ctas SET look_at = '' WHERE id = new.cta_id AND look_at <> '';
END;
CREATE TRIGGER mark_task_changed AFTER UPDATE OF due_on, state, assignee_id ON tasks BEGIN
    UPDATE ctas SET look_at = '' WHERE id = new.cta_id AND look_at <> '';
END;
CREATE VIEW stands_in AS  -- whose reminders may reach whom: one's own, a backup's, a manager's
    SELECT id AS whose, id AS who FROM people
    UNION SELECT id, backup_id FROM people WHERE backup_id IS NOT NULL AND away_until IS NOT NULL
    UNION SELECT id, manager_id FROM people WHERE manager_id IS NOT NULL AND deactivated = 1;
CREATE TRIGGER mark_person AFTER UPDATE OF zone, deactivated, manager_id, away_until, backup_id ON people
    WHEN old.zone IS NOT new.zone OR old.deactivated <> new.deactivated OR old.manager_id IS NOT new.manager_id
        OR old.away_until IS NOT new.away_until OR old.backup_id IS NOT new.backup_id
BEGIN
    UPDATE accounts SET look_at = '' WHERE look_at <> '' AND id IN (
        SELECT id FROM accounts WHERE csm_id IN (SELECT whose FROM stands_in WHERE who = new.id)
        UNION SELECT account_id FROM reviews JOIN accounts ON accounts.id = account_id
            WHERE state = 'scheduled' AND (ae_id IN (SELECT whose FROM stands_in WHERE who = new.id)
                OR sa_id IN (SELECT whose FROM stands_in WHERE who = new.id)));
    UPDATE ctas SET look_at = '' WHERE look_at <> '' AND id IN (
        SELECT id FROM ctas WHERE owner_id IN (SELECT whose FROM stands_in WHERE who = new.id)
            AND status IN ('new', 'work_in_progress')
        UNION SELECT id FROM ctas WHERE owner_id IN (SELECT whose FROM stands_in WHERE who = new.id)
            AND status = 'closed_no_success' AND revisit_on IS NOT NULL
        UNION SELECT ctas.id FROM accounts JOIN ctas ON account_id = accounts.id
            WHERE csm_id IN (SELECT whose FROM stands_in WHERE who = new.id) AND owner_id IS NULL
        UNION SELECT cta_id FROM tasks
            WHERE assignee_id IN (SELECT whose FROM stands_in WHERE who = new.id) AND state = 'open');
END;
-- What was called off may fall due again; news that was not told is news still.
CREATE TRIGGER mark_called_off AFTER UPDATE OF state ON outbox
    WHEN new.state IN ('cancelled', 'expired') AND old.state <> new.state AND new.kind <> 'card'
BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.account_id AND look_at <> '';
    UPDATE ctas SET look_at = '' WHERE id = new.cta_id AND look_at <> '';
    DELETE FROM outbox_news WHERE outbox_id = new.id;
END;
CREATE TRIGGER mark_news_untold AFTER DELETE ON outbox_news BEGIN
    UPDATE ctas SET look_at = '' WHERE id = CASE WHEN old.subject LIKE 'cta:%'
        THEN CAST(substr(old.subject, 5) AS INTEGER)
        ELSE (SELECT cta_id FROM tasks WHERE id = CAST(substr(old.subject, 6) AS INTEGER)) END;
END;
"""

# A CTA that was opened just now is marked already: its tasks need not do it each again.
_TASKS_OF_NEW_CTAS = """
DROP TRIGGER mark_task_made;
CREATE TRIGGER mark_task_made AFTER INSERT ON tasks
    WHEN (SELECT look_at FROM ctas WHERE id = new.cta_id) <> ''
BEGIN
    UPDATE ctas SET look_at = '' WHERE id = new.cta_id;
END;
"""

# A last EBR on the scheduled day or later, from a file or a form, says that the scheduled one is over.
_SETTLED_EBRS = """
CREATE TRIGGER settle_ebr AFTER UPDATE OF last_ebr_on ON accounts WHEN new.last_ebr_on IS NOT old.last_ebr_on
BEGIN
    DELETE FROM ebrs WHERE account_id = new.id AND state = 'scheduled' AND scheduled_on <= new.last_ebr_on;
END;
"""

MIGRATIONS: Sequence[str] = (
    _PEOPLE_AND_ACCOUNTS + _CTAS + _RENEWALS + _MACHINERY + _MARKS,
    _TASKS_OF_NEW_CTAS,
    _SETTLED_EBRS,
)
"""Each is one script; the number of those applied is the file's `user_version`."""
