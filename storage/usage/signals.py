"""Licences or use cases that are red, or worse than the usage day before: what does not go well with green health."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.base.signals import Signal
from storage.base.switches import covered
from storage.usage import store
from storage.usage.record import RED, is_worse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.base.policy import Policy
    from storage.usage.record import Figure

AREA = "usage"


def signals(db: Connection, policy: Policy, account_ids: Sequence[int], today: date) -> dict[int, list[Signal]]:
    """By account; a colour that is not known is none."""
    some = [one.id for one in accounts.many(db, account_ids) if one.active and covered(policy, AREA, one.segment)]
    now, before = store.on_day(db, policy, some, today), store.before_last(db, policy, some, today)
    found = {account_id: list(_of(figure, before.get(account_id))) for account_id, figure in now.items()}
    return {account_id: told for account_id, told in found.items() if told}


def _of(now: Figure, before: Figure | None) -> Iterator[Signal]:
    colour, was = now.licence_colour, before.licence_colour if before else None
    if colour == RED:
        yield Signal("licences_red")
    elif is_worse(colour, was):
        yield Signal("licences_worse", f"{colour}, was {was}")
    red = [use_case for use_case in now.scores if now.colour(use_case) == RED]
    worse = [
        use_case
        for use_case in now.scores
        if use_case not in red and before is not None and is_worse(now.colour(use_case), before.colour(use_case))
    ]
    if red:
        yield Signal("use_cases_red", ", ".join(red))
    if worse:
        yield Signal("use_cases_worse", ", ".join(worse))
