"""The migration that gives no id out twice: what a button names must never come to mean another record."""

from __future__ import annotations

# AUTOINCREMENT changes nothing of what is stored, so that the words of the tables are changed and no row is copied
# (SQLite, "ALTER TABLE", 7: changes that do not affect content). The table that is made and dropped tells other
# connections that the schema is another one.
# A backup (its sign of life is of 1970) that was made before: its ids begin past all that was given out since.
IDS_ONCE = """
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(sql, 'id INTEGER PRIMARY KEY,', 'id INTEGER PRIMARY KEY AUTOINCREMENT,')
    WHERE type = 'table' AND name IN ('people', 'playbooks', 'tasks', 'notes', 'reviews', 'renewals', 'ebrs', 'audit',
        'outbox', 'imports', 'conflicts');
PRAGMA writable_schema = RESET;
CREATE TABLE ids_once (id INTEGER);
DROP TABLE ids_once;
INSERT INTO sqlite_sequence(name, seq)
    SELECT name, coalesce(last, 0) + 1000000 FROM (
        SELECT 'people' AS name, max(id) AS last FROM people UNION ALL SELECT 'playbooks', max(id) FROM playbooks
        UNION ALL SELECT 'tasks', max(id) FROM tasks UNION ALL SELECT 'notes', max(id) FROM notes
        UNION ALL SELECT 'reviews', max(id) FROM reviews UNION ALL SELECT 'renewals', max(id) FROM renewals
        UNION ALL SELECT 'ebrs', max(id) FROM ebrs UNION ALL SELECT 'audit', max(id) FROM audit
        UNION ALL SELECT 'outbox', max(id) FROM outbox UNION ALL SELECT 'imports', max(id) FROM imports
        UNION ALL SELECT 'conflicts', max(id) FROM conflicts)
    WHERE EXISTS (SELECT 1 FROM meta WHERE key = 'alive_at' AND value = '1970-01-01T00:00:00Z')
        AND name NOT IN (SELECT name FROM sqlite_sequence);
"""
