"""Cards of an account's CTAs follow when what they show of the account changes: its name, team or CRM link.

Called where somebody changed an account (`storage/account/store.py`, `followed`), inside its unit of work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.cta import store as ctas
from storage.cta.cards import card_changed

if TYPE_CHECKING:
    from storage.account.record import Account
    from storage.base.db import Unit

_SHOWN = ("name", "csm_id", "ae_id", "crm_url")


def account_changed(unit: Unit, before: Account, after: Account) -> None:
    """Edit the cards that stand; none is posted anew, or a new channel would be flooded with old CTAs."""
    if all(getattr(before, field) == getattr(after, field) for field in _SHOWN):
        return
    rows = unit.db.execute(
        "UPDATE ctas SET version = version + 1 WHERE account_id = ? AND status IN ('new', 'work_in_progress')"
        " AND EXISTS (SELECT 1 FROM outbox WHERE dedupe_key = 'card:' || ctas.id) RETURNING id",
        (after.id,),
    ).fetchall()
    for row in rows:
        card_changed(unit, ctas.get(unit.db, row[0]))
