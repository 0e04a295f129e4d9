"""What became of a record, change by change: the audit read back, for `/cta history` and account cards."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storage.model.moments import instant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from sqlite3 import Connection


@dataclass(frozen=True, slots=True)
class Change:
    """One change: who did what, when, from where (`command`, `click`, `form`, `import` …), before and after."""

    at: datetime
    who: str
    action: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    source: str


def of_subject(db: Connection, subject: str, *, limit: int, offset: int = 0) -> tuple[list[Change], int]:
    """A page of a record's changes (`cta:12`, `account:7`), the newest first, and how many there are."""
    total = db.execute("SELECT count(*) FROM audit WHERE subject = ?", (subject,)).fetchone()[0]
    rows = db.execute(
        "SELECT at, coalesce(people.name, audit.who), action, before, after, source FROM audit"
        " LEFT JOIN people ON people.id = audit.person_id WHERE subject = ? ORDER BY audit.id DESC LIMIT ? OFFSET ?",
        (subject, limit, offset),
    )
    found = [Change(instant(r[0]), r[1], r[2], json.loads(r[3]), json.loads(r[4]), r[5]) for r in rows]
    return found, total
