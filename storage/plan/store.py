"""How success plans are read: each with its objectives, CTAs, updates and qualification, and how it stands."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from storage.account import store as accounts
from storage.base.dialect import lowered
from storage.base.errors import NotFound
from storage.base.moments import civil_day, day, instant, maybe_day, maybe_instant
from storage.plan.record import (
    GREEN,
    RED,
    ROI,
    YELLOW,
    Objective,
    Plan,
    PlanFacts,
    Qualification,
    Share,
    Standing,
    Update,
    Work,
    standing,
)
from storage.plan.settings import PlanArea
from storage.success import store as lives

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from sqlite3 import Connection

    from storage.account.lists import Whose
    from storage.account.record import Account
    from storage.base.policy import Policy

AREA = "plans"
_PLAN = (
    "id, account_id, kind, state, strategy, highlights, link, shared_on, due_on, validated_on, submitted_on,"
    " submitted_at, submitted_by, made_on, csm_since_at"
)
_OBJECTIVE = (
    "objectives.id, plan_id, account_id, title, why, criteria, baseline, owner_id, customer_owner, objectives.due_on,"
    " priority, original, status, came_of, ended_on, external_id"
)
_WORK = (
    "ctas.id, account_id, success_plan, playbook, use_case, motion, status IN ('new', 'work_in_progress'), due_on,"
    " objective_id"
)
_AMONG = "IN (SELECT value FROM json_each(?))"


def get(db: Connection, policy: Policy, plan_id: int) -> Plan:
    """The plan of an id; raises NotFound."""
    row = db.execute(f"SELECT {_PLAN} FROM plans WHERE id = ?", (plan_id,)).fetchone()
    if row is None:
        raise NotFound("That success plan is not known here.", "It may have been taken back.")
    return _plan(row, policy)


def of_account(db: Connection, policy: Policy, account_id: int, kind: str = ROI) -> Plan | None:
    """An account's plan of a kind; None where there is none."""
    row = db.execute(f"SELECT {_PLAN} FROM plans WHERE account_id = ? AND kind = ?", (account_id, kind)).fetchone()
    return _plan(row, policy) if row else None


def objective(db: Connection, objective_id: int) -> Objective:
    """The result objective of an id; raises NotFound."""
    row = db.execute(
        f"SELECT {_OBJECTIVE} FROM objectives JOIN plans ON plans.id = plan_id WHERE objectives.id = ?", (objective_id,)
    ).fetchone()
    if row is None:
        raise NotFound("That objective is not known here.", "It may have been taken back.")
    return _objective(row)


def standing_of(db: Connection, policy: Policy, account: Account, today: date, kind: str = ROI) -> Standing:
    """How one account's plan of a kind stands on a day."""
    return standings(db, policy, [account], today, kind)[account.id]


def standings(
    db: Connection, policy: Policy, some: Sequence[Account], today: date, kind: str = ROI
) -> dict[int, Standing]:
    """How the plans of these accounts stand on a day, by account."""
    area, month = policy.settings(PlanArea), policy.fiscal_year_start_month
    return {i: standing(one, today, area, month) for i, one in facts(db, policy, some, kind).items()}


