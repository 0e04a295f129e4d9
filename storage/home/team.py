"""A manager's team in counts, CSM by CSM, and the list behind each count. No ranking: they stand by name.

Read by Home, by `manager_week` and by the list that a CSM's row opens; one query for a number and its list.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from storage.account import lists as books
from storage.account import store as accounts
from storage.base import people
from storage.base.dialect import days_before
from storage.base.moments import civil_day, instant
from storage.base.order import REST, Place, days_left, in_order
from storage.base.quarters import quarter_of
from storage.cta import lists as cta_lists
from storage.cta.place import cta_place
from storage.ebr import lists as ebr_lists
from storage.ebr.place import ebr_place
from storage.home.record import REVIEW_DAYS, AtRisk, Matter, TeamLine, TeamWeek
from storage.renewal import forecast, outcomes
from storage.renewal import lists as renewal_lists
from storage.renewal.place import place_of as renewal_place

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.renewal.record import Signing
    from storage.renewal.review_steps import Renewing

MOST = 1000


def led_by(db: Connection, policy: Policy, manager: Person) -> list[int]:
    """The ids of a manager's CSMs, without those gone; none for who leads nobody."""
    found = with_those_gone(db, policy, manager)
    gone = {i for i, person in people.many(db, found).items() if person.deactivated}
    return [i for i in found if i not in gone]


def with_those_gone(db: Connection, policy: Policy, manager: Person) -> list[int]:
    """The ids of a manager's CSMs, also of those who have left; none for who leads nobody."""
    leads = [team for team in policy.teams.values() if people.named_by(manager, (team.manager,))]
    if not leads and not people.leads_somebody(db, manager.id):
        return []
    return [i for i in people.team_ids(db, policy, manager) if i != manager.id]


def managers(db: Connection, policy: Policy) -> list[int]:
    """Those who lead somebody: as the people import says, and as heads of the policy's teams."""
    rows = db.execute("SELECT DISTINCT manager_id FROM people WHERE manager_id IS NOT NULL")
    heads = (people.named(db, team.manager) for team in policy.teams.values() if team.manager)
    return sorted({row[0] for row in rows} | {head.id for head in heads if head})


def known_at(db: Connection, policy: Policy, person_id: int | None) -> datetime | None:
    """When the first of the accounts of a manager's CSMs became known; None for who leads nobody that has any."""
    person = people.many(db, [person_id]).get(person_id or 0)
    led = led_by(db, policy, person) if person and not person.deactivated else []
    if not led:
        return None
    condition, values = books.Whose("team", tuple(led)).condition
    text = db.execute(f"SELECT min(known_at) FROM accounts WHERE {books.ACTIVE} AND {condition}", values).fetchone()[0]
    return instant(text) if text else None


def team(db: Connection, policy: Policy, led: Sequence[int], today: date) -> tuple[TeamLine, ...]:
    """These CSMs in counts, by name."""
    found = sorted(people.many(db, led).values(), key=lambda p: (p.name.casefold(), p.id))
    return tuple(_line(db, policy, person, today) for person in found)


def without_csm(db: Connection) -> int:
    """How many active accounts have no CSM."""
    return books.count(db, books.Whose(books.NOBODY))


def matters(db: Connection, policy: Policy, person: Person, today: date) -> list[Matter]:
    """What of a CSM's needs looking at, what comes first on top: what the counts of their row are made of."""
    whose = books.Whose("team", (person.id,))
    found = [
        _of_renewal(part, row, today, policy, signing)
        for part in ("lapsed", "signing", "missing")
        for row, signing in _renewals(db, policy, whose, part, today)
    ]
    ebrs = ebr_lists.ebrs_page(db, policy, whose, today, limit=MOST, which="overdue").rows
    for row in ebrs:
        place = ebr_place(row.due_on, None, today, **_of_account(row.account))
        found.append(Matter("ebr", row.account, place, day=row.due_on))
    late, _ = cta_lists.page(db, policy, person, cta_lists.Which("mine", "overdue"), today, limit=MOST)
    by_id = {account.id: account for account in accounts.many(db, [row.cta.account_id for row in late])}
    for one in late:
        cta, account = one.cta, by_id[one.cta.account_id]
        place = cta_place(cta.due_on, cta.priority, today, policy, task_due=False, **_of_account(account))
        found.append(Matter("cta", account, place, cta, cta.due_on))
    for part in ("at_risk", "no_ae"):
        for account in _of(db, policy, whose, part, today):
            place = Place(REST, days_left(account.decision_on, today), **_of_account(account))
            found.append(Matter(part, account, place))
    return in_order(found, lambda matter: matter.place)


