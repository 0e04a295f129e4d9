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


def alerted(db: Connection, policy: Policy, account: Account) -> list[Person]:
    """Who hears of bad news about an account: the manager of its CSM, and its AE."""
    return [*managers_of(db, policy, account), *team_of(db, account, ("ae_id",))]


def alert(unit: Unit, deed: Deed, matter: str, state: str, on: date) -> None:
    """Alert whom it concerns that the deed's account is in this state since this day."""
    account = accounts.get(unit.db, deed.record_id)
    telling.alert(unit, deed, alerted(unit.db, unit.policy, account), account.id, matter, state, on)
