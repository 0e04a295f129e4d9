"""`/playbooks` and everything that a report's numbers open: the CTAs behind them, as lists and as CSV."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from handlers.door.files import send_file
from handlers.door.nouns import help_of, more_verb, verbs_of
from handlers.door.request import Answer, Open, Redraw, Say, as_number
from handlers.door.today import reader_today, team_today, zone_name
from handlers.door.words import by_verb
from handlers.report.areas import area_of, in_words, name_of
from handlers.report.quarters import parse_quarter, refuse_future
from handlers.report.words import COMMAND, Known, read_playbooks
from reminders.report import metrics
from reminders.report.stalls import Radar
from storage.base.areas import LABELS
from storage.base.dialect import ALL
from storage.base.moments import civil_day
from storage.base.permissions import may
from storage.base.quarters import Quarter, Span, quarter_of
from storage.base.switches import area_on
from storage.play import store as plays
from storage.playbook import store as playbooks
from storage.report import digests, frozen, objections, outcomes
from storage.report import lists as report_lists
from storage.report import store as reports
from storage.report.behind_numbers import Selection, read_selection
from storage.report.digest import Circle
from templates.blocks.mrkdwn import grammar
from templates.report import lists_show as lists_view
from templates.report import show as report_view
from templates.report import summary_show as summary_view

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from sqlite3 import Connection
    from types import ModuleType

    from handlers.door.request import Request
    from handlers.door.services import Services
    from storage.report.record import CtaLine
    from storage.report.tally import Scope

TREND_QUARTERS = 4


def handle_playbooks(request: Request, services: Services) -> Answer | None:
    """`/playbooks summary|report|reasons|stalled|deferred|catalogue|help`, with a quarter, use case and team."""
    policy = services.policy
    today = team_today(request, services)
    asked_for = by_verb(request.text, verbs_of(COMMAND))
    if added := more_verb(COMMAND, asked_for.verb, policy):
        return added(request, services, asked_for.rest)
    if area := area_of(request.text, policy):
        return Say(_of_area(services, area, request.text, today))
    known = Known(
        today=today,
        start_month=policy.fiscal_year_start_month,
        teams=tuple(reports.teams(services.store.connection(), policy)),
        use_cases=policy.use_cases,
        verbs=verbs_of(COMMAND, policy),
    )
    asked = read_playbooks(request.text, known)
    selection = Selection(team=asked.team, use_case=asked.use_case)
    match asked.what:
        case "summary" if asked.quarter is None:
            message = _summary(request, services, selection, today)
        case "summary" | "report":
            message = _report(request, services, selection, asked.quarter or _running(services, today))
        case "reasons":
            message = _reasons(request, services, selection, asked.quarter or _running(services, today))
        case "stalled":
            message = _stalled(request, services, selection, today)
        case "deferred":
            message = _deferred(services, selection, today)
        case "catalogue":
            message = _catalogue(services)
        case "help":
            message = _help(services, today)
    return Say(message)


def _of_area(services: Services, area: ModuleType, text: str, today: date) -> dict[str, Any]:
    """An area's figures of the quarter that the words name, else of the running one."""
    policy, (_, *said) = services.policy, text.split()
    month = policy.fiscal_year_start_month
    quarter = parse_quarter(" ".join(said), today, month) if said else _running(services, today)
    refuse_future(quarter, today)
    span = quarter.span
    found = area.of_period(services.store.connection(), policy, span.first, span.last, today)
    lines = in_words(area, found)
    label = LABELS[area.AREA] if name_of(area) == area.AREA else name_of(area).capitalize()
    made: dict[str, Any] = services.render("report/area", label=label, quarter=quarter.label, lines=lines)
    return made


def _catalogue(services: Services, motion: str = "") -> dict[str, Any]:
    found = playbooks.current(services.store.connection())
    made: dict[str, Any] = services.render("report/catalogue", **lists_view.catalogue(found, motion))
    return made


