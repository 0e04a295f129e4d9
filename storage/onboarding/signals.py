"""A milestone that is two weeks late, as what does not go well with a green health (storage/health/store.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.base.plurals import counted
from storage.base.signals import Signal
from storage.base.switches import covered
from storage.onboarding import store
from storage.onboarding.record import LABELS
from storage.onboarding.settings import Onboarding
from storage.success import store as lives
from storage.success.record import ONBOARDING, stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.base.policy import Policy
    from storage.onboarding.record import Standing
    from storage.success.record import Life

AREA = store.AREA
LATE_DAYS = 14
"""A milestone that is late by so many days is a signal, whatever day is expected by now."""


def signals(db: Connection, policy: Policy, account_ids: Sequence[int], today: date) -> dict[int, list[Signal]]:
    """By account; of those in onboarding, or that started no longer ago than it may last: of old ones nobody knows."""
    some = [one for one in accounts.many(db, account_ids) if one.active and covered(policy, AREA, one.segment)]
    known, window = lives.lives(db, [one.id for one in some], today), policy.settings(Onboarding).window_days
    some = [one for one in some if _is_new(known[one.id], today, window)]
    found = {i: list(_of(standing, today)) for i, standing in store.of_accounts(db, policy, some, today).items()}
    return {account_id: late for account_id, late in found.items() if late}


def _is_new(life: Life, today: date, window: int) -> bool:
    recent = life.started_on is not None and (today - life.started_on).days <= window
    return recent or stage(life, today, window) == ONBOARDING


def _of(standing: Mapping[str, Standing], today: date) -> Iterator[Signal]:
    for name, one in standing.items():
        if one.late(today) and one.target_on is not None and (days := (today - one.target_on).days) >= LATE_DAYS:
            yield Signal("milestone_late", f"{LABELS[name].lower()} {counted(days, 'day')} late")
