"""A quarter's report and the objection loop: records made into what their templates need. Pure; for `/playbooks`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from storage.base.plurals import counted
from storage.cta.record import CLOSED_NO_SUCCESS, EXPAND, MOTION_LABELS
from templates.blocks import charts, figures, mrkdwn
from templates.blocks.headlines import headline_words
from templates.ebr.show import segment_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from storage.base.policy import Policy
    from storage.play.record import Play
    from storage.report.behind_numbers import Selection
    from storage.report.objections_record import Again, Behind, Named, Objections, Trend
    from storage.report.record import Compliance, Decisions, PlaybookRow, Report

HEADINGS: Final = ("Playbook", "Opened", "Success", "No", "QoQ", "Win rate", "Days")
OPTIONS: Final = 100
OPTION_VALUE: Final = 150
"""How long the value of an option may be; a button's may be 2,000."""
TEAMS: Final = 8
NAMED: Final = 8
PLAYS: Final = 5
OUTLOOKS: Final = {"renew": "renew", "at_risk": "at risk", "churn": "churn", None: "no outlook"}


def playbook_table(report: Report, policy: Policy) -> dict[str, Any] | None:
    """The table by use case; None where nothing happened in either quarter. In brackets: the quarter before."""
    return charts.table(HEADINGS, [tuple(_cells(row, policy)) for row in report.playbooks])


def quarter_report(
    report: Report, policy: Policy, selection: Selection, compliance: Sequence[Compliance], today: date, *, arr: bool
) -> dict[str, Any]:
    """What report/quarter.json.j2 shows. `selection` is all that was closed in it; `arr`: may see revenue."""
    quarter, compared, coverage = report.quarter, report.compared, report.coverage
    held = figures.percent(coverage.held / coverage.accounts if coverage.accounts else None)
    beside = "the same days of " if report.is_running else ""
    return {
        "title": f"Playbooks, {quarter.label}{' to date' if report.is_running else ''}",
        "circle": " · ".join(name for name in (selection.use_case, selection.team, selection.region) if name),
        "days": figures.day_span(quarter.span.first, today if report.is_running else quarter.span.last, year=True),
        "beside": f"{beside}{quarter.previous.label} ({figures.day_span(compared.first, compared.last)})",
        "table": playbook_table(report, policy),
        "rows": [
            (f"{MOTION_LABELS[row.motion]}: {row.use_case}", value)
            for row in report.playbooks
            if row.completed
            and len(value := selection.but(motion=row.motion, use_case=row.use_case).value) <= OPTION_VALUE
        ][:OPTIONS],
        "all_value": selection.value,
        "reasons_value": selection.but(status=CLOSED_NO_SUCCESS).value,
        "has_reasons": bool(report.reasons),
        "coverage": f"{held} ({coverage.held:,} of {counted(coverage.accounts, 'account')}),"
        f" target {figures.percent(policy.coverage_target)}"
        + "".join(f"\n{segment_words(part)}" for part in report.segments if part.accounts),
        "areas": "\n".join(headline_words(area, policy) for area in report.areas),
        "without_ebr": coverage.accounts - coverage.held,
        "months": counted(policy.monthly_plan_months, "month"),
        "teams": lines(compliance_words(team, policy, arr=arr) for team in compliance[:TEAMS]),
        "more_teams": max(len(compliance) - TEAMS, 0),
        "circle_value": selection.but(first=None, last=None, what="stalled").value,
        "ended": ended_buttons([team.decisions for team in compliance], selection),
    }


def ended_buttons(found: Sequence[Decisions], selection: Selection) -> list[tuple[str, str]]:
    """The numbers of renewals decided from the selection's first to its last day and lapsed, with what they open."""
    decided, lapsed = sum(one.decided for one in found), sum(one.lapsed for one in found)
    first, last, circle = selection.first, selection.last, selection.but(first=None, last=None, use_case="")
    buttons = (
        (f"{decided:,} decided", decided, circle.but(what="decided", first=first, last=last)),
        (f"{lapsed:,} lapsed", lapsed, circle.but(what="lapsed")),
    )
    return [(label, chosen.value) for label, count, chosen in buttons if count]


