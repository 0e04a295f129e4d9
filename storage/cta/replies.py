"""Notes that are replies below a CTA's card: each follows its message. Called by handlers/cta/slack/replies.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.cta.record import WITHDRAWN
from storage.cta.store import change, get
from storage.cta.work import begun

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.base.db import Unit


def cta_of_card(db: Connection, channel_id: str, ts: str) -> int | None:
    """The CTA whose card this message is; None for any other message."""
    row = db.execute(
        "SELECT cta_id FROM outbox WHERE conversation = ? AND slack_ts = ? AND kind = 'card' AND op = 'post'",
        (channel_id, ts),
    ).fetchone()
    return row[0] if row else None


def keep(unit: Unit, cta_id: int, message: str, text: str) -> None:
    """Have the note of a message say this; none for an empty text. Audited like any note; the same again is nothing."""
    cta = get(unit.db, cta_id)
    row = unit.db.execute("SELECT text FROM notes WHERE message = ?", (message,)).fetchone()
    before = row[0] if row else ""
    if text == before or cta.status == WITHDRAWN:
        return
    if not text:
        unit.db.execute("DELETE FROM notes WHERE message = ?", (message,))
    else:
        unit.db.execute(
            "INSERT INTO notes(cta_id, at, person_id, text, message) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (message) WHERE message IS NOT NULL DO UPDATE SET text = excluded.text",
            (cta_id, unit.at, unit.actor_id, text, message),
        )
    fields = begun(cta) if text else {}
    change(unit, cta, "cta.note", fields, extra_before={"note": before} if before else None, extra_after={"note": text})
