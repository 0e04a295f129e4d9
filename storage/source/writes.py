"""What goes back to CRMs, field by field: taken from the audit in its order, and what became of it.

Of a field of an account one row waits at most: what is written is what stands here when it is its turn, so that an
older value never comes after a newer one. Called by handlers/source/writing.py and by `bot.py writes`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from storage.base.backlog import Backlog
from storage.base.dialect import patched
from storage.base.moments import instant, instant_text, maybe_instant
from storage.base.trying import FAR, oldest_then_fresh
from storage.source.fields import as_kept, touched
from storage.source.record import DEAD, PENDING, Known, Write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from sqlite3 import Connection, Row

    from storage.base.db import Unit
    from storage.base.outside import Source

AT_ONCE = 300
BACKLOG = Backlog("source_writers", "source_writes", "source", trouble="write")
_WRITE = (
    "source_writes.id, source, account_id, name, field, was, tried, made_at, state, attempts, first_at, next_at, error"
)
_FROM = f"SELECT {_WRITE} FROM source_writes LEFT JOIN accounts ON accounts.id = account_id"
_BASES = {"health": "health", "last_ebr": "last_ebr_on"}
"""What the import calls those of the fields that it brings, too."""


def meet(unit: Unit, rules: Sequence[Source]) -> None:
    """As `Backlog.meet`; what was known of a source that the policy names no more is forgotten, too."""
    BACKLOG.meet(unit, rules)
    unit.db.execute("DELETE FROM source_known WHERE source NOT IN (SELECT name FROM source_writers)")


def take(unit: Unit, rule: Source) -> int:
    """Have the next changes written, and remember how far that is; how many audit rows were looked at.

    What an import brought is none: it came from there. Only accounts that the source has brought are written to.
    """
    (since,) = unit.db.execute("SELECT audit_id FROM source_writers WHERE name = ?", (rule.name,)).fetchone()
    rows = unit.db.execute(
        "SELECT id, action, subject, before, after, source FROM audit WHERE id > ? ORDER BY id LIMIT ?",
        (since, AT_ONCE),
    ).fetchall()
    if not rows:
        return 0
    unit.db.execute(
        f"DELETE FROM source_writes WHERE source = ? AND state = '{PENDING}'"
        " AND field NOT IN (SELECT value FROM json_each(?))",
        (rule.name, json.dumps(list(rule.write))),
    )
    for audit_id, action, subject, before, after, source in rows:
        noun, _, number = subject.partition(":")
        if noun != "account" or source == "import":
            continue
        was = json.loads(before)
        for field in touched(action, was, json.loads(after)) & rule.write.keys():
            if is_of(unit.db, rule.name, int(number)):
                _put(unit, rule.name, int(number), field, audit_id, _was(field, was))
    unit.db.execute("UPDATE source_writers SET audit_id = ? WHERE name = ?", (rows[-1][0], rule.name))
    return len(rows)


def is_of(db: Connection, name: str, account_id: int) -> bool:
    """Whether an account came from a source, and is known there by an id."""
    row = db.execute(
        "SELECT 1 FROM accounts WHERE id = ? AND crm_id IS NOT NULL AND archived_at IS NULL"
        " AND EXISTS (SELECT 1 FROM source_rows WHERE record_id = accounts.id AND source = ?)",
        (account_id, name),
    ).fetchone()
    return row is not None


def _was(field: str, before: Mapping[str, object]) -> str | None:
    value = before.get(field)
    return json.dumps(as_kept(field, str(value) if value is not None else None)) if field in before else None


def _put(unit: Unit, name: str, account_id: int, field: str, audit_id: int, was: str | None) -> None:
    unit.db.execute(
        "INSERT INTO source_writes(source, account_id, field, audit_id, was, tried, made_at, state, attempts, next_at)"
        f" VALUES (?, ?, ?, ?, ?, '[]', ?, '{PENDING}', 0, ?)"
        f" ON CONFLICT (source, account_id, field) WHERE state IN ('{PENDING}', '{DEAD}') DO UPDATE SET"
        f" audit_id = excluded.audit_id, state = '{PENDING}', next_at = excluded.next_at, ended_at = NULL,"
        " first_at = NULL, attempts = 0",
        (name, account_id, field, audit_id, was, unit.at, unit.at),
    )


def due_accounts(db: Connection, rule: Source, now: datetime, limit: int = 100) -> list[int]:
    """Accounts of which something is to be written now, the oldest change first; none while it is left alone."""
    rows = db.execute(
        f"SELECT account_id, max(attempts) FROM source_writes WHERE source = ?1 AND state = '{PENDING}'"
        " AND (next_at <= ?2 OR next_at > ?5) AND field IN (SELECT value FROM json_each(?3))"
        " AND NOT EXISTS (SELECT 1 FROM source_writers WHERE name = ?1 AND held_until > ?2 AND held_until <= ?5)"
        " GROUP BY account_id ORDER BY min(id) LIMIT ?4",
        (rule.name, instant_text(now), json.dumps(list(rule.write)), limit, instant_text(now + FAR)),
    ).fetchall()
    return [row[0] for row in oldest_then_fresh(rows, lambda row: int(row[1]))]


def waiting(db: Connection, rule: Source, account_id: int, now: datetime) -> list[Write]:
    """What is to be written now of an account."""
    rows = db.execute(
        f"{_FROM} WHERE source = ? AND account_id = ? AND state = '{PENDING}'"
        " AND (next_at <= ? OR next_at > ?) AND field IN (SELECT value FROM json_each(?)) ORDER BY source_writes.id",
        (rule.name, account_id, instant_text(now), instant_text(now + FAR), json.dumps(list(rule.write))),
    )
    return [_write(row) for row in rows]


def known(db: Connection, rule: Source, account_id: int, fields: Iterable[str]) -> dict[str, Known]:
    """What we know of these fields there; of those that the source itself brings what it brought last."""
    rows = db.execute(
        "SELECT field, theirs FROM source_known WHERE source = ? AND account_id = ?", (rule.name, account_id)
    )
    found = {row[0]: Known(is_known=True, theirs=json.loads(row[1])) for row in rows}
    base = db.execute(
        "SELECT fields FROM import_bases WHERE kind = 'accounts' AND record_id = ?", (account_id,)
    ).fetchone()
    said = json.loads(base[0]) if base else {}
    found |= {
        field: Known(is_known=True, theirs=said.get(_BASES[field])) for field in _BASES if is_brought(rule, field)
    }
    return {field: found.get(field, Known()) for field in fields}


def is_brought(rule: Source, field: str) -> bool:
    """Whether the source brings what is written there, too."""
    return field in _BASES and rule.write.get(field, "").casefold() in rule.columns_of(field)


def keep_known(
    unit: Unit,
    rule: Source,
    account_id: int,
    field: str,
    theirs: str | None,
    *,
    cell: str | None = None,
    stamp: str = "",
) -> None:
    """Remember what a field says there, also as what the next pull brings; `cell`: we wrote it."""
    unit.db.execute(
        "INSERT INTO source_known(source, account_id, field, theirs, cell, stamp, at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (source, account_id, field) DO UPDATE SET theirs = excluded.theirs, cell = excluded.cell,"
        " stamp = excluded.stamp, at = excluded.at",
        (rule.name, account_id, field, json.dumps(as_kept(field, theirs)), cell, stamp, unit.at),
    )
    if is_brought(rule, field):
        unit.db.execute(
            "INSERT INTO import_bases(kind, record_id, fields) VALUES ('accounts', ?, ?)"
            " ON CONFLICT (kind, record_id) DO UPDATE SET"
            f" fields = {patched('import_bases.fields', 'excluded.fields')}",
            (account_id, json.dumps({_BASES[field]: theirs})),
        )


def lately(db: Connection, rule: Source, since: datetime) -> dict[str, tuple[str, dict[str, str]]]:
    """By CRM id what we wrote of late, by column, and when it was: a list that is behind shows the older value."""
    rows = db.execute(
        "SELECT crm_id, field, cell, stamp FROM source_known JOIN accounts ON accounts.id = account_id"
        " WHERE source = ? AND at >= ? AND cell IS NOT NULL AND stamp <> ''",
        (rule.name, instant_text(since)),
    )
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for crm_id, field, cell, stamp in rows:
        if is_brought(rule, field):
            latest, cells = found.get(crm_id, (stamp, {}))
            found[crm_id] = (max(latest, stamp), {**cells, rule.write[field]: cell})
    return found


def begin(unit: Unit, values: Mapping[int, str | None], writes: Iterable[Write]) -> None:
    """Remember what is about to be written: whether it arrives, nobody may live to know."""
    for write in writes:
        tried = [*dict.fromkeys([*write.tried, as_kept(write.field, values[write.id])])]
        unit.db.execute("UPDATE source_writes SET tried = ? WHERE id = ?", (json.dumps(tried), write.id))


def failing(db: Connection, name: str) -> list[Write]:
    """What could not be written yet, or was given up."""
    rows = db.execute(
        f"{_FROM} WHERE source = ? AND state IN ('{PENDING}', '{DEAD}') AND error IS NOT NULL"
        " ORDER BY source_writes.id LIMIT 20",
        (name,),
    )
    return [_write(row) for row in rows]


def listed(db: Connection, states: Sequence[str] = (), name: str = "", limit: int = 500) -> list[Write]:
    """What is or was to be written, the newest first."""
    wanted = json.dumps(list(states))
    rows = db.execute(
        f"{_FROM} WHERE (? = '[]' OR state IN (SELECT value FROM json_each(?)))"
        " AND source = CASE WHEN ? = '' THEN source ELSE ? END ORDER BY source_writes.id DESC LIMIT ?",
        (wanted, wanted, name, name, limit),
    )
    return [_write(row) for row in rows]


def _write(row: Row) -> Write:
    return Write(
        id=row[0],
        source=row[1],
        account_id=row[2],
        account=row[3] or "",
        field=row[4],
        was=Known() if row[5] is None else Known(is_known=True, theirs=json.loads(row[5])),
        tried=tuple(json.loads(row[6])),
        made_at=instant(row[7]),
        state=row[8],
        attempts=row[9],
        first_at=maybe_instant(row[10]),
        next_at=instant(row[11]),
        error=row[12],
    )