def handle_catalogue(request: Request, services: Services) -> Answer | None:
    """The other motion's playbooks, in the place of these."""
    return Say(_catalogue(services, request.value), replace=True)


def handle_report(request: Request, services: Services) -> Answer | None:
    """[This quarter], [Last quarter]: the button carries the quarter's name."""
    today = team_today(request, services)
    quarter = parse_quarter(request.value, today, services.policy.fiscal_year_start_month)
    return Say(_report(request, services, Selection(), quarter))


def handle_list(request: Request, services: Services) -> Answer | None:
    """A number, clicked: its CTAs, or the accounts without an EBR."""
    selection = read_selection(request.value)
    if selection.what == "no-ebr":
        return handle_ebrs(request, services)
    return Open(_list(request, services, selection, 0), {"list": selection.value})


def handle_page(request: Request, services: Services) -> Answer | None:
    """[Previous], [Next]: another page of the list."""
    page = request.number()
    selection = _listed(request)
    return Redraw(_list(request, services, selection, page), {"page": page})


def handle_narrow(request: Request, services: Services) -> Answer | None:
    """The list narrowed to a motion or an outcome, from its first page."""
    field = "motion" if request.id == "report.motion" else "status"
    chosen = _listed(request).but(**{field: "" if request.value == "all" else request.value})
    selection = read_selection(chosen.value)
    return Redraw(_list(request, services, selection, 0), {"list": selection.value, "page": 0})


def handle_csv(request: Request, services: Services) -> Answer | None:
    """The whole list as a file, in the person's own messages."""
    selection = _listed(request)
    lines, _, _ = _behind(services, selection, team_today(request, services), limit=None)
    services.later(lambda: _send_csv(services, str(request.person.slack_id), lists_view.as_csv(lines)))
    page = as_number(request.meta.get("page"))
    return Redraw(_list(request, services, selection, page, sent=True))


def handle_reasons(request: Request, services: Services) -> Answer | None:
    """[Reasons]: those of the quarter in which the button's days end."""
    selection = read_selection(request.value)
    today = team_today(request, services)
    quarter = quarter_of(selection.last or today, services.policy.fiscal_year_start_month)
    return Say(_reasons(request, services, selection.but(motion="", status="", reason=""), quarter))


def handle_renewals(request: Request, services: Services) -> Answer | None:
    """[Renewals]: those ahead, the ones without a review first."""
    selection = read_selection(request.value)
    return Open(_renewals(request, services, selection, 0), {"list": selection.value})


def handle_renewals_page(request: Request, services: Services) -> Answer | None:
    """[Previous], [Next] of the renewals."""
    return Redraw(_renewals(request, services, _listed(request), request.number()))


def handle_ebrs(request: Request, services: Services) -> Answer | None:
    """[… without an EBR]: the accounts that the coverage lacks."""
    selection = read_selection(request.value)
    return Open(_ebrs(request, services, selection, 0), {"list": selection.value})


def handle_ebrs_page(request: Request, services: Services) -> Answer | None:
    """[Previous], [Next] of the accounts without an EBR."""
    return Redraw(_ebrs(request, services, _listed(request), request.number()))


def _summary(request: Request, services: Services, selection: Selection, today: date) -> dict[str, Any]:
    """What the channel got for the last whole week, with its charts; the table is in `report`."""
    policy = services.policy
    monday = today - timedelta(days=today.weekday() + 7)
    circle = Circle(team=selection.team)
    with services.store.read() as db:
        facts = digests.gather(db, policy, circle, Span(monday, monday + timedelta(days=6)), today)
    digest = metrics.digest(facts, Radar(facts.ever, policy), policy.use_cases, policy.message_items)
    message: dict[str, Any] = services.render(
        "summary/main",
        **summary_view.summary(digest, policy, reader_today(request, services), zone_name(request, services)),
    )
    return message


