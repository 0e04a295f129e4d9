"""Who is told of what somebody else did to an account: its CSM, and whoever is newly on its team."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.account import store as accounts
from storage.account.team import CSM, alert
from storage.base import people
from storage.base.telling import tell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.base.db import Unit
    from storage.base.deed import Deed

PARTS = ("csm", "ae", "sa", "pse")
TEAM, REDATED, HEALTH = "account.team", "account.redated", "account.health"
_SAID_BY_OTHERS = ("review.", "renewal.")
"""These actions have notes and words of their own for the CSM."""


def hear(unit: Unit, deed: Deed) -> None:
    """Tell those newly on the account, and its CSM of a new renewal date or health; red is an alert."""
    if deed.noun != "account":
        return
    for person_id in _newly_on(unit, deed):
        tell(unit, deed.id, [person_id], TEAM, account_id=deed.record_id)
    # Who adds an account fills it in; from then on its facts are the CSM's.
    if deed.action != "account.add" and not deed.action.startswith(_SAID_BY_OTHERS):
        for field, what in (("renewal_on", REDATED), ("health", HEALTH)):
            if field in deed.after:
                csm_id = accounts.get(unit.db, deed.record_id).csm_id
                tell(unit, deed.id, [csm_id], what, part=CSM, account_id=deed.record_id)
    if deed.after.get("health") == "red" and deed.before.get("health") != "red":
        alert(unit, deed, "health", "red", unit.today)


def _newly_on(unit: Unit, deed: Deed) -> list[int]:
    """Whom this put on the account's team, who had no part in it before."""
    changed = {part: _person(unit, deed.after, part) for part in PARTS if _names(deed.after, part)}
    put_on = [person_id for person_id in dict.fromkeys(changed.values()) if person_id is not None]
    if not put_on:
        return []
    account = accounts.get(unit.db, deed.record_id)
    before = {_person(unit, deed.before, part) if part in changed else getattr(account, f"{part}_id") for part in PARTS}
    return [person_id for person_id in put_on if person_id not in before]


def _names(fields: Mapping[str, Any], part: str) -> bool:
    return f"{part}_id" in fields or part in fields


def _person(unit: Unit, fields: Mapping[str, Any], part: str) -> int | None:
    """The person whom a deed names in a part: by id, or by address where it was a file's word."""
    person_id, address = fields.get(f"{part}_id"), fields.get(part)
    if person_id is None and address:
        named = people.named(unit.db, str(address))
        return named.id if named else None
    return int(person_id) if person_id is not None else None
