"""docs/schema.md is what the file looks like, and its queries run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from storage.base.db import Store
from storage.base.policy import Policy

pytestmark = pytest.mark.of_a_file
ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "schema.md").read_text()
QUERIES = re.findall(r"```sql\n(.*?)```", TEXT, re.DOTALL)


def test_every_table_and_column_is_described(tmp_path):
    database = Store(tmp_path / "bot.db", policy=Policy()).database()
    tables = [t for t in database.table_names() if not re.match(r"sqlite_|accounts_fts_", t)]
    described = {m[1]: m[0] for m in re.finditer(r"^\*\*(\w+)\*\*:.*(?:\n(?!\n|\*\*).*)*", TEXT, re.MULTILINE)}
    assert sorted(described) == sorted(tables)
    for table in tables:
        columns = {row[1] for row in database.execute(f"PRAGMA table_xinfo({table})")} - {"accounts_fts", "rank"}
        named = set(re.findall(r"`(\w+)`", described[table]))
        for stem, first, last in re.findall(r"`(\w+)_(\d+)`\s…\s`\1_(\d+)`", described[table]):
            named |= {f"{stem}_{number}" for number in range(int(first), int(last) + 1)}
        assert table == "accounts_fts" or columns <= named, f"{table}: {sorted(columns - named)}"


def test_the_queries_run_through_sqlite_utils_and_find_something(tmp_path):
    path = tmp_path / "bot.db"
    store = Store(path, policy=Policy())
    db = store.connection()
    db.executescript(
        """
        INSERT INTO people(email, name, updated_at) VALUES ('maya@x.com', 'Maya', '');
        INSERT INTO accounts(name, name_key, currency, arr_cents, renewal_on, csm_id, known_at, renewal_known_at,
            ebr_known_at, updated_at)
            VALUES ('Acme', 'acme', 'USD', 12345600, date('now', '+1 month'), 1, '', '', '', '');
        INSERT INTO ctas(account_id, playbook, use_case, motion, reported, status, opened_on, closed_on, reason, known_at)
            VALUES (1, 'Expand: CI', 'CI', 'expand', 1, 'closed_no_success', date('now'), date('now'), 'other', '');
        INSERT INTO audit(at, who, action, subject, before, after, source)
            VALUES (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), 'maya@x.com', 'cta.close', 'cta:1', '{}', '{}', 'click');
        """
    )
    store.close()
    assert len(QUERIES) == 3
    for query, found in zip(QUERIES, ("Maya", "other", "cta.close"), strict=True):
        ran = subprocess.run(
            [sys.executable, "-m", "sqlite_utils", "query", str(path), query],
            capture_output=True,
            text=True,
            check=True,
        )
        assert found in ran.stdout
