"""Net and gross retention, what moved ARR, and the renewal rate, for `report --area growth`; handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base.exports import Amount
from storage.growth.tally import Grown, growth, retention
from templates.growth import show as views

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.base.policy import Policy
    from templates.blocks.mrkdwn import Mrkdwn

AREA = "growth"
FIELDS = ("what", "currency", "name", "n", "value", "amount")


def of_period(db: Connection, policy: Policy, first: date, last: date, today: date) -> list[Grown]:
    """The numbers of a period."""
    return growth(db, policy, first, last, today)


def data(db: Connection, policy: Policy, first: date, last: date, today: date) -> list[dict[str, Any]]:
    """Retention at each month's end of the period that has been, by currency; amounts in currency units."""
    return [
        one._asdict() | {"arr_before": Amount(one.arr_before), "arr_now": Amount(one.arr_now)}
        for one in retention(db, policy, first, last, today)
    ]


def record(one: Grown) -> dict[str, Any]:
    """One of them as a plain record; amounts in currency units."""
    amount = None if one.cents is None else Amount(one.cents)
    return dict(zip(FIELDS, (*one[:5], amount), strict=True))


def lines(found: Sequence[Grown]) -> list[Mrkdwn]:
    """All of them in words: shares, no amounts, since not everybody may see ARR."""
    return views.grown_lines(found)
