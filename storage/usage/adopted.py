"""Since when accounts are adopted, handed in: agreed with the customer, or by licences and what they bought for.

By the rules under which first days were kept last: the planner keeps them anew where the policy changes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from storage.base.policy import Policy, policy_from
from storage.success.store import BETWEEN
from storage.usage import first_days, store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from sqlite3 import Connection


def rules(db: Connection) -> Policy | None:
    """The policy as far as usage hangs on it, as it was when first days were kept; None where none ever were."""
    kept = first_days.kept_rules(db)
    if kept is None:
        return None
    area, use_cases = json.loads(kept)
    return policy_from({"usage": area, "use_cases": use_cases})


def adopted(db: Connection, ids: Sequence[int]) -> dict[int, tuple[date, str]]:
    """Since when, and how that is known, of those that are."""
    if (policy := rules(db)) is None:
        if not db.execute("SELECT 1 FROM usage_agreed LIMIT 1").fetchone():
            return {}
        policy = Policy()
    return store.adopted_since(db, policy, intents(db, ids))


def intents(db: Connection, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """What these accounts bought for."""
    rows = db.execute(
        "SELECT id, purchase_intent FROM accounts WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {row[0]: tuple(row[1].split(BETWEEN)) if row[1] else () for row in rows}
