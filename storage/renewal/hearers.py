"""Who is told of what somebody else decided about a renewal: the account's CSM; bad news is an alert too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.account.team import CSM, alert
from storage.base.telling import tell
from storage.renewal.record import AT_RISK

if TYPE_CHECKING:
    from storage.base.db import Unit
    from storage.base.deed import Deed

RENEWED, CHURNED, OUTLOOK = "renewal.renewed", "renewal.churned", "renewal.outlook"


def hear(unit: Unit, deed: Deed) -> None:
    """Tell the CSM; alert of an outlook at risk or churn, of a churn, and of a renewal with less."""
    if deed.noun != "account":
        return
    decided = deed.action in (RENEWED, CHURNED)
    outlook = "outlook" in deed.after and not decided
    if not (decided or outlook):
        return
    # What comes of a review, and its undo, have notes of their own.
    if decided or not deed.action.startswith(("review.", "renewal.undo")):
        csm_id = accounts.get(unit.db, deed.record_id).csm_id
        what = deed.action if decided else OUTLOOK
        tell(unit, deed.id, [csm_id], what, part=CSM, account_id=deed.record_id)
    if outlook and deed.after["outlook"] in AT_RISK and not deed.action.endswith(".undo"):
        alert(unit, deed, "outlook", deed.after["outlook"], unit.today)
    if deed.action == CHURNED:
        alert(unit, deed, "outcome", "churned", unit.today)
    before, after = deed.before.get("arr_cents"), deed.after.get("arr_cents")
    if deed.action == RENEWED and before is not None and after is not None and after < before:
        alert(unit, deed, "outcome", "renewed_with_less", unit.today)
