"""The weekly summary as a kind, handed in: posted to the policy's channels, with its replies in the thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.engine.kinds import Kind, ScheduleRule
from reminders.report.rules import WEEKLY_SUMMARY, schedule_and_week, summaries
from reminders.report.summary import build_weekly_summary
from storage.base import destinations, outbox
from storage.base.reminder import HAD_ALREADY, Recipient

if TYPE_CHECKING:
    from datetime import datetime
    from sqlite3 import Connection
    from typing import Any

    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy
    from templates.blocks.render import Renderer


def _recipient(row: OutboxRow, policy: Policy) -> Recipient | None:
    found = schedule_and_week(row, policy)
    if found is None:
        return None
    schedule, _ = found
    return Recipient(schedule.channel, row.destination, schedule.timezone or policy.timezone)


def _had_already(db: Connection, policy: Policy, row: OutboxRow) -> str:
    """Its channel has had this week's from a schedule that the policy names no more: of another name or spelling."""
    found = schedule_and_week(row, policy)
    if found is None:
        return ""
    schedule, week = found
    for other in outbox.sent_into(db, WEEKLY_SUMMARY, destinations.channel_meant(db, schedule.channel)):
        if other.dedupe_key.endswith(f":{week}") and schedule_and_week(other, policy) is None:
            return f"{HAD_ALREADY}, as {other.dedupe_key}"
    return ""


def _compose(
    db: Connection, renderer: Renderer, policy: Policy, row: OutboxRow, now: datetime
) -> list[dict[str, Any] | None]:
    """The summary of the row's schedule and week; nothing where the policy has dropped the schedule since."""
    found = schedule_and_week(row, policy)
    return [*build_weekly_summary(db, policy, renderer, *found, now)] if found else []


KINDS = (
    Kind(
        name=WEEKLY_SUMMARY,
        words="weekly summary",
        label=None,
        place=50,
        rule=ScheduleRule(
            schedules=summaries,
            recipient=_recipient,
            gone="no longer among the policy's summaries",
            why_not=_had_already,
        ),
        policy_keys=frozenset({"summaries"}),
        compose=_compose,
    ),
)
