"""All SQL of ARR at the ends of months: kept in silence, whether the area is on or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.growth.record import kept_on
from storage.growth.settings import GrowthArea

if TYPE_CHECKING:
    from storage.base.db import Unit

_KEPT = ("arr_cents", "currency", "tier", "segment", "territory")


def keep_month_end(unit: Unit) -> int:
    """Keep ARR, currency, tier, segment and territory of every account at the month's end, if that is today.

    How many rows were written. What the bot kept on the day itself is as at the day's end; a later run leaves it.
    """
    found = kept_on(unit.today, unit.policy.settings(GrowthArea).provisional_until_day)
    if found is None:
        return 0
    as_of, anew = found
    there = unit.db.execute("SELECT 1 FROM arr_snapshots WHERE as_of = ? LIMIT 1", (as_of.isoformat(),)).fetchone()
    if there and not anew:
        return 0
    names = ", ".join(_KEPT)
    updates = ", ".join(f"{name} = excluded.{name}" for name in _KEPT)
    differs = " OR ".join(f"arr_snapshots.{name} IS DISTINCT FROM excluded.{name}" for name in _KEPT)
    kept = unit.db.execute(
        f"INSERT INTO arr_snapshots(account_id, as_of, {names}, source, at)"
        f" SELECT id, ?, {names}, 'bot', ? FROM accounts WHERE true"
        f" ON CONFLICT (account_id, as_of) DO UPDATE SET {updates}, at = excluded.at"
        f" WHERE arr_snapshots.source = 'bot' AND ({differs})",
        (as_of.isoformat(), unit.at),
    )
    return kept.rowcount