def facts(db: Connection, policy: Policy, some: Sequence[Account], kind: str = ROI) -> dict[int, PlanFacts]:
    """All that is kept of the plans of these accounts, by account."""
    ids = json.dumps([account.id for account in some])
    rows = db.execute(f"SELECT {_PLAN} FROM plans WHERE kind = ? AND account_id {_AMONG}", (kind, ids))
    plans = {one.account_id: one for one in (_plan(row, policy) for row in rows)}
    plan_ids = json.dumps([plan.id for plan in plans.values()])
    goals = _by_plan(
        [
            _objective(row)
            for row in db.execute(
                f"SELECT {_OBJECTIVE} FROM objectives JOIN plans ON plans.id = plan_id WHERE plan_id {_AMONG}"
                " ORDER BY status IN ('achieved', 'dropped'), objectives.due_on IS NULL, objectives.due_on,"
                " objectives.id",
                (plan_ids,),
            )
        ]
    )
    work: dict[int, list[Work]] = {}
    for row in db.execute(
        f"SELECT {_WORK} FROM ctas LEFT JOIN objective_ctas ON cta_id = ctas.id WHERE anchor IS NULL"
        f" AND status <> 'withdrawn' AND success_plan = ? AND account_id {_AMONG} ORDER BY 7 DESC, ctas.id DESC",
        (kind, json.dumps(list(plans))),
    ):
        number, account_id, kind_, title, use_case, motion, is_open, due_on, objective_id = row
        found_ = Work(
            number, account_id, kind_, title, use_case, motion, bool(is_open), maybe_day(due_on), objective_id
        )
        work.setdefault(account_id, []).append(found_)
    updates: dict[int, list[Update]] = {}
    for row in db.execute(
        f"SELECT plan_id, given_on, by_id FROM plan_updates WHERE plan_id {_AMONG} ORDER BY id", (plan_ids,)
    ):
        updates.setdefault(row[0], []).append(Update(day(row[1]), row[2]))
    qualified = {
        row[1]: Qualification(row[0], row[1], row[2], day(row[3]), row[4], maybe_day(row[5]), row[6])
        for row in db.execute(
            "SELECT id, plan_id, csm_id, qualified_on, by_id, lapsed_on, lapse FROM plan_qualifications"
            f" WHERE plan_id {_AMONG} ORDER BY id",
            (plan_ids,),
        )
    }
    found = {}
    for account in some:
        known = plans.get(account.id)
        number = known.id if known else 0
        found[account.id] = PlanFacts(
            account,
            known,
            tuple(goals.get(number, ())),
            tuple(work.get(account.id, ())),
            tuple(updates.get(number, ())),
            qualified.get(number),
        )
    return found


def held_to_plans(db: Connection, policy: Policy, whose: Whose) -> list[Account]:
    """The managed accounts of a scope whose segment is held to qualified plans, by name; none expected to churn."""
    where, values = lives.managed(policy.settings(PlanArea))
    of_whom, ids = whose.condition
    rows = db.execute(
        f"SELECT {accounts.COLUMNS} FROM accounts WHERE {where} AND {of_whom} AND accounts.will_churn_on IS NULL"
        " ORDER BY accounts.name_key, accounts.id",
        (*values, *ids),
    )
    found = [accounts.from_row(row) for row in rows]
    return [account for account in found if policy.target(account.segment, "qualified_plans")]


def to_look_at(db: Connection, policy: Policy, whose: Whose, today: date) -> list[Standing]:
    """The accounts of a scope whose plan needs something on a day, by name."""
    found = standings(db, policy, held_to_plans(db, policy, whose), today)
    return [one for one in found.values() if one.needs]


def waiting(db: Connection, policy: Policy, whose: Whose, today: date) -> list[Standing]:
    """The plans of a scope that are submitted, and wait for the manager, the longest first."""
    where, values = lives.managed(policy.settings(PlanArea))
    of_whom, ids = whose.condition
    rows = db.execute(
        f"SELECT {accounts.COLUMNS} FROM accounts WHERE {where} AND {of_whom} AND EXISTS (SELECT 1 FROM plans"
        " WHERE plans.account_id = accounts.id AND kind = 'roi' AND submitted_on IS NOT NULL)",
        (*values, *ids),
    )
    found = standings(db, policy, [accounts.from_row(row) for row in rows], today)
    return sorted(found.values(), key=lambda one: (_waits_since(one), one.account.name.casefold()))


def _waits_since(one: Standing) -> date:
    return one.plan.submitted_on if one.plan and one.plan.submitted_on else date.max


def share(
    db: Connection, policy: Policy, on: date, today: date, condition: str, values: Sequence[Any]
) -> tuple[float | None, int]:
    """The share of qualified plans at the end of a day among some accounts, and of how many."""
    was_qualified = "AND EXISTS (SELECT 1 FROM plan_qualifications WHERE plan_id = plans.id)"
    of_all = _shares(db, policy, on, today, condition, values, was_qualified)[0]
    return of_all.share, of_all.n


def shares(db: Connection, policy: Policy, on: date, today: date) -> list[Share]:
    """The share of qualified plans at a day's end, for all segments together and by segment; a day to come is today.

    Of accounts as they are managed today: those qualified then, and those that had started `grace_days` before.
    """
    return _shares(db, policy, on, today, "1 = 1", (), "")


