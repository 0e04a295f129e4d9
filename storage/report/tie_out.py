"""Closed CTAs as they stand here, to be held against another system's list. Called by `report tie-out`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from storage.base.folding import id_key
from storage.base.moments import day, maybe_day
from storage.cta.record import CLOSED_NO_SUCCESS, CLOSED_SUCCESS

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection


class Here(NamedTuple):
    """A CTA as it stands here. `reported`: it passes the filter of the reports."""

    id: int
    account: str
    account_key: str
    crm_id: str
    playbook: str
    opened_on: date
    closed_on: date | None
    closed: bool
    reported: bool
    external_id: str | None


def ctas_here(db: Connection) -> list[Here]:
    """All CTAs but withdrawn ones."""
    rows = db.execute(
        "SELECT ctas.id, accounts.name, name_key, crm_id, playbook, opened_on, closed_on, status, reported, external_id"
        " FROM ctas JOIN accounts ON accounts.id = account_id WHERE status <> 'withdrawn' ORDER BY ctas.id"
    )
    return [
        Here(
            row[0],
            row[1],
            row[2],
            id_key(row[3] or ""),
            row[4],
            day(row[5]),
            maybe_day(row[6]),
            row[7] in (CLOSED_SUCCESS, CLOSED_NO_SUCCESS),
            bool(row[8]),
            row[9],
        )
        for row in rows
    ]
