"""Onboarding in words: milestones, delays, figures. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.moments import days_since
from storage.base.plurals import counted
from storage.onboarding.record import LABELS, REASONS
from templates.blocks import figures as numbers
from templates.blocks.mrkdwn import Mrkdwn, clip, day_words, mrkdwn, past_day_words
from templates.blocks.words import joined

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from storage.onboarding.record import Figure, Standing
    from storage.success.record import Life

LINE = 120


def milestone_line(one: Standing, today: date) -> Mrkdwn:
    """`Engaged: Fri 13 Nov, day 10 (the kick-off)`, `Onboarded: target Fri 18 Dec, late`."""
    label = LABELS[one.milestone]
    if one.reached_on:
        said = (
            f"{past_day_words(one.reached_on, today)}, {_day(one.days)}"
            if one.days is not None
            else past_day_words(one.reached_on, today)
        )
        late = "late" if one.target_on and one.reached_on > one.target_on else None
        return joined([mrkdwn("{}: {} ({})", label, said, one.source), late])
    if one.target_on is None:
        return mrkdwn("{}: not yet", label)
    target = mrkdwn("{}: target {}", label, day_words(one.target_on, today))
    return joined([target, late_words(one, today)])


def late_words(one: Standing, today: date) -> Mrkdwn | None:
    """How late a milestone is, and why; None while it is in time."""
    late = one.late(today)
    said = f"{counted((today - one.target_on).days, 'day')} late" if late and one.target_on else None
    if one.delay is None:
        return mrkdwn("{}", said) if said else None
    delay = one.delay
    by = "the customer" if delay.caused_by == "customer" else "us"
    why = f"expected {day_words(delay.expected_on, today)}: {REASONS.get(delay.reason, delay.reason)}, {by}"
    return joined([said, why, clip(delay.line or "", LINE)])


def _day(days: int) -> str:
    return f"day {days:,}"


def summary_line(life: Life, standings: Mapping[str, Standing], today: date) -> str | None:
    """`day 12 of onboarding, first value by Thu 3 Dec`; None without a start."""
    if life.started_on is None:
        return None
    day = days_since(life.started_on, today)
    ahead = [one for one in standings.values() if one.reached_on is None and one.target_on is not None]
    late = [LABELS[one.milestone].lower() for one in ahead if one.late(today)]
    following = next((one for one in ahead if not one.late(today)), None)
    said = [f"{_day(day)} of onboarding"]
    said += [f"late: {', '.join(late)}"] if late else []
    if following and following.target_on:
        said.append(f"{LABELS[following.milestone].lower()} by {day_words(following.target_on, today)}")
    return ", ".join(said)


def page_lines(life: Life, standings: Mapping[str, Standing], today: date, *, is_in: bool) -> list[Mrkdwn]:
    """What an account's page says; `is_in`: it is in onboarding, where what was not reached is said as well."""
    if is_in:
        head = mrkdwn("{}", summary_line(life, standings, today))
        return [head, *(milestone_line(one, today) for one in standings.values())]
    if life.started_on is None:
        return [Mrkdwn("nobody knows since when it is a customer")]
    open_ones = [LABELS[one.milestone].lower() for one in standings.values() if one.reached_on is None]
    return [
        mrkdwn("out of onboarding, {} after its start", counted(days_since(life.started_on, today), "day")),
        *(milestone_line(one, today) for one in standings.values() if one.reached_on),
        *([mrkdwn("not recorded: {}", ", ".join(open_ones))] if open_ones else []),
    ]


def figure_line(row: Figure) -> Mrkdwn:
    """One figure of a segment and milestone, in words."""
    days = None
    if row.median_days is not None and row.mean_days is not None:
        days = f"in days: median {numbers.days(row.median_days)}, mean {numbers.days(row.mean_days)}, n {row.n}"
    on_time = f"on time {numbers.whole(row.on_time * row.due)} of {row.due}" if row.on_time is not None else None
    target = f"target {row.target_days}" if row.target_days else None
    return joined(
        [mrkdwn("*{}* {}", row.segment or "no segment", LABELS[row.milestone].lower()), days, target, on_time]
    )
