"""Who is told of what somebody else did to a CTA: its owner, and whoever got it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.telling import tell
from storage.cta import store as ctas

if TYPE_CHECKING:
    from storage.base.db import Unit
    from storage.base.deed import Deed

OF_THE_OWNER = frozenset({"cta.open", "cta.close", "cta.reopen", "cta.withdraw", "cta.snooze"})
GIVEN = "cta.given"
OWNER = "owner"
"""The part in a CTA for which somebody is told of it."""


def hear(unit: Unit, deed: Deed) -> None:
    """Tell the owner what became of their CTA, a new owner that it is theirs now."""
    if deed.noun != "cta" or deed.after.get("by_itself"):
        return  # what followed by itself is told with what it followed from
    owner_id = deed.after.get("owner_id")
    if deed.action == "cta.open" and owner_id == unit.actor_id:
        return  # of their own, as most are: nothing is read for it
    given = deed.action != "cta.open" and owner_id
    if not given and deed.action not in OF_THE_OWNER:
        return
    if deed.action == "cta.snooze" and ctas.get(unit.db, deed.record_id).snoozed_until is None:
        return  # woken: nothing is hidden from anybody
    owner_id, account_id = ctas.whose(unit.db, deed.record_id)
    what = GIVEN if given else deed.action
    part = None if given else OWNER  # given on, who got it hears of that
    tell(unit, deed.id, [owner_id], what, part=part, account_id=account_id, cta_id=deed.record_id)
