"""`report`: a quarter's numbers in the terminal, as a table for people or as JSON or CSV for scripts.

Never calls Slack. The numbers are those of `/playbooks report`, from the same code.
"""

from __future__ import annotations

import csv
import json
import sys
from contextlib import closing
from dataclasses import asdict, fields
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handlers.report.areas import areas
from handlers.report.forecast import forecast_of
from handlers.report.quarters import parse_quarter, refuse_future
from handlers.terminal import write_utf8
from handlers.terminal.tables import table
from reminders.report import metrics
from storage.base.errors import UserError
from storage.base.exports import Amount
from storage.base.headlines import FIELDS
from storage.base.moments import civil_day
from storage.base.plurals import counted
from storage.cta.record import EXPAND, MOTION_LABELS
from storage.renewal.forecast import AMOUNTS
from storage.report import frozen
from storage.report import store as reports
from storage.report.record import PlaybookRow
from templates.blocks import figures
from templates.blocks.headlines import headline_words
from templates.ebr.show import segment_words
from templates.report.lists_show import harmless

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence
    from datetime import date
    from types import ModuleType

    from handlers.terminal import Terminal
    from storage.base.policy import Policy
    from storage.base.quarters import Quarter
    from storage.renewal.forecast import Forecast
    from storage.report.frozen import Frozen
    from storage.report.record import Report

NAME = "report"
PLACE = 66
HELP = "a quarter's numbers: playbooks by use case, reasons for no success, EBR coverage"
TIE_OUT = "tie-out"
EXAMPLES = (
    "report tie-out gainsight.csv --quarter 2026Q4",
    "report --area forecast --quarter 2026Q4 --format csv",
    "report --quarter 2026Q4 --format json",
    'report --quarter "last quarter" --team EMEA',
    "report --quarter FY27-Q1 --use-case CI --format csv",
)


