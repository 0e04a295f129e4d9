"""What stands behind the numbers of a report: CTAs page by page, renewals, missing EBRs, the age of the data.

Called by `/playbooks` and the weekly summary; the counts themselves are in storage/report/store.py.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta

from storage.account.lists import ACTIVE, had_ebr
from storage.account.record import decided_by
from storage.base.dialect import ALL, joined, lowered
from storage.base.moments import day, maybe_day, maybe_instant
from storage.base.order import BURNING, REST, REVIEWS, Place, days_left, in_order
from storage.cta.lists import WAITING
from storage.report.behind_numbers import too_old
from storage.report.record import CtaLine, DataAge, RenewalAhead, WithoutEbr
from storage.report.store import CLOSED, OPENED, accounts_in, ctas_in
from storage.source import store as sources

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from sqlite3 import Connection, Row

    from storage.base.policy import Policy
    from storage.report.behind_numbers import Selection
    from storage.report.tally import Scope

_OFFSETS = joined("CAST(offset_months AS TEXT)")
OPEN = "ctas.status IN ('new', 'work_in_progress')"
_LINE = (
    "SELECT ctas.id, accounts.name, ctas.playbook, ctas.motion, ctas.use_case, ctas.status, ctas.opened_on,"
    " ctas.closed_on, ctas.due_on, ctas.reason, ctas.detail, ctas.revisit_on, people.name, people.slack_id,"
    " people.email"
    " FROM ctas JOIN accounts ON accounts.id = ctas.account_id LEFT JOIN people ON people.id = ctas.owner_id"
)


def behind(
    db: Connection, selection: Selection, scope: Scope, *, limit: int, offset: int = 0
) -> tuple[list[CtaLine], int]:
    """A page of the CTAs of a selection, and how many there are; `stalled` and `changed` go by `of_ids`."""
    condition, values, order = _conditions(selection, scope)
    (total,) = db.execute(f"SELECT count(*) FROM ctas WHERE {condition}", values).fetchone()
    rows = db.execute(f"{_LINE} WHERE {condition} ORDER BY {order} LIMIT ? OFFSET ?", (*values, limit, offset))
    return [_line(row) for row in rows], total


def of_ids(db: Connection, ids: Sequence[int]) -> list[CtaLine]:
    """The CTAs of these ids, in their order; ids that are gone are left out."""
    rows = db.execute(f"{_LINE} WHERE ctas.id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),))
    found = {row[0]: _line(row) for row in rows}
    return [found[cta_id] for cta_id in ids if cta_id in found]


def longest_open(db: Connection, scope: Scope, limit: int | None = None) -> list[CtaLine]:
    """Open CTAs that pass the reporting filter, of accounts that are neither archived nor churned, the oldest first."""
    condition, values = ctas_in(scope)
    rows = db.execute(
        f"{_LINE} WHERE {OPEN} AND ctas.reported = 1 AND {ACTIVE}{condition} ORDER BY ctas.opened_on, ctas.id LIMIT ?",
        (*values, ALL if limit is None else limit),
    )
    return [_line(row) for row in rows]


def deferred_months(db: Connection, scope: Scope) -> list[tuple[str, int]]:
    """How many deferred CTAs come back in each month (`2027-03`), the earliest first."""
    condition, values = ctas_in(scope)
    rows = db.execute(
        f"SELECT substr(revisit_on, 1, 7), count(*) FROM ctas WHERE {WAITING}{condition} GROUP BY 1 ORDER BY 1",
        values,
    )
    return [(row[0], row[1]) for row in rows]


def without_ebr(db: Connection, today: date, scope: Scope) -> list[WithoutEbr]:
    """The accounts that the EBR coverage lacks: those that never had one first, then the longest without."""
    condition, values = accounts_in(scope)
    had_one, days = had_ebr(today)
    rows = db.execute(
        "SELECT accounts.id, accounts.name, coalesce(last_ebr_on, ''), coalesce((SELECT max(held_on) FROM ebrs"
        " WHERE ebrs.account_id = accounts.id AND state = 'held'), ''), people.name, people.slack_id"
        " FROM accounts LEFT JOIN people ON people.id = csm_id"
        f" WHERE archived_at IS NULL AND churned_on IS NULL AND NOT {had_one}{condition}"
        " ORDER BY accounts.name_key, accounts.id",
        (*days, *values),
    )
    found = sorted(((max(row[2], row[3]), row) for row in rows), key=lambda dated: dated[0])
    return [WithoutEbr(row[0], row[1], maybe_day(last_on or None), row[4], row[5]) for last_on, row in found]


def renewals_ahead(db: Connection, policy: Policy, today: date, scope: Scope) -> list[RenewalAhead]:
    """Active accounts that renew from today on and within the monthly plan's months, what comes first on top."""
    condition, values = accounts_in(scope)
    until = today + relativedelta(months=policy.monthly_plan_months)
    rows = db.execute(
        "SELECT accounts.id, accounts.name, accounts.renewal_on, arr_cents, currency, accounts.outlook,"
        " csm_id, people.name, people.slack_id,"
        f" {_OFFSETS} FILTER (WHERE reviews.state = 'held'), {_OFFSETS} FILTER (WHERE reviews.state = 'scheduled'),"
        " accounts.notice_days"
        " FROM accounts LEFT JOIN people ON people.id = csm_id"
        " LEFT JOIN reviews ON reviews.account_id = accounts.id AND reviews.renewal_on = accounts.renewal_on"
        " WHERE archived_at IS NULL AND churned_on IS NULL AND accounts.renewal_on BETWEEN ? AND ?"
        f"{condition} GROUP BY accounts.id, people.id ORDER BY accounts.renewal_on, accounts.name_key, accounts.id",
        (today.isoformat(), until.isoformat(), *values),
    )
    found = [
        RenewalAhead(
            account_id=row[0],
            account=row[1],
            renewal_on=day(row[2]),
            arr_cents=row[3],
            currency=row[4],
            outlook=row[5],
            csm_id=row[6],
            csm=row[7],
            csm_slack_id=row[8],
            held=_months(row[9]),
            scheduled=_months(row[10]),
            decision_on=decided_by(day(row[2]), row[11]),
        )
        for row in rows
    ]
    return in_order(found, lambda ahead: _place(ahead, today, policy))


