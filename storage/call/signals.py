"""A call that is late, as what does not go well with a green health (storage/health/store.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.base.signals import Signal
from storage.base.switches import covered
from storage.call import store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.base.policy import Policy

AREA = "calls"


def signals(db: Connection, policy: Policy, account_ids: Sequence[int], today: date) -> dict[int, list[Signal]]:
    """Late calls, by account, with the days since the last one."""
    some = [one for one in accounts.many(db, account_ids) if one.active and covered(policy, AREA, one.segment)]
    return {
        one.account.id: [Signal("call_late", str(one.days)) if one.last_on else Signal("no_call")]
        for one in store.late_among(db, policy, some, today)
    }
