"""Lists of accounts: whose, which of them, page by page; and the counts beside them.

Read by `/account list`, `/renewals`, `/ebr` and Home. A list of thousands is cut in SQL, never in memory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta

from storage.account import store as accounts
from storage.base import people
from storage.base.moments import day
from storage.ebr import store as ebrs
from storage.renewal import store as renewals
from storage.renewal.record import SCHEDULED
from storage.renewal.review_steps import EbrDue, Renewing, ebr_due_on, review_steps, step_meant
from storage.report.store import had_ebr

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.renewal.record import Ebr

SCOPES = ("mine", "team", "all")
CSM, NOBODY = "csm-", "nobody"
_OF_CSM = re.compile(CSM + r"([0-9]{1,18})")
FILTERS = ("", "renewing", "no-ebr", "no-date", "no-csm", "archived")
_ACTIVE = "accounts.archived_at IS NULL AND accounts.churned_on IS NULL"


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose accounts: `mine` (on the account team in any part), `team` (its CSMs' ones), `nobody` (no CSM), `all`.

    `csm-12` are those whose CSM is person 12.
    """

    scope: str
    ids: tuple[int, ...] = ()

    @property
    def condition(self) -> tuple[str, tuple[int, ...]]:
        """The SQL condition on `accounts` and its values."""
        if self.scope == "all":
            return "1", ()
        if self.scope == NOBODY:
            return "accounts.csm_id IS NULL", ()
        marks = ",".join("?" * len(self.ids))
        if self.scope == "team" or self.scope.startswith(CSM):
            return f"accounts.csm_id IN ({marks})", self.ids
        one = f"IN ({marks})"
        return (
            f"(accounts.csm_id {one} OR accounts.ae_id {one} OR accounts.sa_id {one} OR accounts.pse_id {one})",
            self.ids * 4,
        )


def is_scope(text: str) -> bool:
    """Whether `whose` knows it by name."""
    return text in (*SCOPES, NOBODY) or _OF_CSM.fullmatch(text) is not None


def whose(db: Connection, policy: Policy, person: Person, scope: str = "") -> Whose:
    """The accounts of a scope; without one `mine`, for somebody who has none `team`, for no team `all`."""
    if scope == NOBODY:
        return Whose(scope)
    if found := _OF_CSM.fullmatch(scope):
        return Whose(scope, (int(found[1]),))
    mine = Whose("mine", (person.id,))
    if scope == "mine" or (not scope and count(db, mine)):
        return mine
    team = Whose("team", tuple(people.team_ids(db, policy, person)))
    if scope == "team" or (not scope and count(db, team)):
        return team
    return Whose("all")


def count(db: Connection, whose: Whose) -> int:
    """How many active accounts these are."""
    condition, values = whose.condition
    found: int = db.execute(f"SELECT count(*) FROM accounts WHERE {_ACTIVE} AND {condition}", values).fetchone()[0]
    return found


def page(
    db: Connection, policy: Policy, whose: Whose, which: str, today: date, *, limit: int, offset: int = 0
) -> tuple[list[Account], int]:
    """A page of accounts and how many there are in all; `which` is one of FILTERS.

    `renewing`: within the monthly plan's months, soonest first; `no-review` those of them of which no review is
    scheduled or held. `no-ebr`: no EBR in the last twelve months. `no-date`:
    nothing is known that an EBR's due date could be worked out from.
    """
    condition, values = whose.condition
    where, extra, order = _which(policy, which, today)
    total: int = db.execute(
        f"SELECT count(*) FROM accounts WHERE {where} AND {condition}", (*extra, *values)
    ).fetchone()[0]
    rows = db.execute(
        f"SELECT {accounts.COLUMNS} FROM accounts WHERE {where} AND {condition} ORDER BY {order} LIMIT ? OFFSET ?",
        (*extra, *values, limit, offset),
    )
    return [accounts.from_row(row) for row in rows], total


def _which(policy: Policy, which: str, today: date) -> tuple[str, tuple[Any, ...], str]:
    by_name = "accounts.name_key, accounts.id"
    match which:
        case "renewing":
            last = today + relativedelta(months=policy.monthly_plan_months)
            span = (today.isoformat(), last.isoformat())
            return f"{_ACTIVE} AND accounts.renewal_on BETWEEN ? AND ?", span, f"accounts.renewal_on, {by_name}"
        case "no-review":
            where, span, order = _which(policy, "renewing", today)
            lacking = (
                " AND NOT EXISTS (SELECT 1 FROM reviews WHERE reviews.account_id = accounts.id"
                " AND reviews.renewal_on = accounts.renewal_on AND reviews.state IN ('scheduled', 'held'))"
            )
            return where + lacking, span, order
        case "no-ebr":
            had_one, days = had_ebr(today)
            return f"{_ACTIVE} AND NOT {had_one}", tuple(days), f"coalesce(accounts.last_ebr_on, ''), {by_name}"
        case "no-date":
            unknown = (
                f"{_ACTIVE} AND accounts.last_ebr_on IS NULL AND accounts.customer_since IS NULL AND NOT EXISTS"
                " (SELECT 1 FROM ebrs WHERE ebrs.account_id = accounts.id AND ebrs.state = 'held')"
            )
            return unknown, (), by_name
        case "no-csm":
            return f"{_ACTIVE} AND accounts.csm_id IS NULL", (), by_name
        case "archived":
            return "accounts.archived_at IS NOT NULL", (), "accounts.archived_at DESC, accounts.id"
        case _:
            return _ACTIVE, (), by_name


