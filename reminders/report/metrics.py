"""The numbers of docs/domain.md, "Reports", one definition each, worked out from counts. Pure.

Used by the report, the weekly summary and `/playbooks`, so that all of them say the same. Nothing is rounded
here: that is for the views.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from reminders.report.spread import mean, median
from storage.cta.record import CLOSED_NO_SUCCESS, ENABLE, EXPAND
from storage.renewal.record import CHURNED, RENEWED
from storage.report.digest import Counts, Digest, ToDate
from storage.report.objections_record import Again, Objections, Trend
from storage.report.record import LAPSED, Compliance, Decisions, PlaybookRow, ReasonRow, Report
from storage.report.tally import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from reminders.report.stalls import Radar
    from storage.base.headlines import Headline
    from storage.base.quarters import Quarter
    from storage.ebr.coverage import SegmentCoverage
    from storage.report.digest import DigestFacts
    from storage.report.objections_record import Named
    from storage.report.record import Amounts, EndedRenewal, RenewalAhead
    from storage.report.tally import Cell, Coverage, Tally


def report(
    quarter: Quarter,
    today: date,
    *,
    now: Tally,
    before: Tally,
    coverage: Coverage,
    segments: tuple[SegmentCoverage, ...] = (),
    use_cases: Sequence[str] = (),
    areas: tuple[Headline, ...] = (),
) -> Report:
    """The report of a quarter, from its tally and the one of `quarter.compared_with(today)`.

    Rows come Expand first, then in the order of `use_cases`, then by name.
    """
    order = {use_case: place for place, use_case in enumerate(use_cases)}
    return Report(
        quarter=quarter,
        compared=quarter.compared_with(today),
        is_running=quarter.is_running(today),
        playbooks=_playbooks(now, before, order),
        reasons=_reasons(now, order),
        coverage=coverage,
        segments=segments,
        areas=areas,
    )


def win_rate(motion: str, outcome: Outcome) -> float | None:
    """Success as a fraction of all Expand closings; None for none of them, and for Enable."""
    if motion != EXPAND or not outcome.completed:
        return None
    return outcome.success / outcome.completed


def change(now: int, before: int) -> float | None:
    """Quarter over quarter, as a fraction of the quarter before; None where that is 0."""
    return (now - before) / before if before else None


def _playbooks(now: Tally, before: Tally, order: dict[str, int]) -> tuple[PlaybookRow, ...]:
    current, previous = now.by_cell(), before.by_cell()
    none = Outcome()
    rows = []
    for cell in sorted({*now.cells, *previous}, key=lambda cell: _place(cell, order)):
        motion, use_case = cell
        here, there = current.get(cell, none), previous.get(cell, none)
        rows.append(
            PlaybookRow(
                use_case=use_case,
                motion=motion,
                opened=now.opened.get(cell, 0),
                success=here.success,
                no_success=here.no_success,
                win_rate=win_rate(motion, here),
                median_days=median(here.days),
                mean_days=mean(here.days),
                previous_completed=there.completed,
                qoq=change(here.completed, there.completed),
                previous_win_rate=win_rate(motion, there),
                previous_median_days=median(there.days),
            )
        )
    return tuple(rows)


def _reasons(now: Tally, order: dict[str, int]) -> tuple[ReasonRow, ...]:
    rows = [
        ReasonRow(part.motion, part.use_case, part.reason or "", part.days.total())
        for part in now.closed
        if part.status == CLOSED_NO_SUCCESS
    ]
    return tuple(sorted(rows, key=lambda row: (*_place((row.motion, row.use_case), order), -row.count, row.reason)))


def _place(cell: Cell, order: dict[str, int]) -> tuple[bool, int, str]:
    motion, use_case = cell
    return motion != EXPAND, order.get(use_case, len(order)), use_case


def digest(facts: DigestFacts, radar: Radar, use_cases: Sequence[str], longest: int) -> Digest:
    """A weekly summary's numbers; `longest` is how many of the longest open CTAs it names."""
    slow = [
        (line, pace.words)
        for line in facts.open_ctas
        if (pace := radar.pace(line.motion, line.use_case)).is_exceeded(line.opened_on, facts.today)
    ]
    words = {line.id: said for line, said in slow}
    return Digest(
        circle=facts.circle,
        span=facts.span,
        expand=_counts(facts.week, EXPAND),
        enable=_counts(facts.week, ENABLE),
        use_cases=_closed_by_use_case(facts.week),
        reasons=reason_counts(facts.week),
        report=report(
            facts.quarter,
            facts.span.last,
            now=facts.now,
            before=facts.before,
            coverage=facts.coverage,
            segments=facts.segments,
            use_cases=use_cases,
        ),
        win_rate=(_to_date(facts.now, EXPAND), _to_date(facts.before, EXPAND)),
        enablement=(_to_date(facts.now, ENABLE), _to_date(facts.before, ENABLE)),
        longest_open=tuple((line, words.get(line.id, "")) for line in facts.open_ctas[:longest]),
        slow=len(slow),
        renewals=len(facts.renewals),
        without_review=sum(renewal.without_review for renewal in facts.renewals),
        decisions=decisions(facts.ended),
        by_person=facts.by_person,
        areas=facts.areas,
        age=facts.age,
    )


