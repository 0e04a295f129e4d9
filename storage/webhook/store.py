"""All SQL of webhooks: changes become calls in the order of the audit, and calls their fate."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from storage.account import exports as account_exports
from storage.base.backlog import Backlog
from storage.base.moments import instant, instant_text, maybe_instant
from storage.base.outside import AUDIT_ENTRY
from storage.base.trying import FAR, oldest_then_fresh
from storage.cta import exports as cta_exports
from storage.webhook.record import PENDING, VERSION, Call, Entry, events_of, message_id, told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from sqlite3 import Connection, Row

    from storage.base.db import Unit
    from storage.base.outside import Webhook

AT_ONCE = 300
BACKLOG = Backlog("webhooks", "webhook_calls", "webhook", trouble="webhook")
_CALL = "id, webhook, message_id, type, subject, body, made_at, state, attempts, first_at, next_at, error"


def take(unit: Unit, webhook: Webhook) -> int:
    """Make the next changes into calls, and remember how far that is; how many audit rows were looked at."""
    (since,) = unit.db.execute("SELECT audit_id FROM webhooks WHERE name = ?", (webhook.name,)).fetchone()
    rows = unit.db.execute(
        "SELECT id, at, who, action, subject, before, after, source FROM audit WHERE id > ? ORDER BY id LIMIT ?",
        (since, AT_ONCE),
    ).fetchall()
    if not rows:
        return 0
    addresses = _Addresses(unit.db)
    for row in rows:
        entry = Entry(row[0], row[1], row[2], row[3], row[4], json.loads(row[5]), json.loads(row[6]), row[7])
        for event in (*events_of(entry), AUDIT_ENTRY):
            if webhook.wants(event):
                put(
                    unit,
                    webhook.name,
                    message_id(entry, event),
                    event,
                    entry.subject,
                    _body(unit, entry, event, addresses),
                )
    unit.db.execute("UPDATE webhooks SET audit_id = ? WHERE name = ?", (rows[-1][0], webhook.name))
    return len(rows)


def put(unit: Unit, webhook: str, message: str, event: str, subject: str, body: str) -> int:
    """A call to be made; nothing if there is one of that id. Its number."""
    unit.db.execute(
        "INSERT INTO webhook_calls(webhook, message_id, type, subject, body, made_at, state, next_at)"
        f" VALUES (?, ?, ?, ?, ?, ?, '{PENDING}', ?) ON CONFLICT (webhook, message_id) DO NOTHING",
        (webhook, message, event, subject, body, unit.at, unit.at),
    )
    found = unit.db.execute(
        "SELECT id FROM webhook_calls WHERE webhook = ? AND message_id = ?", (webhook, message)
    ).fetchone()
    return int(found[0])


def body_of(event: str, at: str, data: dict[str, Any]) -> str:
    """The text that is signed and sent."""
    whole = {"type": event, "timestamp": at, "data": {"version": VERSION, **data}}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _body(unit: Unit, entry: Entry, event: str, addresses: _Addresses) -> str:
    kind, _, number = entry.subject.partition(":")
    if event == AUDIT_ENTRY:
        data = {"id": entry.id, "action": entry.action, "by": entry.who, "source": entry.source}
        values = {"before": dict(entry.before), "after": dict(entry.after)}
        return body_of(event, entry.at, {**data, "subject": {"kind": kind, "id": _id(number)}, **values})
    record_id = int(number)
    account_id, cta = record_id, None
    if kind == "cta":
        cta = cta_exports.record_of(unit.db, unit.policy, record_id)
        row = unit.db.execute("SELECT account_id FROM ctas WHERE id = ?", (record_id,)).fetchone()
        account_id = int(row[0]) if row else 0
    account = account_exports.record_of(unit.db, unit.policy, account_id, unit.today)
    return body_of(
        event,
        entry.at,
        {
            "action": entry.action,
            "by": entry.who,
            "source": entry.source,
            "subject": {"kind": kind, "id": record_id},
            "before": told(entry.before, addresses),
            "after": told(entry.after, addresses),
            "cta": cta,
            "account": {"id": account_id, **account} if account else None,
        },
    )


def _id(text: str) -> int | str:
    """What names a record: a number, of some things a name."""
    return int(text) if text.isdecimal() else text


class _Addresses(dict[int, str]):
    """People's addresses by id, asked for as they are wanted."""

    def __init__(self, db: Connection) -> None:
        super().__init__()
        self._db = db

    def get(self, key: Any, default: Any = None) -> Any:
        """The address of an id; `default` for nobody."""
        if key not in self:
            row = self._db.execute("SELECT coalesce(email, slack_id, name) FROM people WHERE id = ?", (key,)).fetchone()
            self[key] = row[0] if row else default
        return self[key]


def due(db: Connection, name: str, now: datetime) -> list[Call]:
    """Calls to be made now: of each record the oldest alone, nothing while the address is left alone."""
    rows = db.execute(
        f"SELECT {_CALL} FROM webhook_calls AS mine WHERE webhook = ?1 AND state = '{PENDING}'"
        " AND (next_at <= ?2 OR next_at > ?3)"
        " AND NOT EXISTS (SELECT 1 FROM webhooks WHERE name = ?1 AND held_until > ?2 AND held_until <= ?3)"
        " AND NOT EXISTS (SELECT 1 FROM webhook_calls AS first WHERE first.webhook = mine.webhook"
        f" AND first.subject = mine.subject AND first.state = '{PENDING}' AND first.id < mine.id)"
        " ORDER BY id LIMIT 100",
        (name, instant_text(now), instant_text(now + FAR)),
    )
    return oldest_then_fresh([_call(row) for row in rows], lambda call: call.attempts)


def is_failing(db: Connection, name: str, since: datetime) -> bool:
    """Whether a call has been tried in vain since then."""
    row = db.execute(
        f"SELECT 1 FROM webhook_calls WHERE webhook = ? AND state = '{PENDING}' AND first_at <= ? LIMIT 1",
        (name, instant_text(since)),
    ).fetchone()
    return row is not None


def listed(db: Connection, states: Sequence[str] = (), name: str = "", limit: int = 500) -> list[Call]:
    """Calls, the newest first."""
    wanted = json.dumps(list(states))
    rows = db.execute(
        f"SELECT {_CALL} FROM webhook_calls WHERE (? = '[]' OR state IN (SELECT value FROM json_each(?)))"
        " AND webhook = CASE WHEN ? = '' THEN webhook ELSE ? END ORDER BY id DESC LIMIT ?",
        (wanted, wanted, name, name, limit),
    )
    return [_call(row) for row in rows]


def oldest_pending(db: Connection, name: str) -> Call | None:
    """The call that waits longest."""
    row = db.execute(
        f"SELECT {_CALL} FROM webhook_calls WHERE webhook = ? AND state = '{PENDING}' ORDER BY id LIMIT 1", (name,)
    ).fetchone()
    return _call(row) if row else None


def _call(row: Row) -> Call:
    return Call(
        id=row["id"],
        webhook=row["webhook"],
        message_id=row["message_id"],
        type=row["type"],
        subject=row["subject"],
        body=row["body"],
        made_at=instant(row["made_at"]),
        state=row["state"],
        attempts=row["attempts"],
        first_at=maybe_instant(row["first_at"]),
        next_at=instant(row["next_at"]),
        error=row["error"],
    )