def compliance_words(team: Compliance, policy: Policy, *, arr: bool) -> mrkdwn.Mrkdwn:
    """`EMEA: 12 renewals, 2,400,000 · held: 3 at 5 months, 1 at 3 months · 4 without a review · 6 renew, 1 at risk`."""
    money = money_by_currency(team.arr_cents, policy) if arr else ""
    parts = [counted(team.renewals, "renewal") + (f", {money}" if money else "")]
    parts.append("held: " + ", ".join(f"{count} at {counted(months, 'month')}" for months, count in team.held))
    if team.without_review:
        parts.append(f"{team.without_review:,} without a review")
    parts += [words for words in (decided_words(team.decisions, policy), lapsed_words(team.decisions)) if words]
    parts += [arr_of(team.decisions, policy)] if arr and arr_of(team.decisions, policy) else []
    said = [f"{count:,} {OUTLOOKS.get(outlook, outlook)}" for outlook, count in team.outlooks if outlook]
    if said:
        parts.append(", ".join(said))
    return mrkdwn.mrkdwn("*{}*: {}", team.team or "No team", " · ".join(parts))


def decided_words(found: Decisions, policy: Policy) -> str:
    """`3 renewed (2 with more), 1 churned (sponsor left)`; nothing for none."""
    of_renewed = [f"{count:,} with {what}" for count, what in ((found.more, "more"), (found.less, "less")) if count]
    why = [
        f"{policy.renewal_reason_label(reason).lower()}{f' {count:,}' if count > 1 or found.churned > 1 else ''}"
        for reason, count in found.reasons
    ]
    said = [
        f"{count:,} {what}{f' ({words})' if words else ''}"
        for count, what, words in (
            (found.renewed, "renewed", ", ".join(of_renewed)),
            (found.churned, "churned", ", ".join(why[:NAMED])),
        )
        if count
    ]
    return ", ".join(said)


def lapsed_words(found: Decisions) -> str:
    """`2 lapsed`; nothing for none."""
    return f"{found.lapsed:,} lapsed" if found.lapsed else ""


def arr_of(found: Decisions, policy: Policy) -> str:
    """`ARR: renewed 624,000, churned 90,000, lapsed 120,000`; nothing where none is known."""
    parts = (("renewed", found.renewed_arr), ("churned", found.churned_arr), ("lapsed", found.lapsed_arr))
    said = [f"{what} {money_by_currency(amounts, policy)}" for what, amounts in parts if amounts]
    return f"ARR: {', '.join(said)}" if said else ""


def objection_report(
    found: Objections,
    policy: Policy,
    selection: Selection,
    *,
    arr: bool,
    tried: Iterable[Play] = (),
    behind: Mapping[str, Behind] | None = None,
) -> dict[str, Any]:
    """What report/reasons.json.j2 shows: reasons with their trend, counter-plays, gaps and vendors.

    `tried` are plays that were kept; `behind` is what stands behind the reasons against which one may be made.
    """
    headings = ("Reason", *(quarter.label for quarter in found.quarters), "Opened again")
    rows: list[tuple[charts.Cell, ...]] = [
        (
            policy.reason_label(trend.reason),
            *((count, f"{count:,}") for count in trend.counts),
            _again_words(trend.again, policy),
        )
        for trend in found.trends
    ]
    current = [trend for trend in found.trends if trend.counts[-1]]
    return {
        "title": f"Why no, {found.quarters[-1].label}",
        "circle": " · ".join(name for name in (selection.use_case, selection.team) if name),
        "table": charts.table(headings, rows),
        "rows": [
            (f"{policy.reason_label(trend.reason)} ({trend.counts[-1]:,})", value)
            for trend in current
            if len(value := selection.but(status=CLOSED_NO_SUCCESS, reason=trend.reason).value) <= OPTION_VALUE
        ][:OPTIONS],
        "again": [
            (f"{policy.reason_label(trend.reason)}: opened again", value)
            for trend in found.trends
            if trend.again.opened
            and len(value := selection.but(what="again", reason=trend.reason).value) <= OPTION_VALUE
        ][:OPTIONS],
        "by_use_case": "\n".join(_by_use_case(found, policy)),
        "named": lines(_named_words(named, policy, arr=arr) for named in found.named[:NAMED]),
        "plays": [*_kept(tried, policy), *_plays((trend.reason for trend in current), policy)][:PLAYS],
        "makes": [
            {"words": _behind_words(trend, behind[trend.reason], policy, arr=arr), "reason": trend.reason}
            for trend in current
            if behind and trend.reason in behind and policy.reason(trend.reason)
        ][:NAMED],
    }


def lines(words: Iterable[mrkdwn.Mrkdwn]) -> mrkdwn.Mrkdwn:
    """One text of several lines."""
    return mrkdwn.Mrkdwn("\n".join(words))


