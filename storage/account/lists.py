"""Lists of accounts: whose, which of them, page by page; and the counts beside them.

A list of thousands is cut in SQL, never in memory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta

from storage.account import store as accounts
from storage.account.sieve import AS_IT_IS, Sieve
from storage.base import people

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.person import Person
    from storage.base.policy import Policy

SCOPES = ("mine", "team", "all")
CSM, PERSON, NOBODY = "csm-", "person-", "nobody"
_OF_ONE = re.compile(rf"(?:{CSM}|{PERSON})([0-9]{{1,18}})")
FILTERS = ("", "renewing", "no-ebr", "no-date", "no-csm", "archived")
SEGMENTS = 20
ACTIVE = "accounts.archived_at IS NULL AND accounts.churned_on IS NULL"


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose accounts: `mine` (on the account team in any part), `team` (its CSMs' ones), `nobody` (no CSM), `all`.

    `csm-12` are those whose CSM is person 12, `person-12` those that person 12 is on the team of.
    """

    scope: str
    ids: tuple[int, ...] = ()

    @property
    def one(self) -> int | None:
        """Whose they are, where they are one person's by name."""
        return named(self.scope)

    @property
    def condition(self) -> tuple[str, tuple[int, ...]]:
        """The SQL condition on `accounts` and its values."""
        if self.scope == "all":
            return "1 = 1", ()
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


def whose_csm(csm_id: int) -> Whose:
    """The accounts whose CSM somebody is."""
    return Whose(f"{CSM}{csm_id}", (csm_id,))


def named(scope: str) -> int | None:
    """The person whom a scope names; None for one that names nobody."""
    return int(found[1]) if (found := _OF_ONE.fullmatch(scope)) else None


def is_scope(text: str) -> bool:
    """Whether `whose` knows it by name."""
    return text in (*SCOPES, NOBODY) or _OF_ONE.fullmatch(text) is not None


def of_person(db: Connection, person: Person) -> Whose:
    """The accounts of somebody who was named: of a CSM their own, of an AE or SA those that they are on the team of."""
    csm = Whose(f"{CSM}{person.id}", (person.id,))
    other = Whose(f"{PERSON}{person.id}", (person.id,))
    return other if not count(db, csm) and count(db, other) else csm


def whose(db: Connection, policy: Policy, person: Person, scope: str = "") -> Whose:
    """The accounts of a scope; without one `mine`, for somebody who has none `team`, for no team `all`."""
    if scope == NOBODY:
        return Whose(scope)
    if found := _OF_ONE.fullmatch(scope):
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
    found: int = db.execute(f"SELECT count(*) FROM accounts WHERE {ACTIVE} AND {condition}", values).fetchone()[0]
    return found


def page(
    db: Connection,
    policy: Policy,
    whose: Whose,
    which: str,
    today: date,
    *,
    limit: int,
    offset: int = 0,
    sieve: Sieve = AS_IT_IS,
) -> tuple[list[Account], int]:
    """A page of accounts and how many there are in all; `which` is one of FILTERS, `sieve` sorts and narrows it.

    `renewing`: within the monthly plan's months, soonest first; `no-review` those of them of which no review is
    scheduled or held. `no-ebr`: no EBR in the last twelve months. `no-date`:
    nothing is known that an EBR's due date could be worked out from.
    """
    condition, values = whose.condition
    where, extra, order = condition_of(policy, which, today)
    narrowed, more = sieve.condition(today)
    where, extra, order = f"{where} AND {narrowed}", (*extra, *more), sieve.order or order
    total: int = db.execute(
        f"SELECT count(*) FROM accounts WHERE {where} AND {condition}", (*extra, *values)
    ).fetchone()[0]
    rows = db.execute(
        f"SELECT {accounts.COLUMNS} FROM accounts WHERE {where} AND {condition} ORDER BY {order} LIMIT ? OFFSET ?",
        (*extra, *values, limit, offset),
    )
    return [accounts.from_row(row) for row in rows], total


def condition_of(policy: Policy, which: str, today: date) -> tuple[str, tuple[Any, ...], str]:
    """A list's SQL condition on `accounts`, its values, and its order."""
    by_name = "accounts.name_key, accounts.id"
    match which:
        case "renewing":
            last = today + relativedelta(months=policy.monthly_plan_months)
            span = (today.isoformat(), last.isoformat())
            return f"{ACTIVE} AND accounts.renewal_on BETWEEN ? AND ?", span, f"accounts.renewal_on, {by_name}"
        case "no-review":
            where, span, order = condition_of(policy, "renewing", today)
            lacking = (
                " AND NOT EXISTS (SELECT 1 FROM reviews WHERE reviews.account_id = accounts.id"
                " AND reviews.renewal_on = accounts.renewal_on AND reviews.state IN ('scheduled', 'held'))"
            )
            return where + lacking, span, order
        case "no-ebr":
            had_one, days = had_ebr(today)
            return f"{ACTIVE} AND NOT {had_one}", tuple(days), f"coalesce(accounts.last_ebr_on, ''), {by_name}"
        case "no-date":
            unknown = (
                f"{ACTIVE} AND accounts.last_ebr_on IS NULL AND accounts.customer_since IS NULL AND NOT EXISTS"
                " (SELECT 1 FROM ebrs WHERE ebrs.account_id = accounts.id AND ebrs.state = 'held')"
            )
            return unknown, (), by_name
        case "no-csm":
            return f"{ACTIVE} AND accounts.csm_id IS NULL", (), by_name
        case "archived":
            return "accounts.archived_at IS NOT NULL", (), "accounts.archived_at DESC, accounts.id"
        case _:
            return ACTIVE, (), by_name


def segments(db: Connection) -> list[str]:
    """The segments that active accounts have, by name."""
    rows = db.execute(
        f"SELECT DISTINCT lower(segment) FROM accounts WHERE {ACTIVE} AND segment IS NOT NULL ORDER BY 1 LIMIT ?",
        (SEGMENTS,),
    )
    return [row[0] for row in rows]


def how_many(db: Connection, policy: Policy, whose: Whose, which: str, today: date) -> int:
    """How many accounts a list holds."""
    return page(db, policy, whose, which, today, limit=0)[1]


def had_ebr(today: date) -> tuple[str, list[str]]:
    """The SQL condition for an account that counts as covered, and its values."""
    span = [(today - relativedelta(months=12)).isoformat(), today.isoformat()]
    condition = (
        "((last_ebr_on IS NOT NULL AND last_ebr_on > ? AND last_ebr_on <= ?) OR EXISTS (SELECT 1 FROM ebrs"
        " WHERE ebrs.account_id = accounts.id AND state = 'held' AND held_on > ? AND held_on <= ?))"
    )
    return condition, span * 2
