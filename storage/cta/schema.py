"""Playbooks, CTAs, their tasks and notes."""

CTAS = """
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

TASKS_OF_NEW_CTAS = """
DROP TRIGGER mark_task_made;
CREATE TRIGGER mark_task_made AFTER INSERT ON tasks
    WHEN (SELECT look_at FROM ctas WHERE id = new.cta_id) <> ''
BEGIN
    UPDATE ctas SET look_at = '' WHERE id = new.cta_id;
END;
"""

# A note that was a reply below a card: `C123:1764.0001`, so that it is kept once and follows its message.
NOTES_OF_REPLIES = """
ALTER TABLE notes ADD COLUMN message TEXT;
CREATE UNIQUE INDEX notes_message ON notes(message) WHERE message IS NOT NULL;
"""

# Checklists: CTAs of life-cycle playbooks. Their tasks are due from a day (`anchor`), and move with it.
CHECKLISTS = """
ALTER TABLE ctas ADD COLUMN anchor TEXT CHECK (anchor IN ('opened', 'started', 'renewal'));
ALTER TABLE ctas ADD COLUMN anchor_on TEXT;
ALTER TABLE ctas ADD COLUMN area TEXT;          -- of the customer's life, to which a checklist belongs
CREATE UNIQUE INDEX ctas_one_checklist ON ctas(account_id, playbook, anchor_on)
    WHERE status IN ('new', 'work_in_progress') AND anchor IS NOT NULL;
CREATE INDEX ctas_checklists ON ctas(account_id, playbook, anchor_on) WHERE anchor IS NOT NULL;
ALTER TABLE tasks ADD COLUMN anchor TEXT CHECK (anchor IN ('opened', 'started', 'renewal'));
ALTER TABLE tasks ADD COLUMN anchor_on TEXT;
ALTER TABLE tasks ADD COLUMN role TEXT;
ALTER TABLE tasks ADD COLUMN optional INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN asks TEXT CHECK (asks IN ('link', 'text'));
ALTER TABLE tasks ADD COLUMN answer TEXT;
ALTER TABLE tasks ADD COLUMN sets TEXT;
"""

# Whose words they are: who typed them, not whose task it is. Empty in what is older.
WORDS_OF_TASKS = """
ALTER TABLE tasks ADD COLUMN skipped_by INTEGER REFERENCES people(id);
ALTER TABLE tasks ADD COLUMN answered_by INTEGER REFERENCES people(id);
"""

MIGRATIONS = (
    (1, CTAS),
    (2, TASKS_OF_NEW_CTAS),
    (12, NOTES_OF_REPLIES),
    (26, CHECKLISTS),
    (46, WORDS_OF_TASKS),
)
