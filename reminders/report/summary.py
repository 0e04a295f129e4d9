"""The weekly summary as messages, made when it is sent. Called by delivery.

Its facts are gathered by `storage/report/digests.py`, its numbers worked out by `metrics.py`, and its words stand in
`templates/report/summary_show.py`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from reminders.report import metrics
from reminders.report.stalls import Radar
from storage.base.moments import civil_day
from storage.base.quarters import Span
from storage.report import digests
from storage.report.digest import Circle
from templates.report import summary_show as summary

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.base.policy import Policy, Summary
    from templates.blocks.render import Renderer


def build_weekly_summary(
    db: Connection, policy: Policy, renderer: Renderer, schedule: Summary, week: str, now: datetime
) -> list[dict[str, Any]]:
    """The messages of a schedule's summary of an ISO week (`2026-W48`).

    The first is for the channel, the others, if any, for its thread.
    """
    zone_name = schedule.timezone or policy.timezone
    today = civil_day(now, zone_name)
    circle = Circle(schedule.team, schedule.region, schedule.manager)
    facts = digests.gather(db, policy, circle, week_span(week), today)
    digest = metrics.digest(facts, Radar(facts.ever, policy), policy.use_cases, policy.message_items)
    replies = (
        ("summary/thread", summary.thread(digest, policy, today)),
        ("summary/people", summary.people(digest)),
    )
    return [
        renderer.render("summary/main", **summary.summary(digest, policy, today, zone_name)),
        *(renderer.render(name, **context) for name, context in replies if context),
    ]


def week_span(week: str) -> Span:
    """Monday to Sunday of an ISO week such as `2026-W48`."""
    year, _, number = week.partition("-W")
    monday = date.fromisocalendar(int(year), int(number), 1)
    return Span(monday, monday + timedelta(days=6))