def _report(request: Request, services: Services, selection: Selection, quarter: Quarter) -> dict[str, Any]:
    policy, today = services.policy, team_today(request, services)
    refuse_future(quarter, today)
    compared = quarter.compared_with(today)
    with services.store.read() as db:
        scope = _scope(db, services, selection)
        found = metrics.report(
            quarter,
            today,
            now=reports.tally(db, quarter.span, scope),
            before=reports.tally(db, compared, scope),
            coverage=reports.ebr_coverage(db, today, scope),
            segments=reports.coverage_by_segment(db, policy, today, scope),
            use_cases=policy.use_cases,
            areas=reports.areas(db, policy, quarter.span, today, scope, is_running=quarter.is_running(today)),
        )
        renewals = report_lists.renewals_ahead(db, policy, today, scope)
        ended = (
            *outcomes.decided(db, policy, quarter.span, scope),
            *outcomes.lapsed(db, policy, today, scope),
        )
        teams = reports.teams(db, policy)
        since = frozen.frozen(db, quarter)
    compliance = metrics.compliance(renewals, ended, teams, policy.renewal_review_months)
    closed = selection.but(first=quarter.span.first, last=quarter.span.last)
    view = report_view.quarter_report(found, policy, closed, compliance, today, arr=_sees_arr(request, services))
    changed = None
    if since and since.changes:
        on, now_on = civil_day(since.frozen_at, zone_name(request, services)), reader_today(request, services)
        changed = {
            "words": report_view.changed_words(len(since.changes), quarter.label, on, now_on),
            "value": Selection(what="changed", quarter=quarter.name).value,
        }
    message: dict[str, Any] = services.render("report/quarter", **view, changed=changed)
    return message


def _reasons(request: Request, services: Services, selection: Selection, last: Quarter) -> dict[str, Any]:
    refuse_future(last, team_today(request, services))
    quarters = [last]
    while len(quarters) < TREND_QUARTERS:
        quarters.insert(0, quarters[0].previous)
    on = area_on(services.policy, plays.AREA)
    with services.store.read() as db:
        scope = _scope(db, services, selection)
        found = metrics.objections(
            quarters,
            [reports.tally(db, quarter.span, scope) for quarter in quarters],
            objections.opened_again(db, scope),
            objections.named(db, last.span, scope),
        )
        reasons = [trend.reason for trend in found.trends if trend.counts[-1]]
        tried = (
            [play for reason in reasons for play in plays.against(db, reason, selection.use_case or None)] if on else []
        )
        behind = objections.behind(db, last.span, scope) if on else {}
    closed = selection.but(what="closed", first=last.span.first, last=last.span.last)
    arr = _sees_arr(request, services)
    view = report_view.objection_report(found, services.policy, closed, arr=arr, tried=tried, behind=behind)
    message: dict[str, Any] = services.render("report/reasons", **view)
    return message


def _stalled(request: Request, services: Services, selection: Selection, today: date) -> dict[str, Any]:
    with services.store.read() as db:
        slow = _slow(db, services, _scope(db, services, selection), today)
    view = lists_view.stalled(slow, services.policy, reader_today(request, services), selection)
    message: dict[str, Any] = services.render("report/stalled", **view)
    return message


def _deferred(services: Services, selection: Selection, today: date) -> dict[str, Any]:
    db = services.store.connection()
    months = report_lists.deferred_months(db, _scope(db, services, selection))
    message: dict[str, Any] = services.render("report/deferred", **lists_view.deferred(months, today, selection))
    return message


def _help(services: Services, today: date) -> dict[str, Any]:
    span, said = _running(services, today).span, help_of(COMMAND, services.policy)
    message: dict[str, Any] = services.render(
        "report/help",
        lines=grammar(said),
        all_value=Selection(first=span.first, last=span.last).value,
        stalled_value=Selection(what="stalled").value,
    )
    return message


