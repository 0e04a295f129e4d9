"""NPS, CSAT and response rate of a quarter's rounds, for `report --area` and `/playbooks surveys`; handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.survey import store
from storage.survey.tally import Tallied, surveys
from templates.survey import show as views

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from storage.base.policy import Policy
    from templates.blocks.mrkdwn import Mrkdwn

AREA = store.AREA
FIELDS = ("round", "kind", "answers", "score", "invited", "response_rate")


def of_period(db: Connection, policy: Policy, first: date, last: date, today: date) -> list[Tallied]:
    """The numbers of a period."""
    return surveys(db, policy, first, last, today)


def record(one: Tallied) -> dict[str, Any]:
    """One of them as a plain record."""
    return {name: getattr(one, name) for name in FIELDS}


def line(one: Tallied) -> Mrkdwn:
    """One of them in words."""
    return views.tallied_line(one)
