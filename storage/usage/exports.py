"""Usage as plain records, under the headers that an import reads: a row for each account, instance and day.

And what customers agreed to be adopted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.exports import Export, Made, Record, as_is
from storage.success.store import BETWEEN
from storage.usage.figures import columns_of
from storage.usage.loader import OF_USERS
from storage.usage.settings import BASE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from sqlite3 import Connection

    from storage.base.policy import Policy

_FIRST = ("account", "crm_id", "as_of", "instance", "environment", "tier", *BASE, "use_cases")


def _fields(db: Connection) -> tuple[str, ...]:
    columns = columns_of(db)
    return (*_FIRST, *(f"{OF_USERS}{use_case}" for use_case in columns.users), *columns.measures)


def _records(db: Connection, _policy: Policy, _today: date) -> Iterator[Record]:
    columns = columns_of(db)
    numbered = [f"users_{place}" for place in columns.users.values()]
    numbered += [f"measure_{place}" for place in columns.measures.values()]
    more = "".join(f", {name}" for name in numbered)
    rows = db.execute(
        "SELECT accounts.name, crm_id, as_of, instance, environment, usage_figures.tier, licences_bought,"
        f" licences_activated, billable_users, active_users, named{more} FROM usage_figures"
        " JOIN accounts ON accounts.id = account_id ORDER BY account_id, instance, as_of"
    )
    fields = _fields(db)
    named_at = len(_FIRST) - 1
    for row in rows:
        values = list(row)
        bits = values[named_at]
        names = [use_case for use_case, place in columns.users.items() if (bits or 0) >> (place - 1) & 1]
        values[named_at] = BETWEEN.join(names) or None
        yield dict(zip(fields, map(_plain, values), strict=True))


def _plain(value: object) -> object:
    """A measure without a needless fraction."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


_AGREED = """
SELECT accounts.name AS account, crm_id, use_case, usage_agreed.adopted_on AS adopted_on, agreed_with, at
FROM usage_agreed
JOIN accounts ON accounts.id = account_id
WHERE undone_at IS NULL
ORDER BY usage_agreed.id
"""
"""Adopted as customers agree, in the order in which it was said; no use case: all that it bought for."""

EXPORTS = {"adopted": Export(_AGREED, as_is), "usage": Made(_fields, _records)}
