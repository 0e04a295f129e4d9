"""What plans add to an account's card and brief, while the area is on: its plan for the customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.base.switches import covered
from storage.plan import store
from storage.plan.record import standing
from storage.plan.settings import PlanArea

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.plan.record import PlanFacts, Standing


@dataclass(frozen=True, slots=True)
class PlanPart:
    """What is kept of the plan; nothing where the area is off, or not for this account."""

    facts: PlanFacts | None = None
    area: PlanArea | None = None
    start_month: int = 1

    def standing(self, today: date) -> Standing | None:
        """How it stands on a day."""
        return standing(self.facts, today, self.area, self.start_month) if self.facts and self.area else None


def read(db: Connection, policy: Policy, account: Account) -> PlanPart:
    """The account's plan for the customer."""
    if not covered(policy, store.AREA, account.segment):
        return PlanPart()
    facts = store.facts(db, policy, [account])[account.id]
    return PlanPart(facts, policy.settings(PlanArea), policy.fiscal_year_start_month)
