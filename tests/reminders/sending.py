"""Delivery in miniature: looks at the facts again as the real one does, and every post succeeds at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.engine.kinds import kinds
from reminders.engine.recheck import still_due
from storage.base import marks, outbox
from storage.base.moments import instant_text

if TYPE_CHECKING:
    from datetime import datetime

    from tests.reminders.factory import Book


def deliver(book: Book, now: datetime) -> None:
    """Send what is due by `now`, or do with it what the verdict says."""
    waiting = "SELECT 1 FROM outbox WHERE state = 'pending' AND not_before <= ?"
    if not book.db.execute(waiting, (instant_text(now),)).fetchone():
        return
    for row in outbox.waiting(book.db, tuple(kinds())):
        if row.not_before > now:
            continue
        verdict = still_due(book.db, book.policy, row, now)
        if verdict.outcome == "readdress":
            who = verdict.recipient
            book.update("outbox", row.id, destination=who.destination, recipient=who.address)
            verdict = still_due(book.db, book.policy, outbox.get(book.db, row.id), now)
        if verdict.outcome == "ok":
            book.update("outbox", row.id, state="sent", slack_ts=f"{row.id}.0")
        elif verdict.outcome == "postpone":
            book.update("outbox", row.id, not_before=verdict.not_before, late=verdict.late)
        else:
            book.update("outbox", row.id, state=verdict.outcome, error=verdict.reason)
        if verdict.lost_news:
            with book.store.write(now) as unit:
                marks.drop_news(unit, row.id, verdict.lost_news)
