"""Use, adoption and seats at a quarter's end, for `report --area adoption` and `/playbooks adoption`; handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.usage import store
from storage.usage.tally import Tallied, adoption, taken
from templates.usage import show as views

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from storage.base.policy import Policy
    from templates.blocks.mrkdwn import Mrkdwn

AREA = store.AREA
NAME = "adoption"
FIELDS = Tallied._fields


def of_period(db: Connection, policy: Policy, first: date, last: date, today: date) -> list[Tallied]:
    """The numbers of a period."""
    return adoption(db, policy, first, last, today)


def data(db: Connection, policy: Policy, first: date, last: date, today: date) -> list[dict[str, Any]]:
    """By use case, how long it took those adopted in the period; those not adopted yet, and those that were before."""
    return [one._asdict() for one in taken(db, policy, first, last, today)]


def record(one: Tallied) -> dict[str, Any]:
    """One of them as a plain record."""
    return one._asdict()


def lines(found: list[Tallied]) -> list[Mrkdwn]:
    """All of them in words, a few a line."""
    return views.tallied_lines(found)
