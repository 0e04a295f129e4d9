"""Onboarding's figures of a quarter, for `report --area onboarding` and `/playbooks onboarding`; handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.onboarding import store as onboarding
from storage.onboarding.record import figures
from templates.onboarding import show as views

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from storage.base.policy import Policy
    from storage.onboarding.record import Figure
    from templates.blocks.mrkdwn import Mrkdwn

AREA = onboarding.AREA
FIELDS = ("segment", "milestone", "n", "median_days", "mean_days", "target_days", "on_time")


def of_period(db: Connection, policy: Policy, first: date, last: date, today: date) -> list[Figure]:
    """The figures of a period."""
    return figures(onboarding.all_standings(db, policy, today), first, last, today, policy)


def record(figure: Figure) -> dict[str, Any]:
    """One of them as a plain record."""
    return {name: getattr(figure, name) for name in FIELDS}


def line(figure: Figure) -> Mrkdwn:
    """One of them in words."""
    return views.figure_line(figure)
