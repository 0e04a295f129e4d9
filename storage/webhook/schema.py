"""The tables of webhooks; handed in."""

WEBHOOKS = """
CREATE TABLE webhooks (
    name TEXT PRIMARY KEY,
    audit_id INTEGER NOT NULL,   -- up to which audit row changes were taken
    held_until TEXT              -- its address is left alone until then
) STRICT, WITHOUT ROWID;
CREATE TABLE webhook_calls (
    id INTEGER PRIMARY KEY,
    webhook TEXT NOT NULL,
    message_id TEXT NOT NULL,    -- the same at each try
    type TEXT NOT NULL,
    subject TEXT NOT NULL,       -- 'cta:12': calls of one record stay in order
    body TEXT NOT NULL,
    made_at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0,
    first_at TEXT,               -- the first try
    next_at TEXT NOT NULL,
    error TEXT,
    ended_at TEXT,
    UNIQUE (webhook, message_id)
) STRICT;
CREATE INDEX webhook_calls_pending ON webhook_calls(webhook, subject, id) WHERE state = 'pending';
CREATE INDEX webhook_calls_ended ON webhook_calls(ended_at) WHERE ended_at IS NOT NULL;
"""

# The number of a call is none that another one had, as of all records that people name.
CALLS_ONCE = """
DROP TABLE webhook_calls;
CREATE TABLE webhook_calls (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook TEXT NOT NULL,
    message_id TEXT NOT NULL,    -- the same at each try
    type TEXT NOT NULL,
    subject TEXT NOT NULL,       -- 'cta:12': calls of one record stay in order
    body TEXT NOT NULL,
    made_at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0,
    first_at TEXT,               -- the first try
    next_at TEXT NOT NULL,
    error TEXT,
    ended_at TEXT,
    UNIQUE (webhook, message_id)
) STRICT;
CREATE INDEX webhook_calls_pending ON webhook_calls(webhook, subject, id) WHERE state = 'pending';
CREATE INDEX webhook_calls_ended ON webhook_calls(ended_at) WHERE ended_at IS NOT NULL;
"""

MIGRATIONS = ((25, WEBHOOKS), (30, CALLS_ONCE))
