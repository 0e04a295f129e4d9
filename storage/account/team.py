"""Who of an account's team is told of something, and of bad news: its CSM's manager and its AE.

When that goes out, and how often, is `storage/base/telling.py`; at what, each noun's `hearers.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.base import people, telling

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.base.deed import Deed
    from storage.base.person import Person
    from storage.base.policy import Policy


def team_of(db: Connection, account: Account, parts: Iterable[str]) -> list[Person]:
    """The people in these parts (`csm_id`, `ae_id` …) of an account team, in this order, without those gone."""
    ids = [getattr(account, part) for part in parts]
    known = people.many(db, ids)
    return [known[i] for i in ids if i in known and not known[i].deactivated]


def managers_of(db: Connection, policy: Policy, account: Account) -> list[Person]:
    """The manager of the account's CSM, if there are both."""
    csm = people.many(db, [account.csm_id]).get(account.csm_id or 0)
    manager = people.manager_of(db, policy, csm) if csm else None
    return [manager] if manager else []


CSM, AE, SA, MANAGER = "csm", "ae", "sa", "manager"
_FIELDS = {CSM: "csm_id", AE: "ae_id", SA: "sa_id"}


def holder(db: Connection, policy: Policy, account: Account, part: str) -> Person | None:
    """Who has a part in an account: on its team, or as the manager of its CSM."""
    if part == MANAGER:
        return next(iter(managers_of(db, policy, account)), None)
    person_id = getattr(account, _FIELDS[part])
    return people.many(db, [person_id]).get(person_id)


def parts_of(db: Connection, policy: Policy, account: Account, whom: Iterable[Person]) -> dict[int, list[str]]:
    """For which parts in an account each of these people is told of it."""
    holders = {part: getattr(account, field) for part, field in _FIELDS.items()}
    holders[MANAGER] = next((one.id for one in managers_of(db, policy, account)), None)
    return {one.id: [part for part, person_id in holders.items() if person_id == one.id] for one in whom}


def alerted(db: Connection, policy: Policy, account: Account) -> list[Person]:
    """Who hears of bad news about an account: the manager of its CSM, and its AE."""
    return [*managers_of(db, policy, account), *team_of(db, account, ("ae_id",))]


def alert(unit: Unit, deed: Deed, matter: str, state: str, on: date) -> None:
    """Alert whom it concerns that the deed's account is in this state since this day."""
    account = accounts.get(unit.db, deed.record_id)
    whom = alerted(unit.db, unit.policy, account)
    parts = parts_of(unit.db, unit.policy, account, whom)
    telling.alert(unit, deed, whom, account.id, matter, state, on, parts=parts)
