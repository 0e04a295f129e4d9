"""Who is told that somebody else logged an EBR: the account's CSM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.account.team import CSM
from storage.base.telling import tell

if TYPE_CHECKING:
    from storage.base.db import Unit
    from storage.base.deed import Deed

LOGGED = "ebr.log"


def hear(unit: Unit, deed: Deed) -> None:
    """Tell the CSM of an EBR that somebody else logged."""
    if deed.noun == "account" and deed.action == LOGGED:
        csm_id = accounts.get(unit.db, deed.record_id).csm_id
        tell(unit, deed.id, [csm_id], LOGGED, part=CSM, account_id=deed.record_id)
