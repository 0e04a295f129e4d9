"""Health's line in a report and in Monday's summary: the colours of managed accounts, while the period runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.headlines import Said
from storage.health.settings import HealthArea
from storage.success.store import managed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection

    from storage.base.headlines import Period
    from storage.base.policy import Policy

AREA = "health"


def said(db: Connection, policy: Policy, period: Period) -> Iterator[Said]:
    """Red and yellow ones: green needs nobody."""
    if period.is_running:
        where, values = managed(policy.settings(HealthArea))
        rows = db.execute(
            f"SELECT health, count(*) FROM accounts WHERE {where} AND {period.where} GROUP BY health",
            (*values, *period.values),
        )
        many = {row[0]: row[1] for row in rows}
        yield Said("red", many.get("red", 0))
        yield Said("yellow", many.get("yellow", 0))
