"""Who is told that an account has its EBR oftener, or less often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.account.team import managers_of, parts_of, team_of
from storage.base import notices

if TYPE_CHECKING:
    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.base.person import Person

CADENCE = "ebr_cadence"


def cadence_changed(unit: Unit, account: Account, months: int, agreed_by: str) -> list[Person]:
    """Tell the AE and the CSM's manager how often an account has its EBR now; who is told."""
    whom = [*team_of(unit.db, account, ("csm_id", "ae_id")), *managers_of(unit.db, unit.policy, account)]
    subject = f"{account.id}:{months}:{unit.at}"
    parts = parts_of(unit.db, unit.policy, account, whom)
    facts: dict[str, Any] = {"months": months, "agreed_by": agreed_by}
    return notices.tell(unit, whom, CADENCE, subject, account_id=account.id, parts=parts, **facts)
