"""Destinations: how long Slack wants to be left alone, and what is well or not (`outbox list`, `/cta admin`).

One row per thing that was ever in trouble: `person:7`, `channel:C1`, `method:users.info`, `workspace` (the token,
the network) or `row:12` (a row that is dead, or unknown for long). The operations channel is told of each change
of health once, through the outbox. Called by reminders/ and by the operator's commands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base import outbox
from storage.base.health import Trouble
from storage.base.moments import instant_text, maybe_instant
from storage.base.outbox_row import OPERATIONS, Draft

if TYPE_CHECKING:
    from datetime import datetime
    from sqlite3 import Connection

    from storage.base.db import Unit

OK = "ok"
WORKSPACE = "workspace"


def channel_id(db: Connection, name: str) -> str:
    """The id of `#name` as Slack last told it; the text itself for an id, and for a name not told yet."""
    if not name.startswith("#"):
        return name
    row = db.execute("SELECT id FROM channels WHERE name = ? ORDER BY seen_at DESC", (name[1:].lower(),)).fetchone()
    return str(row[0]) if row else name


def channel_meant(db: Connection, name: str) -> str:
    """As `channel_id`, as a policy may name a channel: `cs-team` too, since ids are of capitals and digits only."""
    return channel_id(db, name if name.startswith("#") or name.isupper() else f"#{name}")


def held(db: Connection, now: datetime) -> dict[str, datetime]:
    """What must be left alone still, and until when."""
    rows = db.execute("SELECT id, blocked_until FROM destinations WHERE blocked_until > ?", (instant_text(now),))
    return {row[0]: at for row in rows if (at := maybe_instant(row[1]))}


def hold(unit: Unit, name: str, until: datetime) -> None:
    """Leave a destination (or a method, or the workspace) alone until then."""
    unit.db.execute(
        "INSERT INTO destinations(id, blocked_until, updated_at) VALUES (?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET blocked_until = excluded.blocked_until",
        (name, instant_text(until), unit.at),
    )


def release(unit: Unit, name: str) -> None:
    """No need to leave it alone any more."""
    unit.db.execute("UPDATE destinations SET blocked_until = NULL WHERE id = ?", (name,))


def troubles(db: Connection) -> list[Trouble]:
    """What is not well, the oldest first; each named by its id."""
    rows = db.execute(
        "SELECT id, health, error, updated_at FROM destinations WHERE health <> 'ok' ORDER BY updated_at, id"
    )
    return [Trouble(row[0], row[0], row[1], row[2], maybe_instant(row[3])) for row in rows]


def trouble_of(db: Connection, name: str) -> Trouble | None:
    """What is not well with it."""
    return next((trouble for trouble in troubles(db) if trouble.id == name), None)


def health_of(db: Connection, name: str) -> str:
    """`ok`, or what is wrong with it."""
    row = db.execute("SELECT health FROM destinations WHERE id = ?", (name,)).fetchone()
    return str(row[0]) if row else OK


def set_health(unit: Unit, name: str, health: str, error: str | None, words: str) -> bool:
    """Note what is wrong (or `ok`) and tell operations `words`; False, and silence, if it was so already."""
    if health_of(unit.db, name) == health:
        return False
    unit.db.execute(
        "INSERT INTO destinations(id, health, error, updated_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET health = excluded.health, error = excluded.error,"
        " updated_at = excluded.updated_at",
        (name, health, error, unit.at),
    )
    tell_operations(unit, words, f"{name}:{health}:{unit.at}")
    return True


def forget(unit: Unit, name: str) -> None:
    """There is no such destination any more: nothing can be wrong with it."""
    unit.db.execute("DELETE FROM destinations WHERE id = ?", (name,))


def tell_operations(unit: Unit, words: str, subject: str) -> None:
    """Tell the operations channel, if there is one, once for each subject."""
    if not unit.policy.operations_channel:
        return
    draft = Draft(
        dedupe_key=f"notice:trouble:{subject}",
        kind="notice",
        destination=OPERATIONS,
        recipient=OPERATIONS,
        not_before=unit.now,
        why=words,
        payload={"notice": "trouble", "words": words},
    )
    outbox.put(unit, draft)
