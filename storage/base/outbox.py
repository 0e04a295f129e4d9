"""The outbox: what is to be said in Slack, one row per dedupe key, ever (docs/delivery.md, "Send").

Commands and the planner put rows in, delivery moves them on by guarded updates.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from storage.base.db import to_json
from storage.base.errors import Stale
from storage.base.moments import instant, instant_text, maybe_day, maybe_instant
from storage.base.outbox_row import BLOCKED, CANCELLED, DEAD, EXPIRED, PENDING, Draft, OutboxRow
from storage.base.reminder import BY_HAND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from sqlite3 import Connection, Row

    from storage.base.db import Unit

COLUMNS = (
    "id, dedupe_key, kind, op, destination, recipient, account_id, cta_id, step, due_on, post_at, late, why,"
    " payload, not_before, expires_at, state, attempts, claimed_at, conversation, slack_ts, error"
)


def from_row(row: Row | tuple[Any, ...]) -> OutboxRow:
    """The row of a select with COLUMNS."""
    return OutboxRow(
        id=row[0],
        dedupe_key=row[1],
        kind=row[2],
        op=row[3],
        destination=row[4],
        recipient=row[5],
        account_id=row[6],
        cta_id=row[7],
        step=row[8],
        due_on=maybe_day(row[9]),
        post_at=instant(row[10]),
        late=bool(row[11]),
        why=row[12],
        payload=json.loads(row[13]),
        not_before=instant(row[14]),
        expires_at=maybe_instant(row[15]),
        state=row[16],
        attempts=row[17],
        claimed_at=maybe_instant(row[18]),
        conversation=row[19],
        slack_ts=row[20],
        error=row[21],
    )


DRAFTED = (
    "dedupe_key, kind, op, destination, recipient, account_id, cta_id, step, due_on,"
    " post_at, late, why, payload, not_before, expires_at, created_at, updated_at"
)


def put(unit: Unit, draft: Draft) -> bool:
    """Put a draft in; False if its key is there already (whatever became of it)."""
    taken = unit.db.execute(
        f"INSERT INTO outbox({DRAFTED}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (dedupe_key) DO NOTHING",
        drafted(unit, draft),
    )
    return taken.rowcount == 1


def drafted(unit: Unit, draft: Draft) -> tuple[Any, ...]:
    """What a draft puts into the columns DRAFTED."""
    not_before = instant_text(draft.not_before)
    return (
        draft.dedupe_key,
        draft.kind,
        draft.op,
        draft.destination,
        draft.recipient,
        draft.account_id,
        draft.cta_id,
        draft.step,
        draft.due_on.isoformat() if draft.due_on else None,
        not_before,
        draft.late,
        draft.why,
        _whose(draft.payload["owner"]) if draft.payload.keys() == _OWNER else to_json(draft.payload),
        not_before,
        instant_text(draft.expires_at) if draft.expires_at else None,
        unit.at,
        unit.at,
    )


_OWNER = {"owner"}


@lru_cache(maxsize=1 << 12)
def _whose(owner: str) -> str:
    """The payload of a reminder that says no more than whose it is: a pass puts in many of the same few people."""
    return to_json({"owner": owner})


def by_key(db: Connection, dedupe_key: str) -> OutboxRow | None:
    """The row of a key, if there is one."""
    row = db.execute(f"SELECT {COLUMNS} FROM outbox WHERE dedupe_key = ?", (dedupe_key,)).fetchone()
    return from_row(row) if row else None


def get(db: Connection, row_id: int) -> OutboxRow | None:
    """The row of an id, if there is one."""
    row = db.execute(f"SELECT {COLUMNS} FROM outbox WHERE id = ?", (row_id,)).fetchone()
    return from_row(row) if row else None


def of_same_message(db: Connection, row: OutboxRow) -> list[OutboxRow]:
    """The rows that one Slack message carries together with this one, in their order."""
    if row.slack_ts is None:
        return [row]
    found = db.execute(
        f"SELECT {COLUMNS} FROM outbox WHERE conversation = ? AND slack_ts = ? AND op = 'post' ORDER BY id",
        (row.conversation, row.slack_ts),
    )
    return [from_row(one) for one in found]


def sent_into(db: Connection, kind: str, conversation: str) -> list[OutboxRow]:
    """The newest rows of a kind that were sent into a conversation."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM outbox WHERE conversation = ? AND kind = ? AND state = 'sent'"
        " ORDER BY id DESC LIMIT 50",
        (conversation, kind),
    )
    return [from_row(row) for row in rows]


