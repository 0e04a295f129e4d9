"""What reminders of escalations hang on beside the account. Read in bulk by the walk (reminders/engine/walk.py)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from storage.base import people
from storage.base.planning import AMONG
from storage.escalation import store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection

    from storage.base.policy import Policy
    from storage.base.recipients import Directory
    from storage.base.reminder import Recipient
    from storage.escalation.record import Escalation


class EscalationFacts(NamedTuple):
    """An open escalation with whose it is, and who hears that no update came."""

    escalation: Escalation
    owner: Recipient
    manager: Recipient


def of_accounts(
    db: Connection, directory: Directory, policy: Policy, account_ids: Sequence[int]
) -> dict[int, list[EscalationFacts]]:
    """The open escalations of these accounts, by account."""
    found = store.open_ones(db, account_ids)
    if not found:
        return {}
    rows = db.execute(
        f"SELECT id, csm_id, pse_id FROM accounts WHERE id {AMONG}", (json.dumps([one.account_id for one in found]),)
    )
    team = {row[0]: (row[1], row[2]) for row in rows}
    facts: dict[int, list[EscalationFacts]] = {}
    for one in found:
        csm_id, pse_id = team[one.account_id]
        manager = _manager(db, policy, csm_id)
        owner_id = (pse_id if one.project else None) or csm_id or manager
        facts.setdefault(one.account_id, []).append(
            EscalationFacts(one, directory.csm(owner_id), directory.csm(manager))
        )
    return facts


def _manager(db: Connection, policy: Policy, csm_id: int | None) -> int | None:
    """The CSM's manager; None: operations."""
    csm = people.many(db, [csm_id]).get(csm_id or 0)
    manager = people.manager_of(db, policy, csm) if csm else None
    return manager.id if manager else None