def _place(ahead: RenewalAhead, today: date, policy: Policy) -> Place:
    left = days_left(ahead.decision_on, today) or 0
    reviewed = ahead.held or ahead.scheduled
    group = REST if reviewed else BURNING if left <= policy.burning_days else REVIEWS
    return Place(group, left, ahead.arr_cents, ahead.account, ahead.account_id)


def data_age(db: Connection, policy: Policy) -> DataAge:
    """When data was last imported, leaving out imports taken back, and how many conflicts are undecided."""
    (imported,) = db.execute("SELECT max(imported_at) FROM imports WHERE undone_at IS NULL").fetchone()
    (conflicts,) = db.execute("SELECT count(*) FROM conflicts WHERE decided_at IS NULL").fetchone()
    never = datetime.min.replace(tzinfo=UTC)  # of a source that nothing is known of: it says so itself
    return DataAge(maybe_instant(imported), conflicts, tuple(sources.states(db, policy, never)))


def _conditions(selection: Selection, scope: Scope) -> tuple[str, list[Any], str]:
    condition, values = ctas_in(scope)
    between = [d for d in (selection.first, selection.last) if d]
    span = [d.toordinal() for d in between]
    if len(between) == 1 or (selection.what in ("opened", "closed") and not between):
        raise too_old()
    match selection.what:
        case "opened":
            base, order = f"{OPENED} AND opened_day BETWEEN ? AND ?", "ctas.opened_on, ctas.id"
        case "closed":
            base, order = f"{CLOSED} AND closed_day BETWEEN ? AND ?", "ctas.closed_on, ctas.id"
        case "again":
            base = (
                f"{OPENED} AND linked_to IN (SELECT past.id FROM ctas AS past"
                " WHERE past.status = 'closed_no_success' AND past.reported = 1 AND past.reason = ?)"
            )
            return f"{base}{condition}", [selection.reason, *values], "ctas.opened_on, ctas.id"
        case "deferred":
            base, order = WAITING, "ctas.revisit_on, ctas.id"
            days = [d.isoformat() for d in between]
            narrowed = " AND revisit_on BETWEEN ? AND ?" if days else ""
            return f"{base}{narrowed}{condition}", [*days, *values], order
        case _:
            return f"{OPEN}{condition}", values, "ctas.opened_on, ctas.id"
    for name in ("motion", "status", "reason"):
        if getattr(selection, name):
            condition += f" AND ctas.{name} = ?"
            values.append(getattr(selection, name))
    if selection.detail:
        condition += " AND lower(ctas.detail) = ?"
        values.append(lowered(selection.detail))
    return f"{base}{condition}", [*span, *values], order


def _line(row: Row | tuple[Any, ...]) -> CtaLine:
    return CtaLine(
        id=row[0],
        account=row[1],
        playbook=row[2],
        motion=row[3],
        use_case=row[4],
        status=row[5],
        opened_on=day(row[6]),
        closed_on=maybe_day(row[7]),
        due_on=maybe_day(row[8]),
        reason=row[9],
        detail=row[10],
        revisit_on=maybe_day(row[11]),
        owner=row[12],
        owner_slack_id=row[13],
        owner_email=row[14],
    )


def _months(text: str | None) -> frozenset[int]:
    return frozenset(int(months) for months in text.split(",")) if text else frozenset()
