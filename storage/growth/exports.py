"""ARR at the ends of months as plain records."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from storage.base.exports import Amount, Export, Record
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


EXPORTS = {"arr": Export(_ARR, _shape)}
