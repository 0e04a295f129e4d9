"""What the planner and the preview read in bulk: facts for the rules, by accounts, CTAs and CSMs.

`storage/base/marks.py` holds what the planner writes. Called by reminders/ only.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

from storage.base.moments import instant
from storage.base.reminder import Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from sqlite3 import Connection


AMONG = "IN (SELECT value FROM json_each(?))"


def told_of(db: Connection, column: str, ids: Sequence[int], kinds: Sequence[str]) -> dict[int, dict[str, Told]]:
    """What became of the dedupe keys of some kinds that are about these records, by record.

    `column` is the outbox column that names the record.
    """
    told: dict[int, dict[str, Told]] = defaultdict(dict)
    rows = db.execute(
        f"SELECT {column}, dedupe_key, state, error, not_before FROM outbox WHERE {column} {AMONG} AND kind {AMONG}",
        (json.dumps(ids), json.dumps(kinds)),
    )
    for record_id, key, state, error, not_before in rows:
        told[record_id][key] = Told(state, error, instant(not_before))
    return told


def told(db: Connection, keys: Iterable[str]) -> dict[str, Told]:
    """What became of these dedupe keys; those never planned are left out."""
    rows = db.execute(
        f"SELECT dedupe_key, state, error, not_before FROM outbox WHERE dedupe_key {AMONG}",
        (json.dumps(list(keys)),),
    )
    return {row[0]: Told(row[1], row[2], instant(row[3])) for row in rows}


def news_told(db: Connection, subjects: Iterable[str]) -> set[tuple[str, str, str]]:
    """The CTA news told, or about to be told, of these subjects: (subject, state, due date)."""
    rows = db.execute(
        f"SELECT subject, state, due_on FROM outbox_news WHERE subject {AMONG}", (json.dumps(list(subjects)),)
    )
    return {(row[0], row[1], row[2]) for row in rows}


def person_named(db: Connection, address: str) -> int | None:
    """The person whom preview names so: by e-mail, or by name where there is none."""
    row = db.execute(
        "SELECT id FROM people WHERE email = ? OR (email IS NULL AND name = ?) ORDER BY email IS NULL LIMIT 1",
        (address.strip().lower(), address),
    ).fetchone()
    return row[0] if row else None


def whose_may_reach(db: Connection, person_id: int) -> list[int]:
    """The person, and those whose reminders may reach them: backups and managers stand in, at whatever hand."""
    asked = found = {person_id}
    while asked:
        rows = db.execute(f"SELECT whose FROM stands_in WHERE who {AMONG}", (json.dumps(sorted(asked)),))
        asked = {row[0] for row in rows} - found
        found = found | asked
    return sorted(found)


def account_name(db: Connection, account_id: int | None) -> tuple[str | None, str | None]:
    """Name and CRM id of an account; none for none."""
    row = db.execute("SELECT name, crm_id FROM accounts WHERE id = ?", (account_id,)).fetchone()
    return (row[0], row[1]) if row else (None, None)


def news_of_row(db: Connection, outbox_id: int) -> list[tuple[str, str, str]]:
    """What a `cta_morning` row tells: (subject, state, due date)."""
    rows = db.execute("SELECT subject, state, due_on FROM outbox_news WHERE outbox_id = ?", (outbox_id,))
    return [(row[0], row[1], row[2]) for row in rows]


def records_of_news(db: Connection, outbox_id: int, *, what: str) -> list[int]:
    """The records that a morning's row is about, of which news says `plan:7`."""
    rows = db.execute(
        f"SELECT CAST(substr(subject, {len(what) + 2}) AS INTEGER) FROM outbox_news"
        " WHERE outbox_id = ? AND subject LIKE ?",
        (outbox_id, f"{what}:%"),
    )
    return [row[0] for row in rows]


def pages(db: Connection, query: str, size: int) -> Iterator[list[int]]:
    """The ids that a query gives (above one, at most so many), page by page."""
    last = 0
    while page := [row[0] for row in db.execute(query, (last, size))]:
        yield page
        last = page[-1]


def known(text: str, latest: str | None) -> datetime:
    """When something became known; what did so later than `latest` counts as known then."""
    return instant(text if latest is None else min(text, latest))
