"""What the bot works with: audit, inbox, outbox, destinations, imports, frozen quarters."""

from storage.base.ids_schema import IDS_ONCE
from storage.base.leases_schema import LEASES, REPLICAS
from storage.base.marks_schema import MARKS
from storage.base.plausible_schema import PLAUSIBLE

MACHINERY = """
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

# What managers decided about the files of a kind: what a header means, in which order its days are written.

# Slack's own word on who runs the workspace: they lead where nobody else is named.
WORKSPACE_ADMINS = """
ALTER TABLE people ADD COLUMN runs_workspace INTEGER NOT NULL DEFAULT 0;
"""

# When Slack last told of somebody: what it said before an absence, or long ago, is asked again.

PEOPLE_TOLD_OF = """
ALTER TABLE people ADD COLUMN told_at TEXT;
"""

# What counted of a CTA in a frozen quarter, column by column: JSON of one engine is another text in the next one's.
FROZEN_COLUMNS = """
ALTER TABLE frozen_ctas ADD COLUMN motion TEXT;
ALTER TABLE frozen_ctas ADD COLUMN use_case TEXT;
ALTER TABLE frozen_ctas ADD COLUMN opened INTEGER;
ALTER TABLE frozen_ctas ADD COLUMN status TEXT;
ALTER TABLE frozen_ctas ADD COLUMN reason TEXT;
ALTER TABLE frozen_ctas ADD COLUMN closed_on TEXT;
ALTER TABLE frozen_ctas ADD COLUMN days INTEGER;
UPDATE frozen_ctas SET motion = json_extract(facts, '$.motion'), use_case = json_extract(facts, '$.use_case'),
    opened = json_extract(facts, '$.opened'), status = json_extract(facts, '$.status'),
    reason = json_extract(facts, '$.reason'), closed_on = json_extract(facts, '$.closed_on'),
    days = json_extract(facts, '$.days');
ALTER TABLE frozen_ctas DROP COLUMN facts;
"""

# News may be of other nouns' records: a server reads no number out of the rest of their names.
NEWS_OF_CTAS = """
DROP TRIGGER mark_news_untold;
CREATE TRIGGER mark_news_untold AFTER DELETE ON outbox_news
    WHEN old.subject LIKE 'cta:%' OR old.subject LIKE 'task:%'
BEGIN
    UPDATE ctas SET look_at = '' WHERE id = CASE WHEN old.subject LIKE 'cta:%'
        THEN CAST(substr(old.subject, 5) AS INTEGER)
        ELSE (SELECT cta_id FROM tasks WHERE id = CAST(substr(old.subject, 6) AS INTEGER)) END;
END;
"""

# A table in the order of its text keys is balanced anew all the time by rows as long as answers are: of a command's
# pages it wrote four where two will do. On a server it always was what it becomes here. Most of what waits has no end,
# cards among it.
LESS_WRITTEN = """
CREATE TABLE inbox_rows (key TEXT PRIMARY KEY, received_at TEXT NOT NULL, answer TEXT) STRICT;  -- in a file
INSERT INTO inbox_rows(key, received_at, answer) SELECT key, received_at, answer FROM inbox;  -- in a file
DROP TABLE inbox;  -- in a file
ALTER TABLE inbox_rows RENAME TO inbox;  -- in a file
CREATE INDEX inbox_age ON inbox(received_at);  -- in a file
DROP INDEX outbox_expiry;
CREATE INDEX outbox_expiry ON outbox(expires_at) WHERE state = 'pending' AND expires_at IS NOT NULL;
"""

# Files and texts know somebody by these still.
FORMER_ADDRESSES = """
CREATE TABLE former_addresses (
    address TEXT PRIMARY KEY,    -- an e-mail in lower case, or a Slack id
    person_id INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX former_addresses_person ON former_addresses(person_id);
"""

MIGRATIONS = (
    (1, MACHINERY + MARKS),
    (5, WORKSPACE_ADMINS),
    (6, LEASES),
    (8, PEOPLE_TOLD_OF),
    (9, PLAUSIBLE),
    (10, IDS_ONCE),
    (19, REPLICAS),
    (20, FROZEN_COLUMNS),
    (37, NEWS_OF_CTAS),
    (49, LESS_WRITTEN),
    (51, FORMER_ADDRESSES),
)
ADDITIONS = (51,)
