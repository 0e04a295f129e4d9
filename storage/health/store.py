"""All SQL of health beside its history: whose is asked for, and what speaks against it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.base.nouns import handed_in
from storage.base.switches import area_on
from storage.health.record import AskedHealth, is_asked
from storage.health.settings import HealthArea
from storage.success.store import managed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.account.lists import Whose
    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.base.signals import Signal


def managed_accounts(db: Connection, policy: Policy, whose: Whose) -> list[Account]:
    """The managed accounts of the area, by name; those that are expected to churn are in no round."""
    where, values = managed(policy.settings(HealthArea))
    of_whom, ids = whose.condition
    rows = db.execute(
        f"SELECT {accounts.COLUMNS} FROM accounts WHERE {where} AND {of_whom} AND accounts.will_churn_on IS NULL"
        " ORDER BY accounts.name_key, accounts.id",
        (*values, *ids),
    )
    return [accounts.from_row(row) for row in rows]


def asked_for(db: Connection, policy: Policy, whose: Whose, day: date) -> list[AskedHealth]:
    """The accounts whose health the round of a day's month asks for on that day, by name."""
    found = [
        account
        for account in managed_accounts(db, policy, whose)
        if is_asked(account.health, account.health_on, day, policy.target_days(account.segment, "update_months"))
    ]
    left_out = _looked_after(db, policy, [account.id for account in found])
    asked = [account for account in found if account.id not in left_out]
    told = signals(db, policy, [account.id for account in asked], day)
    return [AskedHealth(account, told.get(account.id, ())) for account in asked]


def signals(db: Connection, policy: Policy, account_ids: Sequence[int], today: date) -> dict[int, tuple[Signal, ...]]:
    """What does not go well with green, by account: what nouns hand in (`signals.py`), of areas that are on.

    Of one that is gone, or is expected to be, nothing is: everybody knows already.
    """
    found: dict[int, tuple[Signal, ...]] = {}
    account_ids = _not_given_up(db, account_ids)
    for noun in handed_in("storage", "signals"):
        if hasattr(noun, "signals") and (noun.AREA is None or area_on(policy, noun.AREA)):
            of_noun: Mapping[int, Sequence[Signal]] = noun.signals(db, policy, account_ids, today)
            for account_id, some in of_noun.items():
                found[account_id] = (*found.get(account_id, ()), *some)
    return found


def _not_given_up(db: Connection, account_ids: Sequence[int]) -> list[int]:
    rows = db.execute(
        "SELECT id FROM accounts WHERE id IN (SELECT value FROM json_each(?)) AND will_churn_on IS NULL"
        " AND archived_at IS NULL AND churned_on IS NULL ORDER BY id",
        (json.dumps(list(account_ids)),),
    )
    return [row[0] for row in rows]


def _looked_after(db: Connection, policy: Policy, account_ids: Sequence[int]) -> set[int]:
    """Those of the accounts whose health is looked after already: nobody asks for it beside."""
    found: set[int] = set()
    for noun in handed_in("storage", "signals"):
        if hasattr(noun, "looked_after") and (noun.AREA is None or area_on(policy, noun.AREA)):
            found |= noun.looked_after(db, account_ids)
    return found
