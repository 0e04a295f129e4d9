"""The share of qualified plans at a quarter's end, for `report --area plans` and `/playbooks plans`; handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.plan import store
from storage.plan.record import Share
from templates.plan import show as views

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from storage.base.policy import Policy
    from templates.blocks.mrkdwn import Mrkdwn

AREA = store.AREA
FIELDS = Share._fields


def of_period(db: Connection, policy: Policy, _first: date, last: date, today: date) -> list[Share]:
    """The shares at a period's end; while it runs, today's."""
    return store.shares(db, policy, last, today)


def record(one: Share) -> dict[str, Any]:
    """One of them as a plain record; the row of no segment is that of all."""
    return one._asdict()


def line(one: Share) -> Mrkdwn:
    """One of them in words."""
    return views.share_line(one)
