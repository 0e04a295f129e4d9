"""What became of a record, change by change: the audit read back, for `/cta history` and account cards."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from storage.base.change import Change
from storage.base.db import to_json
from storage.base.moments import instant

if TYPE_CHECKING:
    from sqlite3 import Connection, Row


def of_subject(db: Connection, subject: str, *, limit: int, offset: int = 0) -> tuple[list[Change], int]:
    """A page of a record's changes (`cta:12`, `account:7`), the newest first, and how many there are."""
    total = db.execute("SELECT count(*) FROM audit WHERE subject = ?", (subject,)).fetchone()[0]
    rows = db.execute(
        f"{_CHANGES} WHERE subject = ? ORDER BY at DESC, audit.id DESC LIMIT ? OFFSET ?", (subject, limit, offset)
    )
    return [_change(row) for row in rows], total


def of_account(db: Connection, account_id: int, limit: int, offset: int = 0) -> tuple[list[Change], int]:
    """A page of the changes of an account and of its CTAs, the newest first, and how many there are."""
    titles = {
        f"cta:{row[0]}": str(row[1])
        for row in db.execute("SELECT id, playbook FROM ctas WHERE account_id = ?", (account_id,))
    }
    among, subjects = "WHERE subject IN (SELECT value FROM json_each(?))", to_json([f"account:{account_id}", *titles])
    total = db.execute(f"SELECT count(*) FROM audit {among}", (subjects,)).fetchone()[0]
    rows = db.execute(f"{_CHANGES} {among} ORDER BY at DESC, audit.id DESC LIMIT ? OFFSET ?", (subjects, limit, offset))
    return [replace(change, title=titles.get(change.subject, "")) for change in map(_change, rows)], total


_CHANGES = (
    "SELECT at, coalesce(people.name, audit.who), action, before, after, source, subject FROM audit"
    " LEFT JOIN people ON people.id = audit.person_id"
)


def _change(row: Row) -> Change:
    return Change(instant(row[0]), row[1], row[2], json.loads(row[3]), json.loads(row[4]), row[5], row[6])
