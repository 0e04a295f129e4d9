"""Success plans and their result objectives as plain records."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.base.exports import Export, Made, Record, address_of
from storage.plan import store
from storage.plan.record import KINDS
from storage.success.store import BETWEEN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection, Row

    from storage.base.policy import Policy
    from storage.plan.record import Plan, Standing

_PLAN = (
    "account", "crm_id", "kind", "state", "colour", "strategy", "highlights", "link", "shared_on", "due_on", "made_on",
    "validated_on", "updates", "submitted_on", "submitted_by", "csm_since", "qualified", "qualified_on", "qualified_by",
    "qualified_csm", "lapsed_on", "lapse",
)  # fmt: skip
_OBJECTIVES = f"""
SELECT accounts.name AS account, crm_id, kind, objectives.id AS id, title, why, criteria, baseline,
    {address_of("owner")} AS owner, customer_owner, objectives.due_on AS due_on, priority, original, status, came_of,
    ended_on, external_id, (SELECT count(*) FROM objective_ctas WHERE objective_id = objectives.id) AS ctas
FROM objectives
JOIN plans ON plans.id = plan_id
JOIN accounts ON accounts.id = plans.account_id
LEFT JOIN people AS owner ON owner.id = owner_id
ORDER BY objectives.id
"""
_AT_ONCE = 1000


def _plans(db: Connection, policy: Policy, today: date) -> Iterator[Record]:
    """Each plan as it stands today; who confirmed is said by the day and address of each update."""
    people = {row[0]: row[1] for row in db.execute(f"SELECT id, {address_of('people')} FROM people")}
    ids = [row[0] for row in db.execute("SELECT DISTINCT account_id FROM plans ORDER BY account_id")]
    for first in range(0, len(ids), _AT_ONCE):
        some = accounts.many(db, ids[first : first + _AT_ONCE])
        by_kind = {kind: store.standings(db, policy, some, today, kind) for kind in KINDS}
        for account in some:
            for kind in KINDS:
                found = by_kind[kind][account.id]
                if found.plan:
                    yield _record(found, found.plan, people)


def _record(one: Standing, plan: Plan, people: dict[int, str]) -> Record:
    found = one.qualification
    values = (
        one.account.name,
        one.account.crm_id,
        plan.kind,
        plan.state,
        one.colour,
        plan.strategy,
        plan.highlights,
        plan.link,
        plan.shared_on,
        plan.due_on,
        plan.made_on,
        plan.validated_on,
        BETWEEN.join(f"{update.on} {people.get(update.by_id or 0, '')}".strip() for update in one.updates),
        plan.submitted_on,
        people.get(plan.submitted_by or 0),
        plan.csm_since,
        one.qualified,
        found.qualified_on if found else None,
        people.get(found.by_id or 0) if found else None,
        people.get(found.csm_id or 0) if found else None,
        one.lapse.on if one.lapse else None,
        one.lapse.why if one.lapse else None,
    )
    return {
        name: value.isoformat() if isinstance(value, date) else value for name, value in zip(_PLAN, values, strict=True)
    }


def _objective(row: Row, policy: Policy) -> Record:  # noqa: ARG001 - one shape for all
    return {**dict(row), "original": bool(row["original"])}


EXPORTS = {"plans": Made(_PLAN, _plans), "objectives": Export(_OBJECTIVES, _objective)}