def reason_counts(tally: Tally) -> tuple[tuple[str, int], ...]:
    """How often each reason was given, over all motions and use cases, the most frequent first."""
    counts: Counter[str] = Counter()
    for part in tally.closed:
        if part.status == CLOSED_NO_SUCCESS:
            counts[part.reason or ""] += part.days.total()
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _counts(tally: Tally, motion: str) -> Counts:
    outcome = tally.of(motion)
    opened = sum(count for (of, _), count in tally.opened.items() if of == motion)
    return Counts(opened, outcome.success, outcome.no_success)


def _closed_by_use_case(tally: Tally) -> tuple[tuple[str, Counts], ...]:
    found: dict[str, Counts] = {}
    for (_, use_case), outcome in tally.by_cell().items():
        so_far = found.get(use_case, Counts(0, 0, 0))
        found[use_case] = Counts(0, so_far.success + outcome.success, so_far.no_success + outcome.no_success)
    return tuple(sorted(found.items(), key=lambda item: (-item[1].completed, item[0])))


def _to_date(tally: Tally, motion: str) -> ToDate:
    outcome = tally.of(motion)
    return ToDate(outcome.completed, win_rate(motion, outcome), median(outcome.days))


def decisions(ended: Iterable[EndedRenewal]) -> Decisions:
    """Renewals decided and lapsed, in counts and by currency; left empty, a new ARR is unknown, not the same."""
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    arr: dict[str, Counter[str]] = {RENEWED: Counter(), CHURNED: Counter(), LAPSED: Counter()}
    more = less = 0
    for one in ended:
        counts[one.outcome] += 1
        cents = one.now_cents if one.outcome == RENEWED else one.before_cents
        arr[one.outcome][one.currency] += cents or 0
        if one.outcome == CHURNED and one.reason:
            reasons[one.reason] += 1
        if one.outcome == RENEWED and one.now_cents is not None and one.before_cents is not None:
            more += one.now_cents > one.before_cents
            less += one.now_cents < one.before_cents
    return Decisions(
        renewed=counts[RENEWED],
        more=more,
        less=less,
        churned=counts[CHURNED],
        reasons=tuple(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
        lapsed=counts[LAPSED],
        renewed_arr=_amounts(arr[RENEWED]),
        churned_arr=_amounts(arr[CHURNED]),
        lapsed_arr=_amounts(arr[LAPSED]),
    )


def _amounts(by_currency: Counter[str]) -> Amounts:
    return tuple(sorted((currency, cents) for currency, cents in by_currency.items() if cents))


def compliance(
    renewals: Iterable[RenewalAhead],
    ended: Iterable[EndedRenewal],
    teams: Mapping[str, Sequence[int]],
    months: Sequence[int],
) -> tuple[Compliance, ...]:
    """Renewal-review compliance by the CSM's team, and what became of the renewals of the quarter.

    Renewals of nobody's team come last, under an empty name.
    """
    team_of = {person: team for team, members in teams.items() for person in members}
    ahead: dict[str, list[RenewalAhead]] = defaultdict(list)
    over: dict[str, list[EndedRenewal]] = defaultdict(list)
    for renewal in renewals:
        ahead[team_of.get(renewal.csm_id, "") if renewal.csm_id is not None else ""].append(renewal)
    for one in ended:
        over[team_of.get(one.csm_id, "") if one.csm_id is not None else ""].append(one)
    return tuple(
        _compliance(team, ahead[team], over[team], months)
        for team in sorted({*ahead, *over}, key=lambda team: (not team, team.casefold()))
    )


def _compliance(
    team: str, renewals: Sequence[RenewalAhead], ended: Sequence[EndedRenewal], months: Sequence[int]
) -> Compliance:
    arr: Counter[str] = Counter()
    for renewal in renewals:
        arr[renewal.currency] += renewal.arr_cents or 0
    outlooks = Counter(renewal.outlook for renewal in renewals)
    return Compliance(
        team=team,
        renewals=len(renewals),
        arr_cents=_amounts(arr),
        held=tuple((month, sum(month in renewal.held for renewal in renewals)) for month in months),
        without_review=sum(renewal.without_review for renewal in renewals),
        outlooks=tuple(sorted(outlooks.items(), key=lambda item: (item[0] is None, item[0] or ""))),
        decisions=decisions(ended),
    )


def objections(
    quarters: Sequence[Quarter],
    tallies: Sequence[Tally],
    again: Mapping[str, Again],
    named: Iterable[Named],
) -> Objections:
    """The reasons of some quarters, the oldest first, the most frequent of the last quarter on top."""
    counts = [dict(reason_counts(tally)) for tally in tallies]
    reasons = sorted(
        {reason for count in counts for reason in count},
        key=lambda reason: ([-count.get(reason, 0) for count in reversed(counts)], reason),
    )
    by_use_case: Counter[tuple[str, str]] = Counter()
    for part in tallies[-1].closed:
        if part.status == CLOSED_NO_SUCCESS:
            by_use_case[part.use_case, part.reason or ""] += part.days.total()
    ranked = sorted(by_use_case.items(), key=lambda item: (-item[1], item[0]))
    return Objections(
        quarters=tuple(quarters),
        trends=tuple(
            Trend(reason, tuple(count.get(reason, 0) for count in counts), again.get(reason, Again()))
            for reason in reasons
        ),
        by_use_case=tuple((use_case, reason, count) for (use_case, reason), count in ranked),
        named=tuple(named),
    )
