"""ARR at the ends of months, and who is gone and back, as plain records."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from storage.account.endings import STANDS
from storage.base.exports import Amount, Export, Record
from storage.base.moments import civil_day, instant
from storage.growth.record import is_open
from storage.growth.settings import GrowthArea

if TYPE_CHECKING:
    from sqlite3 import Row

    from storage.base.policy import Policy

_ARR = """
SELECT accounts.name AS account, crm_id, as_of, arr_snapshots.arr_cents AS arr, arr_snapshots.currency AS currency,
    arr_snapshots.tier AS tier, arr_snapshots.segment AS segment, arr_snapshots.territory AS territory, source,
    :today AS open
FROM arr_snapshots
JOIN accounts ON accounts.id = account_id
ORDER BY as_of, account_id
"""


def _shape(row: Row, policy: Policy) -> Record:
    record = dict(row)
    record["arr"] = None if record["arr"] is None else Amount(record["arr"])
    until = policy.settings(GrowthArea).provisional_until_day
    record["open"] = is_open(date.fromisoformat(record["as_of"]), date.fromisoformat(record["open"]), until)
    return record


_ENDINGS = f"""
SELECT accounts.name AS account, accounts.crm_id AS crm_id, gone.what AS what, gone.day AS day, gone.why AS why,
    into_one.name AS "into", gone.back_on AS back_on
FROM (
    SELECT accounts.id AS account_id, 'archived' AS what, archived_at AS day, why, into_id, NULL AS back_on
    FROM accounts LEFT JOIN account_endings ON {STANDS} WHERE archived_at IS NOT NULL
    UNION ALL SELECT id, 'left', churned_on, NULL, NULL, NULL FROM accounts WHERE churned_on IS NOT NULL
    UNION ALL SELECT account_id, 'left', left_on, NULL, NULL, back_on FROM account_returns WHERE undone_at IS NULL
) AS gone
JOIN accounts ON accounts.id = gone.account_id
LEFT JOIN accounts AS into_one ON into_one.id = gone.into_id
ORDER BY gone.account_id, gone.day
"""
"""Who is archived, and why; who left, and since when they are back."""


def _ending(row: Row, policy: Policy) -> Record:
    record = dict(row)
    day = record["day"]
    record["day"] = civil_day(instant(day), policy.timezone).isoformat() if record["what"] == "archived" else day
    return record


EXPORTS = {"arr": Export(_ARR, _shape), "endings": Export(_ENDINGS, _ending)}
