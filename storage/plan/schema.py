"""Success plans, their result objectives, updates and qualifications; handed in."""

# Another CSM has to confirm a plan: since when it is another follows whoever writes that. What reminders of a submitted
# plan hang on marks it for the planner, and what others show of a plan marks its account.
PLANS = """
CREATE TABLE plans (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- buttons and dedupe keys name it: never given out again
    account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('roi', 'internal')),
    state TEXT NOT NULL CHECK (state IN ('draft', 'active', 'closed')),
    strategy TEXT,
    highlights TEXT,
    link TEXT,
    shared_on TEXT,              -- the customer saw it
    due_on TEXT NOT NULL,
    validated_on TEXT,           -- somebody said that it is still right
    submitted_on TEXT,           -- it waits for the manager
    submitted_at TEXT,
    submitted_by INTEGER REFERENCES people(id),
    made_on TEXT NOT NULL,
    written_by INTEGER REFERENCES people(id),
    written_at TEXT NOT NULL,
    csm_since_at TEXT,           -- since when the account's CSM is another than before
    look_at TEXT NOT NULL DEFAULT '',
    UNIQUE (account_id, kind)
) STRICT;
CREATE INDEX plans_look ON plans(look_at);
CREATE INDEX plans_waiting ON plans(submitted_on) WHERE submitted_on IS NOT NULL;
CREATE TABLE plan_updates (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    plan_id INTEGER NOT NULL REFERENCES plans(id) ON DELETE CASCADE,
    given_on TEXT NOT NULL,
    at TEXT NOT NULL,
    by_id INTEGER REFERENCES people(id)
) STRICT;
CREATE INDEX plan_updates_of ON plan_updates(plan_id, given_on);
CREATE TABLE plan_qualifications (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    plan_id INTEGER NOT NULL REFERENCES plans(id) ON DELETE CASCADE,
    csm_id INTEGER REFERENCES people(id),
    qualified_on TEXT NOT NULL,
    at TEXT NOT NULL,
    by_id INTEGER REFERENCES people(id),
    lapsed_on TEXT,
    lapse TEXT CHECK (lapse IN ('not_green', 'expired', 'other_csm', 'no_update', 'renewed')),
    CHECK ((lapsed_on IS NULL) = (lapse IS NULL))
) STRICT;
CREATE INDEX plan_qualifications_of ON plan_qualifications(plan_id);
CREATE TABLE objectives (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    plan_id INTEGER NOT NULL REFERENCES plans(id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    why TEXT,
    criteria TEXT,
    baseline TEXT,
    owner_id INTEGER REFERENCES people(id),
    customer_owner TEXT,
    due_on TEXT,
    priority TEXT NOT NULL DEFAULT 'medium' CHECK (priority IN ('high', 'medium', 'low')),
    original INTEGER NOT NULL DEFAULT 0 CHECK (original IN (0, 1)),  -- of the plan with which the customer bought
    status TEXT NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'in_progress', 'achieved', 'dropped')),
    came_of TEXT,
    ended_on TEXT,
    external_id TEXT,
    of_file TEXT,                -- what files said last, as JSON: what somebody changed since stands
    written_by INTEGER REFERENCES people(id),
    written_at TEXT NOT NULL
) STRICT;
CREATE INDEX objectives_plan ON objectives(plan_id);
CREATE INDEX objectives_external ON objectives(external_id) WHERE external_id IS NOT NULL;
CREATE TABLE objective_ctas (
    cta_id INTEGER PRIMARY KEY REFERENCES ctas(id) ON DELETE CASCADE,
    objective_id INTEGER NOT NULL REFERENCES objectives(id) ON DELETE CASCADE
) STRICT;
CREATE INDEX objective_ctas_of ON objective_ctas(objective_id);

CREATE TRIGGER plan_other_csm AFTER UPDATE OF csm_id ON accounts WHEN new.csm_id IS NOT old.csm_id BEGIN
    UPDATE plans SET csm_since_at = new.updated_at WHERE account_id = new.id;
END;
CREATE TRIGGER mark_plan_submitted AFTER UPDATE OF submitted_at ON plans
    WHEN new.submitted_at IS NOT old.submitted_at
BEGIN
    UPDATE plans SET look_at = '' WHERE id = new.id AND look_at <> '';
    UPDATE accounts SET look_at = '' WHERE id = new.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_plan_of_account AFTER UPDATE OF csm_id, archived_at, churned_on, segment ON accounts
BEGIN
    UPDATE plans SET look_at = '' WHERE account_id = new.id AND submitted_on IS NOT NULL AND look_at <> '';
END;
CREATE TRIGGER mark_plan_of_person AFTER UPDATE OF zone, deactivated, manager_id, away_until, backup_id ON people
    WHEN old.zone IS NOT new.zone OR old.deactivated <> new.deactivated OR old.manager_id IS NOT new.manager_id
        OR old.away_until IS NOT new.away_until OR old.backup_id IS NOT new.backup_id
BEGIN
    UPDATE plans SET look_at = '' WHERE submitted_on IS NOT NULL AND look_at <> '';
END;
CREATE TRIGGER mark_plan_untold AFTER DELETE ON outbox_news WHEN old.subject LIKE 'plan:%' BEGIN
    UPDATE plans SET look_at = '' WHERE id = CAST(substr(old.subject, 6) AS INTEGER) AND look_at <> '';
END;
"""

MIGRATIONS = ((40, PLANS),)