def _shares(
    db: Connection, policy: Policy, on: date, today: date, condition: str, values: Sequence[Any], which: str
) -> list[Share]:
    area, on = policy.settings(PlanArea), min(on, today)
    managed, of_area = lives.managed(area)
    where, asked = f"{managed} AND {condition}", (*of_area, *values)
    begun = "coalesce(accounts.started_on, accounts.customer_since) <= ?"
    day_ = (on - timedelta(days=area.grace_days)).isoformat()
    planned = f"EXISTS (SELECT 1 FROM plans WHERE plans.account_id = accounts.id AND kind = 'roi' {which})"
    tallied: dict[str | None, list[int]] = {None: [0] * 6}
    for segment, many, old in db.execute(
        f"SELECT lower(coalesce(segment, '')), count(*), count(*) FILTER (WHERE {begun}) FROM accounts"
        f" WHERE {where} AND NOT {planned} GROUP BY 1",
        (day_, *asked),
    ):
        _add(tallied, segment, (0, old, 0, 0, 0, many))
    rows = db.execute(
        f"SELECT {accounts.COLUMNS}, {begun} AS begun FROM accounts WHERE {where} AND {planned}", (day_, *asked)
    ).fetchall()
    old_ones = {row[0] for row in rows if row["begun"]}
    now = standings(db, policy, [accounts.from_row(row) for row in rows], today)
    earlier = _qualified_then(db, on) if on < today else set()
    for account_id, one in now.items():
        found = one.qualification
        holds = found is not None and found.lapsed_on is None and found.qualified_on <= on
        qualified = (holds and (one.lapse is None or one.lapse.on > on)) or (
            one.plan is not None and one.plan.id in earlier
        )
        colours = [one.colour == colour for colour in (GREEN, YELLOW, RED)]
        _add(
            tallied,
            lowered(one.account.segment or ""),
            (qualified, qualified or account_id in old_ones, 1, *colours),
        )
    ordered = sorted(tallied.items(), key=lambda one: (one[0] is not None, one[0] or ""))
    return [_share(policy, segment, row) for segment, row in ordered]


def _add(tallied: dict[str | None, list[int]], segment: str, numbers: Sequence[int]) -> None:
    for name in (None, segment):
        row = tallied.setdefault(name, [0] * 6)
        tallied[name] = [before + int(more) for before, more in zip(row, numbers, strict=True)]


def _share(policy: Policy, segment: str | None, row: Sequence[int]) -> Share:
    qualified, n, *rest = row
    target = None if segment is None else policy.target(segment, "qualified_plans")
    return Share(segment, qualified, n, qualified / n if n else None, target, *rest)


def _qualified_then(db: Connection, on: date) -> set[int]:
    """The plans of which a qualification that is known to be over held on a day."""
    rows = db.execute(
        "SELECT plan_id FROM plan_qualifications WHERE qualified_on <= ? AND lapsed_on > ?",
        (on.isoformat(), on.isoformat()),
    )
    return {row[0] for row in rows}


def _by_plan(some: Iterable[Objective]) -> dict[int, list[Objective]]:
    found: dict[int, list[Objective]] = {}
    for one in some:
        found.setdefault(one.plan_id, []).append(one)
    return found


def _plan(row: Sequence[Any], policy: Policy) -> Plan:
    return Plan(
        id=row[0],
        account_id=row[1],
        kind=row[2],
        state=row[3],
        strategy=row[4],
        highlights=row[5],
        link=row[6],
        shared_on=maybe_day(row[7]),
        due_on=day(row[8]),
        validated_on=maybe_day(row[9]),
        submitted_on=maybe_day(row[10]),
        submitted_at=maybe_instant(row[11]),
        submitted_by=row[12],
        made_on=day(row[13]),
        csm_since=civil_day(instant(row[14]), policy.timezone) if row[14] else None,
    )


def _objective(row: Sequence[Any]) -> Objective:
    number, plan_id, account_id, title, why, criteria, baseline, owner_id, customer_owner, due_on, *rest = row
    priority, original, status, came_of, ended_on, external_id = rest
    about = (title, why, criteria, baseline, owner_id, customer_owner)
    days = (maybe_day(due_on), priority, bool(original))
    return Objective(number, plan_id, account_id, *about, *days, status, came_of, maybe_day(ended_on), external_id)
