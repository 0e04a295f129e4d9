"""What is offered once a renewal review was held: the checklists that its renewal has not had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.sales.words import LABELS
from storage.base.switches import covered
from storage.sales import checklists
from storage.sales.record import AREA

if TYPE_CHECKING:
    from storage.account.record import Account
    from storage.base.db import Unit

Button = tuple[str, str, object]


def after_review(unit: Unit, account: Account) -> list[Button]:
    """A button for each; none where the area is off for the account."""
    if not account.active or account.renewal_on is None or not covered(unit.policy, AREA, account.segment):
        return []
    return [(LABELS[word], f"sales.{word}", account.id) for word in checklists.not_begun(unit.db, unit.policy, account)]
