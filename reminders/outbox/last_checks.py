"""The last look at the rows of one message: which are due still, and what the message says of those that are not.

Each row is asked about by itself in recheck.py; here they are seen together. Called by posting.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reminders.engine.kinds import kind_of
from reminders.engine.recheck import Verdict, still_due
from storage.base.moments import civil_day
from storage.base.reminder import MISSED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from sqlite3 import Connection

    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy

    Looks = list[tuple[OutboxRow, Verdict]]


def last_look(db: Connection, policy: Policy, rows: Sequence[OutboxRow], now: datetime) -> Looks:
    """The rows with the verdict on each; those that are due say whether they are late, and what was missed."""
    looks = _latest_only([(row, still_due(db, policy, row, now)) for row in rows])
    missed = [row for row, verdict in looks if verdict.reason.startswith(MISSED)]
    return [
        (_naming(_late(row, verdict, policy, now), missed) if verdict.outcome == "ok" else row, verdict)
        for row, verdict in looks
    ]


def _latest_only(looks: Looks) -> Looks:
    """Of several steps of one account and kind that waited together only the latest is due."""
    latest: dict[tuple[str, int | None], OutboxRow] = {}
    due = [row for row, verdict in looks if verdict.outcome == "ok" and (kind := kind_of(row)) and kind.is_step]
    for row in sorted(due, key=lambda one: (str(one.due_on), one.id)):
        latest[row.kind, row.account_id] = row
    superseded = {row.id for row in due} - {row.id for row in latest.values()}
    missed = Verdict("cancelled", f"{MISSED}: a later step has come due")
    return [(row, missed if row.id in superseded else verdict) for row, verdict in looks]


def _late(row: OutboxRow, verdict: Verdict, policy: Policy, now: datetime) -> OutboxRow:
    """The row, late if it goes out on a later day than the rules wanted, where its recipient is."""
    zone = verdict.recipient.zone if verdict.recipient else policy.timezone
    is_late = kind_of(row) is not None and civil_day(now, zone) > civil_day(row.post_at, zone)
    return replace(row, late=row.late or verdict.late or is_late)


def _naming(row: OutboxRow, missed: Sequence[OutboxRow]) -> OutboxRow:
    """The row, with its reason naming the earlier steps of its account and kind that were missed."""
    days = [
        f"{step.due_on.day} {step.due_on:%B}"
        for step in missed
        if (step.kind, step.account_id) == (row.kind, row.account_id) and step.due_on
    ]
    return replace(row, why=f"{row.why}; the one of {' and '.join(days)} was missed") if days else row
