"""A negative answer of the last 90 days, as what does not go well with a green health (storage/health/store.py)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.base.signals import Signal
from storage.base.switches import covered
from storage.survey import store
from storage.survey.record import SIGNAL_DAYS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.base.policy import Policy

AREA = store.AREA


def signals(db: Connection, policy: Policy, account_ids: Sequence[int], today: date) -> dict[int, list[Signal]]:
    """The worst of each kind, by account; what a contact has said better since is none."""
    some = [one.id for one in accounts.many(db, account_ids) if one.active and covered(policy, AREA, one.segment)]
    found: dict[int, list[Signal]] = {}
    for account_id, answers in store.that_count(db, some, today - timedelta(days=SIGNAL_DAYS)).items():
        worst: dict[str, int] = {}
        for one in answers:
            if one.is_negative and one.answered_on <= today:
                worst[one.kind] = min(one.score, worst.get(one.kind, one.score))
        if worst:
            found[account_id] = [Signal(kind, str(score)) for kind, score in sorted(worst.items())]
    return found
