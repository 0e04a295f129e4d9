"""What is offered once an EBR was logged: to bring the success plan up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.switches import covered
from storage.plan import store
from storage.plan.record import ROI

if TYPE_CHECKING:
    from storage.account.record import Account
    from storage.base.db import Unit

Button = tuple[str, str, object]


def after_ebr(unit: Unit, account: Account) -> list[Button]:
    """[Update the plan]; nothing where the area is off for the account."""
    if not account.active or not covered(unit.policy, store.AREA, account.segment):
        return []
    return [("Update the plan", "plan.edit", f"{account.id}:{ROI}")]