def _renewals(
    db: Connection, policy: Policy, whose: books.Whose, part: str, today: date
) -> list[tuple[Renewing, Signing | None]]:
    rows = renewal_lists.with_reviews(db, policy, _of(db, policy, whose, part, today), today)
    signings = outcomes.signings(db, [row.account for row in rows])
    return [(row, signings.get(row.account.id)) for row in rows]


def _of_renewal(part: str, row: Renewing, today: date, policy: Policy, signing: Signing | None) -> Matter:
    return Matter(part, row.account, renewal_place(row, today, policy, signing.sign_by if signing else None))


def _of_account(account: Account) -> dict[str, Any]:
    return {"arr_cents": account.arr_cents, "name": account.name, "account_id": account.id}


def _line(db: Connection, policy: Policy, person: Person, today: date) -> TeamLine:
    whose = books.Whose("team", (person.id,))
    ebrs = ebr_lists.ebrs_page(db, policy, whose, today, limit=0)
    counts = {part: _count(db, policy, whose, part, today) for part in ("lapsed", "signing", "missing", "no_ae")}
    return TeamLine(
        person=person,
        accounts=books.count(db, whose),
        ctas=cta_lists.counts(db, policy, [person.id], today),
        ebrs_overdue=ebrs.totals["overdue"],
        at_risk=_at_risk(db, policy, whose, today),
        **counts,
    )


def _condition(policy: Policy, part: str, today: date) -> tuple[str, tuple[Any, ...]]:
    """The SQL condition on active accounts of a part of a row, and its values."""
    day = today.isoformat()
    match part:
        case "lapsed" | "signing":
            return outcomes.undecided(policy, today, part)
        case "missing":
            until = (today + timedelta(days=REVIEW_DAYS)).isoformat()
            lacking = (
                " AND NOT EXISTS (SELECT 1 FROM reviews WHERE reviews.account_id = accounts.id"
                " AND reviews.renewal_on = accounts.renewal_on AND reviews.state IN ('scheduled', 'held'))"
            )
            decided = days_before("accounts.renewal_on", "coalesce(accounts.notice_days, 0)")
            return f"{books.ACTIVE} AND accounts.renewal_on >= ? AND {decided} <= ?{lacking}", (day, until)
        case "at_risk":
            until = quarter_of(today, policy.fiscal_year_start_month).next.span.last.isoformat()
            bad = "(accounts.outlook IN ('at_risk', 'churn') OR accounts.health = 'red')"
            return f"{books.ACTIVE} AND accounts.renewal_on <= ? AND {bad}", (until,)
        case _:
            return f"{books.ACTIVE} AND accounts.ae_id IS NULL", ()


def _count(db: Connection, policy: Policy, whose: books.Whose, part: str, today: date) -> int:
    (where, extra), (of_whom, ids) = _condition(policy, part, today), whose.condition
    found: int = db.execute(f"SELECT count(*) FROM accounts WHERE {where} AND {of_whom}", (*extra, *ids)).fetchone()[0]
    return found


def _of(db: Connection, policy: Policy, whose: books.Whose, part: str, today: date) -> list[Account]:
    (where, extra), (of_whom, ids) = _condition(policy, part, today), whose.condition
    rows = db.execute(
        f"SELECT {accounts.COLUMNS} FROM accounts WHERE {where} AND {of_whom}"
        " ORDER BY arr_cents IS NULL, arr_cents DESC, renewal_on, name_key, id LIMIT ?",
        (*extra, *ids, MOST),
    )
    return [accounts.from_row(row) for row in rows]


def _at_risk(db: Connection, policy: Policy, whose: books.Whose, today: date) -> tuple[AtRisk, ...]:
    """The ARR at risk, by currency, with the number of accounts; those without an ARR count as accounts."""
    (where, extra), (of_whom, ids) = _condition(policy, "at_risk", today), whose.condition
    rows = db.execute(
        f"SELECT currency, count(*), sum(coalesce(arr_cents, 0)) FROM accounts WHERE {where} AND {of_whom}"
        " GROUP BY currency ORDER BY currency",
        (*extra, *ids),
    )
    return tuple(AtRisk(row[0], row[1], row[2]) for row in rows)


def week(db: Connection, policy: Policy, led: Sequence[int], today: date) -> TeamWeek:
    """A manager's week: these CSMs in counts, the accounts that are nobody's, and what changed in the forecast."""
    since, condition = forecast.last_monday(today, policy), books.Whose("team", tuple(led)).condition
    return TeamWeek(
        lines=team(db, policy, led, today),
        without_csm=without_csm(db) if led else 0,
        changes=tuple(forecast.changes(db, since, *condition)) if led else (),
        since=civil_day(since, policy.timezone),
        quarter=quarter_of(today, policy.fiscal_year_start_month).name,
    )
