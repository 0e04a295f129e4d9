"""What delivery does to outbox rows: claim, sent, unknown, put off, given up (docs/delivery.md, "Send").

Every change is a guarded update (`WHERE id = ? AND state = ?`, and the claim's name while it is being sent): where
no row changes, somebody else has it, and delivery lets go. Called by reminders/ only.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from storage.base import marks
from storage.base.db import to_json
from storage.base.dialect import field_of, patched
from storage.base.moments import instant, instant_text
from storage.base.outbox import COLUMNS, from_row
from storage.base.outbox_row import CANCELLED, EXPIRED, PENDING, SENDING, SENT, UNKNOWN, OutboxRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime, timedelta
    from sqlite3 import Connection

    from storage.base.db import Unit

_CHANGEABLE = frozenset(
    {"error", "conversation", "slack_ts", "destination", "recipient", "late", "not_before", "attempts", "payload"}
)


def waiting(db: Connection, now: datetime) -> list[str]:
    """The destinations that have something due, the longest due first."""
    rows = db.execute(
        "SELECT destination FROM outbox WHERE state = 'pending' AND not_before <= ?1"
        " AND (expires_at IS NULL OR expires_at > ?1) GROUP BY destination ORDER BY min(not_before), min(id)",
        (instant_text(now),),
    )
    return [row[0] for row in rows]


def due(db: Connection, destination: str, now: datetime) -> list[OutboxRow]:
    """What is due for a destination, the longest due first."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM outbox WHERE state = 'pending' AND destination = ?1 AND not_before <= ?2"
        " AND (expires_at IS NULL OR expires_at > ?2) ORDER BY not_before, id",
        (destination, instant_text(now)),
    )
    return [from_row(row) for row in rows]


def next_due_at(db: Connection, now: datetime) -> str | None:
    """The instant, as stored, at which the next row that still waits for its time falls due."""
    row = db.execute(
        "SELECT min(not_before) FROM outbox WHERE state = 'pending' AND not_before > ?", (instant_text(now),)
    ).fetchone()
    return row[0] if row else None


def of_claim(db: Connection, claim: str) -> list[OutboxRow]:
    """The rows that a claim still holds."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM outbox WHERE claim = ? AND state = 'sending' ORDER BY not_before, id", (claim,)
    )
    return [from_row(row) for row in rows]


def by_id(db: Connection, row_id: int) -> OutboxRow | None:
    """The row of an id."""
    row = db.execute(f"SELECT {COLUMNS} FROM outbox WHERE id = ?", (row_id,)).fetchone()
    return from_row(row) if row else None


def claim(unit: Unit, rows: Iterable[OutboxRow], name: str) -> int:
    """Take pending rows for one message; how many were still there to take."""
    taken = unit.db.execute(
        "UPDATE outbox SET state = 'sending', claim = ?, claimed_at = ?, updated_at = ?"
        " WHERE state = 'pending' AND id IN (SELECT value FROM json_each(?))",
        (name, unit.at, unit.at, json.dumps([row.id for row in rows])),
    )
    return taken.rowcount


def settle(unit: Unit, row: OutboxRow, claim_name: str, state: str, **fields: Any) -> bool:
    """End a claim's work on a row; False if the claim no longer holds it."""
    return _change(unit, row.id, state, fields, SENDING, claim_name)


def put_off(unit: Unit, row: OutboxRow, claim_name: str, until: datetime | None, **fields: Any) -> bool:
    """Back to pending, not before `until` (None: as it was)."""
    if until is not None:
        fields["not_before"] = instant_text(until)
    return _change(unit, row.id, PENDING, fields, SENDING, claim_name)


def attempted(
    unit: Unit, rows: Sequence[OutboxRow], claim_name: str, conversation: str, facts: Mapping[str, Any]
) -> bool:
    """Note where the claim is about to post, and what its fate hangs on; False if it lost some of its rows.

    Committed before the call: a claim that ends without a conversation never called Slack. `facts` go into the
    payload: the file (`file_id`) and how many replies follow (`replies`).
    """
    noted = unit.db.execute(
        "UPDATE outbox SET conversation = ?, attempts = attempts + 1, updated_at = ?,"
        f" payload = {patched('payload', '?')} WHERE claim = ? AND state = 'sending'",
        (conversation, unit.at, to_json(facts), claim_name),
    )
    return noted.rowcount == len(rows)


