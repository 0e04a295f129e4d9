"""Figures of use by account, instance and day; handed in."""

USERS, MEASURES = 16, 16
"""How many use cases and measures have a column."""


def _numbered(name: str, many: int, kind: str) -> str:
    return "\n".join(f"    {name}_{place} {kind} CHECK ({name}_{place} >= 0)," for place in range(1, many + 1))


_FIGURES = f"""
    environment TEXT NOT NULL,
    tier TEXT,
    licences_bought INTEGER CHECK (licences_bought >= 0),
    licences_activated INTEGER CHECK (licences_activated >= 0),
    billable_users INTEGER CHECK (billable_users >= 0),
    active_users INTEGER CHECK (active_users >= 0),
    named INTEGER,               -- use cases that the file names, a bit each, by place; empty: it names none
{_numbered("users", USERS, "INTEGER")}
{_numbered("measure", MEASURES, "REAL")}
"""

# Two years of an account's months are 24 rows of many numbers, so that use cases and measures are numbered columns, and
# `usage_columns` says which is which. `made_by` and `changed_by` are imports: what each did can be taken back.
USAGE = f"""
CREATE TABLE usage_columns (
    family TEXT NOT NULL CHECK (family IN ('users', 'measure')),
    name TEXT NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (family, name),
    UNIQUE (family, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE usage_figures (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    instance TEXT NOT NULL,
    as_of TEXT NOT NULL CHECK (date(as_of) = as_of AND as_of BETWEEN '1970-01-01' AND '2199-12-31'),
{_FIGURES}    made_by INTEGER NOT NULL,
    changed_by INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX usage_figures_day ON usage_figures(account_id, instance, as_of);
CREATE TABLE usage_before (      -- a figure as it was before an import filled cells of it
    import_id INTEGER NOT NULL,
    figure_id INTEGER NOT NULL REFERENCES usage_figures(id) ON DELETE CASCADE,
{_FIGURES}    changed_by INTEGER NOT NULL,
    PRIMARY KEY (import_id, figure_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_before_figure ON usage_before(figure_id);
CREATE TABLE usage_agreed (      -- a use case (empty: all) is adopted, as the customer agrees
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    use_case TEXT,
    adopted_on TEXT NOT NULL CHECK (date(adopted_on) = adopted_on),
    agreed_with TEXT NOT NULL,
    by_id INTEGER REFERENCES people(id),
    at TEXT NOT NULL,
    undone_at TEXT
) STRICT;
CREATE INDEX usage_agreed_account ON usage_agreed(account_id);
-- The first usage days on which something was so, worked out from all figures; `usage_changed` are accounts of which
-- they have to be worked out anew.
CREATE TABLE usage_first_days (
    account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    what TEXT NOT NULL,          -- 'first value', 'licences', or 'use case ' and its name
    on_day TEXT NOT NULL,
    PRIMARY KEY (account_id, what)
) STRICT, WITHOUT ROWID;
CREATE TABLE usage_changed (
    account_id INTEGER PRIMARY KEY REFERENCES accounts(id) ON DELETE CASCADE
) STRICT;
CREATE TRIGGER usage_start_changed AFTER UPDATE OF started_on, customer_since, original_licences, tier ON accounts BEGIN
    INSERT INTO usage_changed(account_id) SELECT new.id WHERE EXISTS (SELECT 1 FROM usage_figures
        WHERE account_id = new.id) ON CONFLICT (account_id) DO NOTHING;
END;
CREATE TRIGGER mark_adopted AFTER INSERT ON usage_agreed BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_adopted_changed AFTER UPDATE OF undone_at ON usage_agreed BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.account_id AND look_at <> '';
END;
"""

# The newest rows of an account up to a day, found without a look at the others.
NEWEST = """
CREATE INDEX usage_figures_newest ON usage_figures(account_id, as_of, instance) WHERE environment = 'production';
"""

MIGRATIONS = ((34, USAGE), (44, NEWEST))
