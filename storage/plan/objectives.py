"""What happens to result objectives: made, changed, ended, and the CTAs that are put under one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from storage.account import store as accounts
from storage.base import people
from storage.base.dialect import put, update_row
from storage.base.errors import UserError
from storage.base.texts import text_of
from storage.cta.record import PRIORITIES
from storage.plan import store
from storage.plan.life import plan_for, refuse_gone, settle, updated, written, written_before
from storage.plan.record import ENDED_STATUSES, STATUSES, Objective

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.db import Unit

SAID, GROUPED = "plan.objective", "plan.ctas"
TEXTS = {"title": 255, "why": 3000, "criteria": 3000, "baseline": 3000, "customer_owner": 255, "came_of": 3000}
FIELDS = (*TEXTS, "owner_id", "due_on", "priority", "original", "status")


def add(unit: Unit, account: Account, kind: str, said: Mapping[str, Any]) -> Objective:
    """A new objective of the account's plan, which is made where there is none. Raises UserError for what is amiss."""
    wanted = _checked(unit, said)
    if not wanted.get("title"):
        raise UserError("What is the objective?", "For example: Releases twice a week", field="title")
    _check_end(wanted.get("status"), wanted.get("came_of"))
    there = store.of_account(unit.db, unit.policy, account.id, kind) is not None
    plan = plan_for(unit, account, kind)
    settle(unit, account)
    row = put(
        unit.db,
        "objectives",
        {
            "plan_id": plan.id,
            **{name: value for name, value in wanted.items() if value is not None},
            **_end(unit, wanted.get("status")),
            **written(unit),
        },
    )
    told = {name: value for name, value in wanted.items() if value}
    made = {} if there else {"made": True}
    after = {**told, "objective": row[0], **updated(unit, account, plan.id), **made}
    unit.audit(SAID, f"account:{account.id}", {}, after)
    return store.objective(unit.db, int(row[0]))


def edit(unit: Unit, before: Objective, said: Mapping[str, Any]) -> Objective:
    """Change an objective; what is not said stays. To end it, what came of it is needed (UserError)."""
    account = accounts.get(unit.db, before.account_id)
    refuse_gone(account)
    wanted = _checked(unit, said)
    if "title" in wanted and not wanted["title"]:
        raise UserError("What is the objective?", field="title")
    _check_end(wanted.get("status", before.status), wanted.get("came_of", before.came_of))
    was = _fields(before)
    changed = {name: value for name, value in wanted.items() if value != was[name]}
    if not changed:
        return before
    settle(unit, account)
    changed |= written(unit)
    was |= written_before(unit, "objectives", before.id)
    if "status" in changed and (changed["status"] in ENDED_STATUSES) != (before.status in ENDED_STATUSES):
        changed |= _end(unit, changed["status"])
        was["ended_on"] = before.ended_on.isoformat() if before.ended_on else None
    update_row(unit.db, "objectives", before.id, changed)
    after = {**changed, "objective": before.id, **updated(unit, account, before.plan_id)}
    unit.audit(SAID, f"account:{account.id}", {name: was[name] for name in changed}, after)
    return store.objective(unit.db, before.id)


def group(unit: Unit, objective: Objective, cta_ids: Collection[int], offered: Collection[int]) -> bool:
    """Put CTAs of its plan under an objective: of those `offered` these, and no others; whether any was moved."""
    account = accounts.get(unit.db, objective.account_id)
    known = places(unit.db, offered, of_plan=objective.plan_id)
    wanted = {cta_id: objective.id for cta_id in cta_ids if cta_id in known}
    left = [cta_id for cta_id, place in known.items() if place == objective.id and cta_id not in wanted]
    moved = {cta_id: known[cta_id] for cta_id in (*wanted, *left) if known[cta_id] != wanted.get(cta_id)}
    if not moved:
        return False
    settle(unit, account)
    place(unit, {cta_id: wanted.get(cta_id) for cta_id in moved})
    after = {str(cta_id): wanted.get(cta_id) for cta_id in moved}
    before = {str(cta_id): was for cta_id, was in moved.items()}
    unit.audit(
        GROUPED,
        f"account:{account.id}",
        {"ctas": before},
        {"ctas": after, "of": objective.id, **updated(unit, account, objective.plan_id)},
    )
    return True


def place(unit: Unit, places: Mapping[int, int | None]) -> None:
    """Put each CTA under an objective, or (None) under none."""
    for cta_id, objective_id in places.items():
        unit.db.execute("DELETE FROM objective_ctas WHERE cta_id = ?", (cta_id,))
        if objective_id is not None:
            unit.db.execute("INSERT INTO objective_ctas(cta_id, objective_id) VALUES (?, ?)", (cta_id, objective_id))


def places(db: Connection, cta_ids: Collection[int], *, of_plan: int | None = None) -> dict[int, int | None]:
    """Under which objective each of these CTAs stands, None under none; `of_plan`: of those that belong to it alone."""
    belongs = (
        " AND anchor IS NULL AND EXISTS (SELECT 1 FROM plans WHERE plans.id = ? AND plans.account_id = ctas.account_id"
        " AND kind = success_plan)"
    )
    rows = db.execute(
        "SELECT ctas.id, objective_id FROM ctas LEFT JOIN objective_ctas ON cta_id = ctas.id"
        f" WHERE ctas.id IN (SELECT value FROM json_each(?)){belongs if of_plan else ''}",
        (json.dumps(list(cta_ids)), *([of_plan] if of_plan else [])),
    )
    return {row[0]: row[1] for row in rows}


def _fields(one: Objective) -> dict[str, Any]:
    found = {name: getattr(one, name) for name in FIELDS}
    return {**found, "due_on": one.due_on.isoformat() if one.due_on else None, "original": int(one.original)}


def _checked(unit: Unit, said: Mapping[str, Any]) -> dict[str, Any]:
    wanted: dict[str, Any] = {name: said[name] for name in FIELDS if name in said}
    for name, limit in TEXTS.items():
        if name in wanted:
            wanted[name] = text_of(wanted[name], name, limit)
    if "due_on" in wanted:
        wanted["due_on"] = wanted["due_on"].isoformat() if wanted["due_on"] else None
    if "original" in wanted:
        wanted["original"] = int(bool(wanted["original"]))
    for name, known in (("priority", PRIORITIES), ("status", STATUSES)):
        if name in wanted and wanted[name] not in known:
            raise UserError(f"'{wanted[name]}' is none of those.", f"Pick one of {', '.join(known)}.", field=name)
    if wanted.get("owner_id") is not None:
        people.refuse_outsider(people.get(unit.db, wanted["owner_id"]), "own an objective", "owner_id")
    return wanted


def _check_end(status: str | None, came_of: str | None) -> None:
    if status in ENDED_STATUSES and not came_of:
        raise UserError("What came of it?", "A line is needed to end it.", field="came_of")


def _end(unit: Unit, status: str | None) -> dict[str, Any]:
    return {"ended_on": unit.today.isoformat() if status in ENDED_STATUSES else None}