def configure(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    tie_out = f"instead: `{TIE_OUT} FILE`, closed CTAs here against another system's list"
    said = f"the quarter, as --quarter; or {tie_out}"
    parser.add_argument("what", nargs="*", metavar=f"QUARTER or {TIE_OUT} FILE", help=said)
    parser.add_argument("--quarter", help="2026Q4, FY27-Q1, Q4, this (default) or last quarter; tie-out: of the file")
    parser.add_argument(
        "--format",
        choices=("table", "json", "csv"),
        default="table",
        help="table (default), json, or csv of the playbooks and of areas that are on",
    )
    parser.add_argument(
        "--area", choices=("forecast", *areas()), help="instead: what is up for renewal, or an area's figures"
    )
    parser.add_argument("--team", default="", help="only what people of this team own")
    parser.add_argument("--use-case", default="", help="only this use case")
    parser.add_argument("--now", help="report as of this instant, such as 2026-12-01T09:00Z")


def run(args: Namespace, terminal: Terminal) -> int:
    """Print the report to stdout, in UTF-8 whatever the terminal's locale."""
    write_utf8()
    policy = terminal.policy
    today = civil_day(terminal.now(args.now), policy.timezone)
    if args.what and args.what[0] == TIE_OUT:
        return _tie_out(args, terminal, today)
    quarter = parse_quarter(_quarter_asked(args) or "this quarter", today, policy.fiscal_year_start_month)
    if args.area in areas():
        if args.use_case or args.team:
            raise UserError(f"Figures of {args.area} are of all.", "Leave --use-case and --team out.")
        return _of_area(args, terminal, quarter, today)
    if args.area:
        if args.use_case:
            raise UserError("A forecast has no use cases.", "Leave --use-case out.")
        with terminal.reading().read() as db:
            rows = forecast_of(db, policy, quarter, today, team=args.team)
        _print_forecast(quarter, rows, args.format)
        return 0
    if args.format == "table":  # for people; data says the same of every quarter
        refuse_future(quarter, today)
    with terminal.reading().read() as db:
        scope = reports.scope(db, policy, team=args.team, use_case=args.use_case)
        report = metrics.report(
            quarter,
            today,
            now=reports.tally(db, quarter.span, scope),
            before=reports.tally(db, quarter.compared_with(today), scope),
            coverage=reports.ebr_coverage(db, today, scope),
            segments=reports.coverage_by_segment(db, policy, today, scope),
            use_cases=policy.use_cases,
            areas=reports.areas(db, policy, quarter.span, today, scope, is_running=quarter.is_running(today)),
        )
        since = frozen.frozen(db, quarter) if args.format == "table" else None
    match args.format:
        case "json":
            print(json.dumps(report.as_data(), indent=2, ensure_ascii=False, allow_nan=False))
        case "csv":
            _print_csv(report)
        case _:
            print("\n".join([*_table(report, policy), *_changes(since)]))
    return 0


def _quarter_asked(args: Namespace) -> str:
    """The quarter, as an option or, as in Slack, by itself: `report 2026Q4`; raises UserError for two of them."""
    typed = " ".join(args.what)
    if get_close_matches("".join(args.what[:1]), [TIE_OUT]):
        raise UserError(f"There is no report {args.what[0]}.", f"Did you mean report {TIE_OUT}?")
    if typed and args.quarter:
        raise UserError(f"Which quarter: {typed} or {args.quarter}?", f"For example: report --quarter {args.quarter}")
    return typed or args.quarter or ""


def _of_area(args: Namespace, terminal: Terminal, quarter: Quarter, today: date) -> int:
    area, policy, span = areas()[args.area], terminal.policy, quarter.span
    if args.format == "table":  # likewise
        refuse_future(quarter, today)
    with terminal.reading().read() as db:
        if args.format == "json" and hasattr(area, "data"):
            _print_json(area.data(db, policy, span.first, span.last, today))
            return 0
        found = area.of_period(db, policy, span.first, span.last, today)
    _print_area(quarter, area, found, args.format)
    return 0


def _tie_out(args: Namespace, terminal: Terminal, today: date) -> int:
    from handlers.report import tie_out

    if len(args.what) != 2 or args.area or args.team or args.use_case:  # noqa: PLR2004 - the word and a file
        raise UserError(f"{TIE_OUT} takes a file, and --quarter.", f"For example: report {TIE_OUT} gainsight.csv")
    start_month = terminal.policy.fiscal_year_start_month
    quarters = [parse_quarter(args.quarter, today, start_month).name] if args.quarter else []
    with closing(terminal.reading()) as store:
        found, unread = tie_out.of_file(store, Path(args.what[1]), quarters, today)
    for line in unread:
        terminal.say(line)
    tie_out.show(found, args.format)
    return 1 if unread else 0


def _print_csv(report: Report) -> None:
    """The playbooks, a row each; figures of areas that have something to say follow in columns of their own."""
    rows = [asdict(row) for row in report.playbooks]
    rows += [record for area in report.areas for record in area.records()]
    names = [field.name for field in fields(PlaybookRow)] + (list(FIELDS) if report.areas else [])
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([harmless(row.get(name)) for name in names] for row in rows)


def _print_json(records: Sequence[Any]) -> None:
    print(json.dumps(records, indent=2, ensure_ascii=False, allow_nan=False))


def _print_area(quarter: Quarter, area: ModuleType, found: Sequence[Any], how: str) -> None:
    """An area's figures; in data nothing is rounded."""
    records = [area.record(one) for one in found]
    match how:
        case "json":
            _print_json(records)
        case "csv":
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(area.FIELDS)
            writer.writerows([harmless(value) for value in one.values()] for one in records)
        case _:
            print(f"{quarter.label}: {quarter.span.first} to {quarter.span.last}")
            shown = [[figures.cell(value) for value in one.values()] for one in records]
            print("\n".join(table(area.FIELDS, shown, words=2) if shown else ["Nothing to say of it."]))


def _print_forecast(quarter: Quarter, rows: Sequence[Forecast], how: str) -> None:
    """What is up in a quarter by CSM and currency; in data, amounts are in currency units."""
    names = ("csm", "currency", *AMOUNTS)
    records = [[row.csm, row.currency, *(Amount(getattr(row, name)) for name in AMOUNTS)] for row in rows]
    match how:
        case "json":
            found = [dict(zip(names, record, strict=True)) for record in records]
            print(json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False))
        case "csv":
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(names)
            writer.writerows([harmless(csm), *map(str, cells)] for csm, *cells in records)
        case _:
            print(f"{quarter.label}: {quarter.span.first} to {quarter.span.last}")
            shown = [
                [row.csm or "nobody", row.currency, *(f"{getattr(row, name) / 100:,.0f}" for name in AMOUNTS)]
                for row in rows
            ]
            nothing = ["Nothing is up for renewal, and nothing was decided."]
            print("\n".join(table(_FORECAST, shown, words=2) if shown else nothing))