def stands(db: Connection, conversation: str, ts: str, *, or_is_posted_now: bool = False) -> bool:
    """Whether a message is known as one of ours, or may be one whose post is under way or unanswered."""
    found = db.execute(
        "SELECT 1 FROM outbox WHERE conversation = ?"
        " AND (slack_ts = ? OR (? = 1 AND slack_ts IS NULL AND state IN ('sending', 'unknown'))) LIMIT 1",
        (conversation, ts, or_is_posted_now),
    ).fetchone()
    return found is not None


def waiting(db: Connection, kinds: Iterable[str], *, account_id: int | None = None) -> list[OutboxRow]:
    """The pending rows of these kinds, of one account if asked, in the order of their time."""
    found = db.execute(
        f"SELECT {COLUMNS} FROM outbox WHERE state = 'pending' AND kind IN (SELECT value FROM json_each(?))"
        f"{'' if account_id is None else ' AND account_id = ?'} ORDER BY not_before, id",
        (json.dumps(list(kinds)), *([] if account_id is None else [account_id])),
    )
    return [from_row(row) for row in found]


def listed(db: Connection, *, states: Iterable[str] = (), kinds: Iterable[str] = ()) -> Iterator[OutboxRow]:
    """All rows, of these states and kinds only if any are named, in the order of their time."""
    asked = [(column, list(wanted)) for column, wanted in (("state", states), ("kind", kinds))]
    conditions = [f"{column} IN (SELECT value FROM json_each(?))" for column, wanted in asked if wanted]
    found = db.execute(
        f"SELECT {COLUMNS} FROM outbox WHERE {' AND '.join(conditions) or '1 = 1'}"
        " ORDER BY post_at, recipient, kind, id",
        [json.dumps(wanted) for _, wanted in asked if wanted],
    )
    return (from_row(row) for row in found)


def retry(unit: Unit, row: OutboxRow) -> None:
    """Have a row posted after all: today if it was for today, else on the next morning, as after an absence.

    Raises Stale for one that waits, was sent, or may have been.
    """
    changes: dict[str, str | None] = {"error": None, "claim": None}
    if row.expires_at is not None and row.expires_at <= unit.now:
        changes["expires_at"] = None
    _by_hand(unit, row, PENDING, changes, (BLOCKED, DEAD, CANCELLED, EXPIRED))
    unit.audit("outbox.retry", f"outbox:{row.id}", {"state": row.state}, {"state": PENDING})


def cancel(unit: Unit, row: OutboxRow) -> None:
    """Have a row never posted, whatever falls due. Raises Stale for one that is being sent, or was."""
    _by_hand(unit, row, CANCELLED, {"error": BY_HAND}, (PENDING, BLOCKED, DEAD))
    unit.audit("outbox.cancel", f"outbox:{row.id}", {"state": row.state}, {"state": CANCELLED})


def call_off(unit: Unit, kinds: Sequence[str], why: str) -> None:
    """Have nothing of these kinds posted that still waits; it may fall due again, and its news be told then."""
    among = json.dumps(list(kinds))
    unit.db.execute(
        "DELETE FROM outbox_news WHERE outbox_id IN (SELECT id FROM outbox WHERE state = 'pending'"
        " AND kind IN (SELECT value FROM json_each(?)))",
        (among,),
    )
    unit.db.execute(
        "UPDATE outbox SET state = 'cancelled', error = ?, updated_at = ? WHERE state = 'pending'"
        " AND kind IN (SELECT value FROM json_each(?))",
        (why, unit.at, among),
    )


def _by_hand(unit: Unit, row: OutboxRow, state: str, changes: dict[str, str | None], allowed: tuple[str, ...]) -> None:
    columns = "".join(f", {name} = ?" for name in changes)
    marks = ", ".join("?" * len(allowed))
    changed = unit.db.execute(
        f"UPDATE outbox SET state = ?, updated_at = ?{columns}"
        f" WHERE id = ? AND slack_ts IS NULL AND state IN ({marks})",
        (state, unit.at, *changes.values(), row.id, *allowed),
    )
    if changed.rowcount != 1:
        raise Stale(
            f"Row {row.id} ({row.dedupe_key}) is {row.state}: it can't become {state}.",
            f"Only rows that are {', '.join(allowed)}, and were never posted, can.",
        )
