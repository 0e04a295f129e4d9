"""Replies in a message's thread: rows of their own, put in once it is known that the message stands.

Called by posting, and by whoever finds in the history a message that nobody answered for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base import outbox
from storage.base.outbox_row import Draft

if TYPE_CHECKING:
    from storage.base.db import Unit
    from storage.base.outbox_row import OutboxRow


def put_replies(unit: Unit, row: OutboxRow, count: int, thread_ts: str) -> None:
    """Have so many replies follow a row's message, in order."""
    for number in range(1, count + 1):
        draft = Draft(
            dedupe_key=f"notice:reply:{row.dedupe_key}:{number}",
            kind="notice",
            destination=row.destination,
            recipient=row.recipient,
            not_before=unit.now,
            expires_at=row.expires_at,
            account_id=row.account_id,
            cta_id=row.cta_id,
            why=f"belongs to {row.dedupe_key}",
            payload={"notice": "reply", "of": row.dedupe_key, "reply": number, "thread_ts": thread_ts},
        )
        outbox.put(unit, draft)