def renewing(
    db: Connection,
    policy: Policy,
    whose: Whose,
    today: date,
    *,
    limit: int = 500,
    offset: int = 0,
    which: str = "renewing",
) -> tuple[list[Renewing], int]:
    """The accounts that renew within the monthly plan's months with their reviews, soonest first, and how many.

    Of `no-review` only those of which no review is scheduled or held.
    """
    found, total = page(db, policy, whose, which, today, limit=limit, offset=offset)
    reviews = renewals.of_accounts(db, [a.id for a in found])
    rows = []
    for account in found:
        steps = review_steps(account, reviews[account.id], policy)
        rows.append(Renewing(account, tuple(steps), step_meant(steps, today)))
    return rows, total


def how_many(db: Connection, policy: Policy, whose: Whose, which: str, today: date) -> int:
    """How many accounts a list holds."""
    return page(db, policy, whose, which, today, limit=0)[1]


def coverage(db: Connection, policy: Policy, whose: Whose, today: date) -> tuple[int, int]:
    """How many active accounts had an EBR in the last twelve months, and how many active accounts there are."""
    total = count(db, whose)
    return total - how_many(db, policy, whose, "no-ebr", today), total


@dataclass(frozen=True, slots=True)
class EbrPage:
    """A page of EBRs to look at, and how many there are in all: overdue (not scheduled), and with no date known."""

    rows: tuple[EbrDue, ...]
    every: int
    overdue: int
    dateless: int


def ebrs_due(db: Connection, policy: Policy, whose: Whose, today: date) -> list[EbrDue]:
    """EBRs overdue or due within the first nudge's days, or scheduled, soonest first; then those without a date."""
    return list(ebrs_page(db, policy, whose, today, limit=1_000_000).rows)


def ebrs_page(
    db: Connection, policy: Policy, whose: Whose, today: date, *, limit: int, offset: int = 0, which: str = ""
) -> EbrPage:
    """A page of `ebrs_due`; only its own accounts are read whole, so that it is quick over 100,000.

    `which` narrows it: `overdue`, or `dateless`.
    """
    every = _agenda(db, policy, whose, today)
    parts = {
        "overdue": [row for row in every if not row[3] and "" < row[0] < today.isoformat()],
        "dateless": [row for row in every if not row[0]],
    }
    agenda = parts.get(which, every)
    ids = [account_id for _, _, account_id, _ in agenda[offset : offset + limit]]
    meetings = ebrs.of_accounts(db, ids)
    rows = tuple(ebr_due(account, meetings[account.id], policy) for account in accounts.many(db, ids))
    return EbrPage(rows, len(every), len(parts["overdue"]), len(parts["dateless"]))


def _agenda(db: Connection, policy: Policy, whose: Whose, today: date) -> list[tuple[str, str, int, bool]]:
    """Due day (ISO, empty for none known), name key, id and whether one is scheduled: in the order of the list."""
    condition, values = whose.condition
    rows = db.execute(
        "SELECT accounts.id, accounts.name_key, accounts.segment, accounts.ebr_cadence_months,"
        " max(coalesce(accounts.last_ebr_on, ''), coalesce(held.on_day, '')), accounts.customer_since,"
        " planned.id IS NOT NULL FROM accounts"
        " LEFT JOIN (SELECT account_id, max(held_on) AS on_day FROM ebrs WHERE state = 'held' GROUP BY account_id)"
        " AS held ON held.account_id = accounts.id"
        " LEFT JOIN ebrs AS planned ON planned.account_id = accounts.id AND planned.state = 'scheduled'"
        f" WHERE {_ACTIVE} AND {condition}",
        values,
    )
    horizon = (today + relativedelta(days=max(policy.ebr_steps_days))).isoformat()
    due_days: dict[tuple[str, int], str] = {}  # many accounts share a day and a cadence
    found = []
    for account_id, name_key, segment, own, last, since, planned in rows:
        start, months = last or since or "", policy.cadence_months(segment, own)
        if start and (start, months) not in due_days:
            due_days[start, months] = (day(start) + relativedelta(months=months)).isoformat()
        due_on = due_days[start, months] if start else ""
        if planned or due_on <= horizon:
            found.append((due_on, name_key, account_id, bool(planned)))
    return sorted(found, key=lambda row: (not row[0], row))


def ebr_due(account: Account, known: Sequence[Ebr], policy: Policy) -> EbrDue:
    """When an account's next EBR is due, from its own facts and the EBRs known of it."""
    held = [e.held_on for e in known if e.held_on]
    last = max([d for d in (account.last_ebr_on, *held) if d], default=None)
    planned = next((e for e in known if e.state == SCHEDULED), None)
    return EbrDue(account, ebr_due_on(account, last, policy), last, planned)


def ctas_due_by(db: Connection, owner_id: int, until: date) -> list[tuple[str, date]]:
    """The owner's open CTAs that are overdue or due up to a day: `Acme · Expand: CI` and the due date."""
    rows = db.execute(
        "SELECT accounts.name || ' · ' || ctas.playbook, ctas.due_on FROM ctas"
        " JOIN accounts ON accounts.id = ctas.account_id WHERE ctas.owner_id = ? AND ctas.due_on <= ?"
        " AND ctas.status IN ('new', 'work_in_progress') AND accounts.archived_at IS NULL"
        " ORDER BY ctas.due_on, ctas.id",
        (owner_id, until.isoformat()),
    )
    return [(row[0], day(row[1])) for row in rows]
