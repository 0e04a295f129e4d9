"""The weekly summary: a digest made into what its templates need. Pure.

Used by reminders/report/summary.py and `/playbooks summary`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from storage.base.moments import days_since, zone
from storage.base.plurals import counted
from storage.cta.record import CLOSED_NO_SUCCESS, CLOSED_SUCCESS, ENABLE, EXPAND, MOTION_LABELS
from storage.report.behind_numbers import Selection
from templates.blocks import charts, figures, mrkdwn
from templates.blocks.headlines import headline_words
from templates.ebr.show import segment_words
from templates.report.show import (
    OPTION_VALUE,
    arr_of,
    counter_play,
    decided_words,
    ended_buttons,
    lapsed_words,
    playbook_table,
    short_reason,
)
from templates.source.show import state_words as source_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from storage.base.policy import Policy
    from storage.report.digest import Counts, Digest, ToDate
    from storage.report.record import CtaLine, DataAge

REASONS_NAMED: Final = 4


def summary(digest: Digest, policy: Policy, today: date, zone_name: str) -> dict[str, Any]:
    """What summary/main.json.j2 shows: the message in the channel, with the days and times of this zone."""
    span, circle = digest.span, digest.circle
    week = Selection(first=span.first, last=span.last, team=circle.team, region=circle.region, manager=circle.manager)
    motions = [_counts_words(digest.expand, EXPAND), _counts_words(digest.enable, ENABLE)]
    why_no = _why_no(digest, policy)
    lines = [
        *(["Nothing was opened or closed."] if digest.is_quiet else motions),
        _to_date_words(digest, policy),
        f"Why no: {why_no}" if why_no else "",
        *_renewals(digest, policy),
    ]
    return {
        "title": f"Playbooks, {figures.day_span(span.first, span.last, year=span.last.year != today.year)}",
        "circle": circle.words,
        "is_quiet": digest.is_quiet,
        "lines": "\n".join(line for line in lines if line),
        "areas": "\n".join(headline_words(area, policy) for area in digest.areas),
        "headline": " | ".join(motions),
        "numbers": [*_numbers(digest, week), *_others(digest, week)],
        "has_reasons": bool(digest.reasons),
        "counter_play": next(filter(None, (counter_play(policy, reason) for reason, _ in digest.reasons)), None),
        "bars": charts.bars(
            [(name, (counts.success, counts.no_success)) for name, counts in digest.use_cases],
            ("Success", "No success"),
        ),
        "needs": " · ".join(_needs(digest, policy)),
        "week_value": week.value,
        "without_review": digest.without_review,
        "without_review_label": counted(digest.without_review, "renewal"),
        "without_review_value": week.but(first=None, last=None, what="unreviewed").value,
        "ended": ended_buttons([digest.decisions], week),
        "is_empty": digest.is_quiet and not digest.report.playbooks and not digest.longest_open,
        "reasons_value": week.but(motion="", status=CLOSED_NO_SUCCESS).value,
        "footer": _footer(digest, policy, today, zone_name),
    }


def thread(digest: Digest, policy: Policy, today: date) -> dict[str, Any] | None:
    """What summary/thread.json.j2 shows: the table by use case and the longest open; None for neither."""
    table = playbook_table(digest.report, policy)
    if table is None and not digest.longest_open:
        return None
    quarter = digest.report.quarter
    return {
        "caption": f"{quarter.label} to date, in brackets the same days of {quarter.previous.label}",
        "table": table,
        "longest": [{"line": line_words(line, today), "why": why} for line, why in digest.longest_open],
    }


def people(digest: Digest) -> dict[str, Any] | None:
    """What summary/people.json.j2 shows, where the policy wants figures of single people; else None."""
    rows = sorted(digest.by_person, key=lambda row: (-row[1] - row[2], row[0]))
    table = charts.table(
        ("Owner", "Success", "No success"),
        [(name, _number(success), _number(no)) for name, success, no in rows],
    )
    return table and {"table": table, "caption": "Closed by owner"}


def line_words(line: CtaLine, today: date) -> mrkdwn.Mrkdwn:
    """`Acme · Expand: CI · open 214 days · @csm`."""
    days = counted(days_since(line.opened_on, today), "day")
    owner = mrkdwn.mention(line.owner_slack_id, line.owner) if line.owner else mrkdwn.Mrkdwn("no owner")
    return mrkdwn.mrkdwn("{} · {} · open {} · {}", _short(line.account), _short(line.playbook), days, owner)


def data_age(age: DataAge, zone_name: str, today: date) -> str:
    """`import of today 06:00, 2 conflicts`, or how old each source is; nothing where nothing was ever imported."""
    if age.sources:
        parts = [source_words(rule, state, today, zone_name) for rule, state in age.sources]
        return ", ".join([*parts, *([counted(age.conflicts, "conflict")] if age.conflicts else [])])
    if age.imported_at is None:
        return ""
    at = age.imported_at.astimezone(zone(zone_name))
    conflicts = f", {counted(age.conflicts, 'conflict')}" if age.conflicts else ""
    return f"import of {mrkdwn.day_words(at.date(), today)} {at:%H:%M}{conflicts}"


def _counts_words(counts: Counts, motion: str) -> str:
    """`Expand: 9 closed, 4 success, 5 no (more than half is expected) · 12 opened`."""
    opened = f" · {counts.opened:,} opened" if counts.opened else ""
    return f"{MOTION_LABELS[motion]}: {_outcome(counts, motion)}{opened}"


def _outcome(counts: Counts, motion: str) -> str:
    """`9 closed, 4 success, 5 no (more than half is expected)`: a no is an answer, not a failure."""
    if not counts.completed:
        return "nothing closed"
    if not counts.no_success:
        return f"{counts.completed:,} closed, {'all ' if counts.completed > 1 else ''}success"
    success = f"{counts.success:,} success, " if counts.success else ""
    expected = " (more than half is expected)" if motion == EXPAND else ""
    return f"{counts.completed:,} closed, {success}{counts.no_success:,} no{expected}"


def _to_date_words(digest: Digest, policy: Policy) -> str:
    """Win rate and days of the quarter to date, in brackets the same days of the quarter before."""
    rate, rate_before = digest.win_rate
    pace, pace_before = digest.enablement
    said = []
    if rate.completed:
        said.append(f"win rate {_rate(rate, policy)}" + _in_brackets(_rate(rate_before, policy)))
    if pace.completed:
        days_before = figures.days(pace_before.median_days) if pace_before.completed else ""
        said.append(f"Enable days, median {figures.days(pace.median_days)}" + _in_brackets(days_before))
    has_before = rate_before.completed or pace_before.completed
    return f"Quarter to date{' (same day last quarter)' if has_before else ''}: {' · '.join(said)}" if said else ""


def _numbers(digest: Digest, week: Selection) -> Iterator[tuple[str, str]]:
    """Every number of the text with the CTAs behind it, as options of a menu."""
    report = digest.report
    to_date = week.but(first=report.quarter.first_day)
    before = week.but(first=report.compared.first, last=report.compared.last)
    for motion, counts, (now, then) in (
        (EXPAND, digest.expand, digest.win_rate),
        (ENABLE, digest.enable, digest.enablement),
    ):
        for number, words, selection in (
            (counts.completed, "closed", week),
            (counts.success, "success", week.but(status=CLOSED_SUCCESS)),
            (counts.no_success, "no", week.but(status=CLOSED_NO_SUCCESS)),
            (counts.opened, "opened", week.but(what="opened")),
            (now.completed, "closed, quarter to date", to_date),
            (then.completed, "closed, same days before", before),
        ):
            value = selection.but(motion=motion).value
            if number and len(value) <= OPTION_VALUE:
                yield f"{MOTION_LABELS[motion]}: {number:,} {words}", value


def _others(digest: Digest, week: Selection) -> Iterator[tuple[str, str]]:
    """What of the text is no number of the week's CTAs: those that are slow, and the accounts without an EBR."""
    circle, without = week.but(first=None, last=None), digest.report.coverage.accounts - digest.report.coverage.held
    for number, words, what in ((digest.slow, "slower than usual", "stalled"), (without, "without an EBR", "no-ebr")):
        value = circle.but(what=what).value
        if number and len(value) <= OPTION_VALUE:
            yield f"{number:,} {words}", value