def unburn(unit: Unit, claim_name: str) -> None:
    """Give back the attempt that was noted: Slack would not even look at it (429)."""
    unit.db.execute("UPDATE outbox SET attempts = attempts - 1 WHERE claim = ? AND state = 'sending'", (claim_name,))


def found(unit: Unit, row: OutboxRow, slack_ts: str) -> bool:
    """An unknown (or again pending) row's message stands in the history: it is sent."""
    return _change(unit, row.id, SENT, {"slack_ts": slack_ts, "error": None}, row.state)


def proven_absent(unit: Unit, row: OutboxRow, until: datetime, error: str) -> bool:
    """An unknown row's message does not stand in the history: it is to be posted again, not before `until`."""
    fields = {"error": error, "not_before": max(instant_text(until), instant_text(row.not_before))}
    return _change(unit, row.id, PENDING, fields, UNKNOWN)


def still_unknown(unit: Unit, row: OutboxRow, error: str) -> bool:
    """Say why an unknown row stays so."""
    return _change(unit, row.id, UNKNOWN, {"error": error}, UNKNOWN)


def take_away(unit: Unit, card: OutboxRow) -> bool:
    """A card was deleted: the CTA became internal. It is posted anew if that changes back."""
    return _change(unit, card.id, CANCELLED, {"slack_ts": None, "error": "taken away: internal"}, SENT)


def is_sweep_due(db: Connection, now: datetime, lease: timedelta) -> bool:
    """Whether any row has expired, or any claim outlived its lease: asked often, and nearly always not."""
    row = db.execute(
        "SELECT EXISTS (SELECT 1 FROM outbox WHERE state = 'pending' AND expires_at <= ?)"
        " OR EXISTS (SELECT 1 FROM outbox WHERE state = 'sending' AND claimed_at <= ?)",
        (instant_text(now), instant_text(now - lease)),
    ).fetchone()
    return bool(row[0])


def keep_reason(unit: Unit, row: OutboxRow) -> None:
    """Keep what the row will say of itself: its reason, and whether it is late."""
    unit.db.execute("UPDATE outbox SET late = ?, why = ? WHERE id = ?", (row.late, row.why, row.id))


def expire(unit: Unit) -> int:
    """Close what was not sent before it expired; how many rows. By a clock that stands ahead it is taken back."""
    done = unit.db.execute(
        f"UPDATE outbox SET state = '{EXPIRED}', updated_at = ?, error = coalesce(error, 'not sent in time')"
        " WHERE state = 'pending' AND expires_at <= ?",
        (unit.at, unit.at),
    )
    if done.rowcount:
        marks.keep_planned_at(unit)
    return done.rowcount


def end_leases(unit: Unit, lease: timedelta, under_way: Sequence[str]) -> int:
    """Claims older than the lease: their process died. Unknown if it may have posted, else pending again.

    Not those that this process is at still: they are as old only by a clock that was set ahead.
    """
    before, mine = instant_text(unit.now - lease), json.dumps(list(under_way))
    ended = "state = 'sending' AND claimed_at <= ? AND claim NOT IN (SELECT value FROM json_each(?))"
    unit.db.execute(
        "UPDATE outbox SET state = 'pending', claim = NULL, updated_at = ?"
        f" WHERE {ended} AND (conversation IS NULL OR op = 'update')",
        (unit.at, before, mine),
    )
    done = unit.db.execute(
        "UPDATE outbox SET state = 'unknown', updated_at = claimed_at, error = 'the process ended while posting'"
        f" WHERE {ended}",
        (before, mine),
    )
    return done.rowcount


def unknown(db: Connection, settled_before: datetime) -> dict[str, list[OutboxRow]]:
    """Rows whose fate is unknown since before that instant, by conversation."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM outbox WHERE state = 'unknown' AND updated_at <= ? ORDER BY id",
        (instant_text(settled_before),),
    )
    by_conversation: dict[str, list[OutboxRow]] = {}
    for row in map(from_row, rows):
        by_conversation.setdefault(row.conversation or "", []).append(row)
    return by_conversation


def changed_at(db: Connection, rows: Sequence[OutboxRow]) -> datetime:
    """When the last of these rows changed."""
    row = db.execute(
        "SELECT max(updated_at) FROM outbox WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps([row.id for row in rows]),),
    ).fetchone()
    return instant(row[0])


def unknown_since(db: Connection, at: datetime) -> list[OutboxRow]:
    """Rows claimed before that instant whose fate is unknown still."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM outbox WHERE state = 'unknown' AND claimed_at <= ? ORDER BY id", (instant_text(at),)
    )
    return [from_row(row) for row in rows]