_FORECAST = (
    *("CSM", "Currency", "Up", "Renew", "At risk", "Churn", "No outlook", "Expected", "Decided", "In signature"),
    "Lapsed",
)


def _table(report: Report, policy: Policy) -> Iterator[str]:
    quarter, span, compared = report.quarter, report.quarter.span, report.compared
    yield f"{quarter.label}: {span.first} to {span.last}"
    to_date = "quarter to date, beside the same days of" if report.is_running else "beside"
    yield f"{to_date} {quarter.previous.label}: {compared.first} to {compared.last}"
    yield ""
    if report.playbooks:
        yield from table(_HEADINGS, [_cells(row, policy) for row in report.playbooks], words=2)
        beside = f"those days of {quarter.previous.label}" if report.is_running else "the quarter before"
        yield f"In brackets: {beside}. More than half of Expand is expected to end in no success."
    else:
        yield "No playbook was opened or closed in either quarter."
    if report.reasons:
        yield ""
        rows = [
            (MOTION_LABELS[row.motion], row.use_case, policy.reason_label(row.reason), str(row.count))
            for row in report.reasons
        ]
        yield from table(("Motion", "Use case", "Reason for no success", "Count"), rows, words=3)
    yield ""
    held, accounts = report.coverage.held, report.coverage.accounts
    share = figures.percent(held / accounts if accounts else None)
    target = figures.percent(policy.coverage_target)
    yield f"EBR coverage: {share} ({held} of {counted(accounts, 'account')}), target {target}"
    yield from (f"  {segment_words(part)}" for part in report.segments)
    yield from (headline_words(area, policy) for area in report.areas)


def _changes(since: Frozen | None) -> Iterator[str]:
    if since and since.changes:
        ids = [str(change.cta_id) for change in since.changes]
        more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
        yield f"Changed since it was frozen on {since.frozen_at:%Y-%m-%d}: CTAs {', '.join(ids[:_NAMED])}{more}"


_NAMED = 10
_HEADINGS = ("Motion", "Use case", "Opened", "Success", "No", "QoQ", "Win rate", "Median days", "Mean")


def _cells(row: PlaybookRow, policy: Policy) -> tuple[str, ...]:
    least = policy.win_rate_minimum
    rate = figures.win_rate(row.win_rate, row.completed, least)
    before = figures.win_rate(row.previous_win_rate, row.previous_completed, least)
    return (
        MOTION_LABELS[row.motion],
        row.use_case,
        str(row.opened),
        str(row.success),
        str(row.no_success),
        figures.qoq(row.qoq, row.previous_completed, least),
        f"{rate} ({before})" if row.motion == EXPAND else "",
        f"{figures.days(row.median_days)} ({figures.days(row.previous_median_days)})",
        figures.days(row.mean_days),
    )