def _rate(to_date: ToDate, policy: Policy) -> str:
    """`43% of 61`, `2 of 3` while there are few, nothing for none."""
    if not to_date.completed:
        return ""
    rate = figures.win_rate(to_date.win_rate, to_date.completed, policy.win_rate_minimum)
    return f"{rate} of {to_date.completed:,}" if rate.endswith("%") else rate


def _why_no(digest: Digest, policy: Policy) -> str:
    """`Timing 3 · Budget 1`, the most frequent ones; nothing for none."""
    named = [f"{short_reason(policy, reason)} {count:,}" for reason, count in digest.reasons[:REASONS_NAMED]]
    more = sum(count for _, count in digest.reasons[REASONS_NAMED:])
    return " · ".join([*named, f"others {more:,}"] if more else named)


def _renewals(digest: Digest, policy: Policy) -> Iterator[str]:
    """`Renewals decided: 3 renewed (2 with more), 1 churned (sponsor left) · 2 lapsed`, the ARR if all may see it."""
    found = digest.decisions
    decided, lapsed = decided_words(found, policy), lapsed_words(found)
    if decided or lapsed:
        arr = arr_of(found, policy) if policy.arr_visible_to == "everyone" else ""
        head = f"Renewals decided: {decided}" if decided else f"Renewals: {lapsed}"
        yield " · ".join(part for part in (head, lapsed if decided else "", arr) if part)


def _in_brackets(words: str) -> str:
    return f" ({words})" if words else ""


def _needs(digest: Digest, policy: Policy) -> list[str]:
    coverage = digest.report.coverage
    needs = []
    if digest.without_review:
        needs.append(f"{counted(digest.without_review, 'renewal')} without a review")
    if digest.slow:
        needs.append(f"{counted(digest.slow, 'CTA')} slower than usual")
    if coverage.held < policy.coverage_target * coverage.accounts:
        needs.append(_coverage(digest, policy))
    needs += [segment_words(part) for part in digest.report.segments if not part.reached]
    return needs


def _coverage(digest: Digest, policy: Policy) -> str:
    coverage = digest.report.coverage
    share = figures.percent(coverage.held / coverage.accounts if coverage.accounts else None)
    return f"EBR coverage {share}, target {figures.percent(policy.coverage_target)}"


def _footer(digest: Digest, policy: Policy, today: date, zone_name: str) -> str:
    """The age of the data, after a coverage that needs nobody."""
    coverage = digest.report.coverage
    reached = coverage.accounts and coverage.held >= policy.coverage_target * coverage.accounts
    age = data_age(digest.age, zone_name, today)
    return " · ".join(
        part for part in (_coverage(digest, policy) if reached else "", f"Data: {age}" if age else "") if part
    )


def _number(value: int) -> tuple[float, str]:
    return value, f"{value:,}"


def _short(text: str, limit: int = 60) -> str:
    return mrkdwn.clip(text, limit)