def last_ts_before(db: Connection, conversation: str, row_ids: Sequence[int] = ()) -> str | None:
    """The `ts` of our newest message in a conversation that was claimed before any of these rows was.

    Everything that those rows may have posted stands after it, whatever this machine's clock says.
    """
    row = db.execute(
        "SELECT max(slack_ts) FROM outbox WHERE conversation = ? AND slack_ts IS NOT NULL AND claimed_at <"
        " coalesce((SELECT min(claimed_at) FROM outbox WHERE id IN (SELECT value FROM json_each(?))), '9999')",
        (conversation, json.dumps(list(row_ids))),
    ).fetchone()
    return row[0] if row else None


_OF_ITS_PLACE = f"""
    state = 'blocked' AND destination = ? AND (kind = 'card' OR NOT EXISTS
        (SELECT 1 FROM outbox AS heir WHERE {field_of("heir.payload", "instead_of")} = outbox.dedupe_key
         AND heir.state IN ('{PENDING}', '{SENDING}', '{UNKNOWN}', '{SENT}')))
"""
"""What was blocked there and goes there still: what somebody else is told instead does not, cards aside."""


def revive_blocked(unit: Unit, destination: str) -> int:
    """A destination is well again: what was blocked there waits anew; how many rows."""
    done = unit.db.execute(
        f"UPDATE outbox SET state = 'pending', claim = NULL, updated_at = ? WHERE {_OF_ITS_PLACE}",
        (unit.at, destination),
    )
    return done.rowcount


def put_off_for(db: Connection, because: str) -> set[str]:
    """The destinations with pending rows that were put off for a reason that begins so."""
    rows = db.execute(
        "SELECT DISTINCT destination FROM outbox WHERE state IN ('pending', 'sending')"
        " AND substr(error, 1, CAST(? AS INTEGER)) = ?",
        (len(because), because),
    )
    return {row[0] for row in rows}


def retry_blocked(unit: Unit, destination: str, before: datetime) -> int:
    """The oldest of what was blocked there waits anew, unless one was refused since that instant; how many rows."""
    done = unit.db.execute(
        "UPDATE outbox SET state = 'pending', claim = NULL, updated_at = ? WHERE id ="
        f" (SELECT id FROM outbox WHERE {_OF_ITS_PLACE} ORDER BY not_before, id LIMIT 1) AND NOT EXISTS"
        " (SELECT 1 FROM outbox WHERE state = 'blocked' AND destination = ? AND updated_at > ?)",
        (unit.at, destination, destination, instant_text(before)),
    )
    return done.rowcount


def edited(db: Connection, row: OutboxRow) -> OutboxRow | None:
    """The row whose message an edit is about: the CTA's card, or the first of a morning's."""
    return card_of(db, row.cta_id or 0) if row.kind == "card" else by_id(db, int(row.payload.get("of") or 0))


def card_of(db: Connection, cta_id: int) -> OutboxRow | None:
    """The row that posts a CTA's card, whatever became of it."""
    row = db.execute(f"SELECT {COLUMNS} FROM outbox WHERE dedupe_key = ?", (f"card:{cta_id}",)).fetchone()
    return from_row(row) if row else None


def _change(
    unit: Unit, row_id: int, state: str, fields: dict[str, Any], before: str, claim_name: str | None = None
) -> bool:
    if not fields.keys() <= _CHANGEABLE:
        raise ValueError(f"not for delivery to change: {', '.join(sorted(fields.keys() - _CHANGEABLE))}")
    columns = "".join(f", {name} = ?" for name in fields)
    guard = "" if claim_name is None else " AND claim = ?"
    done = unit.db.execute(
        f"UPDATE outbox SET state = ?, updated_at = ?{columns} WHERE id = ? AND state = ?{guard}",
        (state, unit.at, *fields.values(), row_id, before, *(() if claim_name is None else (claim_name,))),
    )
    return done.rowcount == 1
