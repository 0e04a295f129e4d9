"""What is behind the reminders of plans: the quarter's round, and the plans that wait for a manager."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.account.lists import Whose, whose_csm
from storage.base import people
from storage.base.switches import area_on
from storage.plan import facts, store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.base.day import Behind
    from storage.base.outbox_row import OutboxRow
    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.plan.record import Standing


@dataclass(frozen=True, slots=True)
class PlanRound:
    """The plans of a scope (`csm-12`) that need something, by account."""

    scope: str
    found: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Submitted:
    """A plan that was submitted, and the CSM of its account; by now it may have been answered."""

    standing: Standing
    csm: Person | None


def round_of(behind: Behind, row: OutboxRow) -> PlanRound:
    """What is behind a CSM's round, whoever gets it instead."""
    whose = whose_csm(row.owner_id or 0)
    return PlanRound(whose.scope, tuple(store.to_look_at(behind.db, behind.policy, whose, behind.today)))


def news(behind: Behind, row: OutboxRow) -> tuple[Submitted, ...]:
    """The plans of a morning: what is new first, then all else that waits for the same manager."""
    db, policy = behind.db, behind.policy
    told = _accounts_of(db, facts.of_news(db, row.id))
    known = accounts.many(db, told)
    found = list(store.standings(db, policy, known, behind.today).values())
    if told:
        owner_id = row.owner_id
        others = [one for one in store.waiting(db, policy, Whose("all"), behind.today) if one.account.id not in told]
        whom = facts.manager_ids(db, policy, [one.account.csm_id for one in others])
        found += [one for one in others if whom.get(one.account.csm_id) == owner_id]
    csms = people.many(db, [one.account.csm_id for one in found])
    return tuple(Submitted(one, csms.get(one.account.csm_id or 0)) for one in found)


def to_answer(db: Connection, policy: Policy, person_ids: Sequence[int], today: date) -> list[Submitted]:
    """The plans that wait for these managers: they stand on Home until they are answered."""
    if not area_on(policy, "plans"):
        return []
    found = store.waiting(db, policy, Whose("all"), today)
    whom = facts.manager_ids(db, policy, [one.account.csm_id for one in found])
    csms = people.many(db, [one.account.csm_id for one in found])
    return [
        Submitted(one, csms.get(one.account.csm_id or 0)) for one in found if whom.get(one.account.csm_id) in person_ids
    ]


def _accounts_of(db: Connection, plan_ids: list[int]) -> list[int]:
    rows = db.execute(
        "SELECT account_id FROM plans WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id", (json.dumps(plan_ids),)
    )
    return [row[0] for row in rows]