def _list(
    request: Request, services: Services, selection: Selection, page: int, *, sent: bool = False
) -> dict[str, Any]:
    today = team_today(request, services)
    offset = page * lists_view.PAGE
    lines, total, why = _behind(services, selection, today, limit=lists_view.PAGE, offset=offset)
    view: dict[str, Any] = services.render(
        "report/list",
        **lists_view.cta_list(
            lines,
            total,
            page,
            selection=selection,
            policy=services.policy,
            today=reader_today(request, services),
            why=why,
        ),
        sent=sent,
    )
    return view


def _behind(
    services: Services, selection: Selection, today: date, *, limit: int | None, offset: int = 0
) -> tuple[Sequence[CtaLine], int, dict[int, str]]:
    """The CTAs of a selection (all of them without a limit), how many there are, and words about some."""
    policy = services.policy
    until = None if limit is None else offset + limit
    with services.store.read() as db:
        scope = _scope(db, services, selection)
        if selection.what == "stalled":
            slow = _slow(db, services, scope, today)
            return [line for line, _ in slow[offset:until]], len(slow), {line.id: why for line, why in slow}
        if selection.what == "changed":
            quarter = parse_quarter(selection.quarter, today, policy.fiscal_year_start_month)
            since = frozen.frozen(db, quarter)
            ids = [change.cta_id for change in since.changes] if since else []
            return report_lists.of_ids(db, ids[offset:until]), len(ids), {}
        lines, total = report_lists.behind(db, selection, scope, limit=ALL if limit is None else limit, offset=offset)
        return lines, total, {}


def _slow(db: Connection, services: Services, scope: Scope, today: date) -> list[tuple[CtaLine, str]]:
    """Open CTAs slower than usual with what they are slower than, the longest open first."""
    radar = Radar(reports.tally(db, digests.EVER), services.policy)
    return [
        (line, pace.words)
        for line in report_lists.longest_open(db, scope)
        if (pace := radar.pace(line.motion, line.use_case)).is_exceeded(line.opened_on, today)
    ]


def _renewals(request: Request, services: Services, selection: Selection, page: int) -> dict[str, Any]:
    policy, today, said_on = services.policy, team_today(request, services), reader_today(request, services)
    db, arr = services.store.connection(), _sees_arr(request, services)
    scope = _scope(db, services, selection)
    if selection.what in ("decided", "lapsed"):
        span = Span(selection.first or today, selection.last or today)
        ended = (
            outcomes.lapsed(db, policy, today, scope)
            if selection.what == "lapsed"
            else outcomes.decided(db, policy, span, scope)
        )
        list_: dict[str, Any] = services.render(
            "report/ended",
            **lists_view.ended_list(ended, page, policy=policy, today=said_on, arr=arr, what=selection.what),
        )
        return list_
    found = report_lists.renewals_ahead(db, policy, today, scope)
    unreviewed = selection.what == "unreviewed"
    shown = lists_view.renewal_list(found, page, policy=policy, today=said_on, arr=arr, unreviewed=unreviewed)
    view: dict[str, Any] = services.render("report/renewals", **shown)
    return view


def _ebrs(request: Request, services: Services, selection: Selection, page: int) -> dict[str, Any]:
    today, db = team_today(request, services), services.store.connection()
    found = report_lists.without_ebr(db, today, _scope(db, services, selection))
    shown = lists_view.ebr_list(found, page, today=reader_today(request, services))
    view: dict[str, Any] = services.render("report/ebrs", **shown)
    return view


def _send_csv(services: Services, slack_id: str, text: str) -> None:
    send_file(services, slack_id, text, name="ctas.csv", title="CTAs", comment="The CTAs you asked for.")


def _scope(db: Connection, services: Services, selection: Selection) -> Scope:
    return reports.scope(
        db,
        services.policy,
        team=selection.team,
        region=selection.region,
        manager=selection.manager,
        use_case=selection.use_case,
    )


def _listed(request: Request) -> Selection:
    return read_selection(str(request.meta.get("list", "")))


def _sees_arr(request: Request, services: Services) -> bool:
    return may(request.rights, "see_arr", services.policy)


def _running(services: Services, today: date) -> Quarter:
    return quarter_of(today, services.policy.fiscal_year_start_month)
