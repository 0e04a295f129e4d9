"""The facts of a weekly summary, read in one go. Called by reminders/report/summary.py and by `/playbooks`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from storage.base.quarters import Span, quarter_of
from storage.report import lists as report_lists
from storage.report import outcomes
from storage.report import store as reports
from storage.report.digest import Circle, DigestFacts

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.base.policy import Policy
    from storage.report.tally import Scope

EVER = Span(date.min, date.max)


def gather(db: Connection, policy: Policy, circle: Circle, span: Span, today: date) -> DigestFacts:
    """What happened in `span` (a week), and in the quarter of its last day up to that day.

    Figures of single people are read only where the policy wants them: CTAs are no measure of performance.
    """
    scope = reports.scope(db, policy, team=circle.team, region=circle.region, manager=circle.manager)
    quarter = quarter_of(span.last, policy.fiscal_year_start_month)
    return DigestFacts(
        circle=circle,
        scope=scope,
        span=span,
        today=today,
        quarter=quarter,
        week=reports.tally(db, span, scope),
        now=reports.tally(db, Span(quarter.first_day, span.last), scope),
        before=reports.tally(db, quarter.compared_with(span.last), scope),
        ever=reports.tally(db, EVER),
        coverage=reports.ebr_coverage(db, today, scope),
        segments=reports.coverage_by_segment(db, policy, today, scope),
        open_ctas=tuple(report_lists.longest_open(db, scope)),
        renewals=tuple(report_lists.renewals_ahead(db, policy, today, scope)),
        ended=(*outcomes.decided(db, policy, span, scope), *outcomes.lapsed(db, policy, today, scope)),
        by_person=_by_person(db, span, scope) if policy.individual_figures else (),
        areas=reports.areas(db, policy, span, today, scope, is_running=True),
        age=report_lists.data_age(db, policy),
    )


def _by_person(db: Connection, span: Span, scope: Scope) -> tuple[tuple[str, int, int], ...]:
    condition, values = reports.ctas_in(scope)
    rows = db.execute(
        "SELECT coalesce(people.name, 'No owner'), count(*) FILTER (WHERE status = 'closed_success'),"
        " count(*) FILTER (WHERE status = 'closed_no_success')"
        " FROM ctas LEFT JOIN people ON people.id = ctas.owner_id"
        f" WHERE {reports.CLOSED} AND closed_day BETWEEN ? AND ?{condition}"
        " GROUP BY people.id ORDER BY people.name, people.id",
        (span.first.toordinal(), span.last.toordinal(), *values),
    )
    return tuple((row[0], row[1], row[2]) for row in rows)
