"""Delivery in miniature: looks at the facts again as the real one does, and every post succeeds at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reminders.engine.kinds import kinds
from reminders.engine.recheck import still_due
from storage.base import marks, outbox
from storage.base.moments import instant_text

if TYPE_CHECKING:
    from datetime import datetime

    from tests.reminders.factory import Book


def deliver(stored: Book, now: datetime) -> None:
    """Send what is due by `now`, or do with it what the verdict says."""
    waiting = "SELECT 1 FROM outbox WHERE state = 'pending' AND not_before <= ?"
    if not stored.db.execute(waiting, (instant_text(now),)).fetchone():
        return
    for row in outbox.waiting(stored.db, tuple(kinds())):
        if row.not_before > now:
            continue
        verdict = still_due(stored.db, stored.policy, row, now)
        if verdict.outcome == "readdress":
            who = verdict.recipient
            whose = {"payload": json.dumps({**row.payload, "owner": verdict.owner})} if verdict.owner else {}
            stored.update("outbox", row.id, destination=who.destination, recipient=who.address, **whose)
            verdict = still_due(stored.db, stored.policy, outbox.get(stored.db, row.id), now)
        if verdict.outcome == "ok":
            stored.update("outbox", row.id, state="sent", slack_ts=f"{row.id}.0")
        elif verdict.outcome == "postpone":
            stored.update("outbox", row.id, not_before=verdict.not_before, late=verdict.late)
        else:
            stored.update("outbox", row.id, state=verdict.outcome, error=verdict.reason)
        if verdict.lost_news:
            with stored.store.write(now) as unit:
                marks.drop_news(unit, row.id, verdict.lost_news)