def counter_play(policy: Policy, key: str) -> dict[str, str] | None:
    """The counter-play of a reason, if the policy has one for it: `text`, with `url` and `playbook` or empty."""
    reason = policy.reason(key)
    if reason is None or not (reason.counter_play or reason.counter_playbook or reason.counter_play_url):
        return None
    return {
        "reason": short_reason(policy, key),
        "text": mrkdwn.clip(reason.counter_play or reason.counter_playbook or "the counter-play", 300),
        "playbook": reason.counter_playbook if reason.counter_play else "",
        "url": reason.counter_play_url,
    }


def short_reason(policy: Policy, reason: str) -> str:
    """A reason's label up to its colon: `Timing`."""
    return policy.reason_label(reason).partition(":")[0]


def money_by_currency(amounts: Iterable[tuple[str, int]], policy: Policy) -> str:
    """`2,400,000`, `50,000 EUR + 2,400,000 USD`; nothing for none. Currencies are never added up."""
    found = list(amounts)
    unsaid = policy.currency if len(found) == 1 else ""
    return " + ".join(mrkdwn.money_words(cents, currency, unsaid) for currency, cents in found)


def changed_words(count: int, quarter: str, frozen_on: date, today: date) -> str:
    """`3 CTAs of 2026Q3 changed since it was frozen on Thu 1 Oct`."""
    day = mrkdwn.day_words(frozen_on, today)
    return f"{counted(count, 'CTA')} of {quarter} changed since it was frozen ({day})"


def _cells(row: PlaybookRow, policy: Policy) -> Iterator[charts.Cell]:
    least = policy.win_rate_minimum
    yield f"{MOTION_LABELS[row.motion]}: {row.use_case}"
    for number in (row.opened, row.success, row.no_success):
        yield number, f"{number:,}"
    yield figures.qoq(row.qoq, row.previous_completed, least)
    if row.motion == EXPAND:
        rate = figures.win_rate(row.win_rate, row.completed, least)
        yield f"{rate} ({figures.win_rate(row.previous_win_rate, row.previous_completed, least)})"
    else:
        yield "-"
    yield f"{figures.days(row.median_days)} ({figures.days(row.previous_median_days)})"


def _again_words(again: Again, policy: Policy) -> str:
    """`40% of 10 won, 2 open`; below the minimum the count: `1 of 3 won`."""
    closed = again.success + again.no_success
    if not again.opened:
        return "-"
    still = f"{again.still_open:,} open" if again.still_open else ""
    if not closed:
        return still
    rate = figures.win_rate(again.success / closed, closed, policy.win_rate_minimum)
    won = f"{rate} of {closed:,} won" if rate.endswith("%") else f"{rate} won"
    return f"{won}, {still}" if still else won


def _named_words(named: Named, policy: Policy, *, arr: bool) -> mrkdwn.Mrkdwn:
    money = money_by_currency(named.arr_cents, policy) if arr else ""
    return mrkdwn.mrkdwn(
        "{}: *{}* · {} at {}{}",
        short_reason(policy, named.reason),
        mrkdwn.clip(named.detail, 80),
        counted(named.count, "CTA"),
        counted(named.accounts, "account"),
        f", {money} a year" if money else "",
    )


def _by_use_case(found: Objections, policy: Policy) -> Iterator[str]:
    """`CI: Timing 3, Budget 1`, one line for each use case, those with most answers first."""
    by_use_case: dict[str, list[str]] = {}
    for use_case, reason, count in found.by_use_case:
        by_use_case.setdefault(use_case, []).append(f"{short_reason(policy, reason)} {count:,}")
    for use_case, reasons in list(by_use_case.items())[:NAMED]:
        yield f"{mrkdwn.clip(use_case, 40)}: {', '.join(reasons[:4])}"


def _behind_words(trend: Trend, behind: Behind, policy: Policy, *, arr: bool) -> mrkdwn.Mrkdwn:
    """`*Lack of budget* · 4 CTAs at 3 accounts, 240,000 a year`."""
    money = money_by_currency(behind.arr_cents, policy) if arr else ""
    return mrkdwn.mrkdwn(
        "*{}* · {} at {}{}",
        short_reason(policy, trend.reason),
        counted(trend.counts[-1], "CTA"),
        counted(behind.accounts, "account"),
        f", {money} a year" if money else "",
    )


def _kept(tried: Iterable[Play], policy: Policy) -> Iterator[dict[str, str]]:
    for play in tried:
        reason = ", ".join(part for part in (short_reason(policy, play.reason), play.use_case) if part)
        yield {"reason": reason, "text": mrkdwn.clip(play.todo, 300), "playbook": "", "url": ""}


def _plays(reasons: Iterable[str], policy: Policy) -> Iterator[dict[str, str]]:
    for reason in reasons:
        if play := counter_play(policy, reason):
            yield play
