"""Usage's line in a report and in Monday's summary: what is in use and the seats added, where files came."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from storage.base.headlines import CHANGE, RATIO, Said
from storage.usage import figures as sql
from storage.usage.settings import UsageArea
from storage.usage.tally import counted_on

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection

    from storage.base.headlines import Period
    from storage.base.policy import Policy

AREA = "usage"
_KNOWN = "coalesce(licences_activated, billable_users) IS NOT NULL AND licences_bought > 0"
_BOTH = "before IS NOT NULL AND after IS NOT NULL"


def said(db: Connection, policy: Policy, period: Period) -> Iterator[Said]:
    """Utilisation and seats at the period's end, if any usage day lies in it (docs/domain.md, "Usage")."""
    came = db.execute(
        f"SELECT 1 FROM usage_figures JOIN accounts ON accounts.id = account_id WHERE environment = '{sql.PRODUCTION}'"
        f" AND as_of BETWEEN ? AND ? AND {period.where} LIMIT 1",
        (*period.days, *period.values),
    ).fetchone()
    if came is None:
        return
    where, values = counted_on(policy, period.last)
    before, day = (period.first - timedelta(days=1)).isoformat(), period.last.isoformat()
    asked = (
        "asked AS (SELECT accounts.id AS account_id, days.day AS day FROM accounts, (SELECT CAST(? AS TEXT) AS day"
        f" UNION ALL SELECT CAST(? AS TEXT)) AS days WHERE {where} AND {period.where})"
    )
    known, activated, bought, both, net = db.execute(
        f"WITH {asked},\n{sql.until_figures(sql.Columns(), policy.settings(UsageArea), tiered=False)},\n"
        "pivoted AS (SELECT account_id, max(licences_bought) FILTER (WHERE day = ?) AS before,"
        " max(licences_bought) FILTER (WHERE day = ?) AS after,"
        f" max(coalesce(licences_activated, billable_users)) FILTER (WHERE day = ? AND {_KNOWN}) AS activated"
        " FROM figures GROUP BY account_id)\n"
        "SELECT count(activated), CAST(sum(activated) AS BIGINT),"
        " CAST(sum(after) FILTER (WHERE activated IS NOT NULL) AS BIGINT),"
        f" count(*) FILTER (WHERE {_BOTH}), CAST(sum(after - before) FILTER (WHERE {_BOTH}) AS BIGINT) FROM pivoted",
        (before, day, *values, *period.values, before, day, day),
    ).fetchone()
    yield Said("utilisation", activated / bought if bought else None, known, RATIO)
    yield Said("seats", net, both, CHANGE)
