"""The weekly summary of each of the policy's schedules, for the ISO week just ended (docs/domain.md)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from reminders.engine.calendar import DAY, Moment, civil_instant, start_of
from reminders.engine.items import Item, Posting
from storage.base.keys import Key, to_channel
from storage.base.moments import civil_day
from storage.base.policy import DAYS, time_of
from storage.base.reminder import Recipient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from reminders.engine.items import AsOf
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy, Summary

WEEKLY_SUMMARY = "weekly_summary"
_WEEK = timedelta(days=7)


def summaries(as_of: AsOf) -> Iterator[Iterator[Item]]:
    """The summaries of each schedule still to be posted."""
    return (summary_items(schedule, as_of) for schedule in as_of.policy.summaries)


def schedule_and_week(row: OutboxRow, policy: Policy) -> tuple[Summary, str] | None:
    """The schedule and the ISO week that a row is of; None where the policy has dropped the schedule since."""
    for schedule in policy.summaries:
        start = f"{Key(WEEKLY_SUMMARY, (schedule.name, schedule.channel))}:"
        if row.dedupe_key.startswith(start):
            return schedule, row.dedupe_key.removeprefix(start).partition(":")[0]
    return None


def summary_items(schedule: Summary, as_of: AsOf) -> Iterator[Item]:
    """The summaries of a schedule still to be posted, without end; the first may be one that was missed.

    On the schedule's weekday at its time in its own zone, also on holidays. It expires on the next such day.
    """
    zone_name = schedule.timezone or as_of.policy.timezone
    channel = Recipient(schedule.channel, to_channel(schedule.channel), zone_name)
    today = civil_day(as_of.now, zone_name)
    day = today - (today.weekday() - DAYS.index(schedule.day)) % 7 * DAY
    while True:
        falls = Moment(civil_instant(day, time_of(schedule.time), zone_name), day)
        at, posted_on = as_of.calendar.on_return(falls, as_of.now, zone_name)
        if posted_on < day + _WEEK:
            week = week_before(day)
            yield Item(
                key=str(Key(WEEKLY_SUMMARY, (schedule.name, schedule.channel, week))),
                kind=WEEKLY_SUMMARY,
                owner=channel,
                posting=Posting(falls.at, at, posted_on, posted_on > day, channel),
                due_on=day,
                step=None,
                reason=partial("week {} is over".format, week),
                expires_at=start_of(day + _WEEK, zone_name),
            )
        day += _WEEK


def week_before(day: date) -> str:
    """The last ISO week (Monday to Sunday) that ended before the day, as `2026-W48`."""
    year, week, _ = (day - (day.weekday() + 1) * DAY).isocalendar()
    return f"{year}-W{week:02}"
