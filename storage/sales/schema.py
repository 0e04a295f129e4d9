"""Meetings of account teams, and what people have themselves reminded of; handed in."""

SALES = """
CREATE TABLE team_meetings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- buttons and calendars name it: never given out again
    csm_id INTEGER NOT NULL REFERENCES people(id),
    ae_id INTEGER NOT NULL REFERENCES people(id),
    sa_id INTEGER REFERENCES people(id),
    scheduled_at TEXT,
    scheduled_on TEXT,
    held_on TEXT,
    next_steps TEXT,
    by_id INTEGER REFERENCES people(id),   -- who said last how it is
    at TEXT NOT NULL,
    undone_at TEXT
) STRICT;
CREATE INDEX team_meetings_pair ON team_meetings(csm_id, ae_id);
CREATE INDEX team_meetings_ae ON team_meetings(ae_id);
CREATE TABLE routines (
    person_id INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('sales_daily', 'sales_weekly')),
    since_at TEXT NOT NULL,
    done_on TEXT,              -- of which day, or week by its Monday, its reader said Done: nobody else sees it
    PRIMARY KEY (person_id, kind)
) STRICT;
"""

MIGRATIONS = ((42, SALES),)
