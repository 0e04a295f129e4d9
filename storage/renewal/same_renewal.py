"""What follows for reviews where a renewal date moves and nobody recorded a renewal.

By at most `renewal_same_days`: it is the same renewal, and what was done and said of it stands (docs/domain.md,
"Renewals"). Called by `followers.py` of the noun and by imports, in their unit of work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from storage.base.db import Unit


def date_moved(unit: Unit, account_id: int, was_on: date | None, now_on: date | None) -> None:
    """Have reviews and a signature follow the date of the same renewal, and remember the dates that it had."""
    if was_on is None or now_on is None or was_on == now_on:
        return
    if abs((now_on - was_on).days) > unit.policy.renewal_same_days:
        return
    moved = {"id": account_id, "was": was_on.isoformat(), "now": now_on.isoformat()}
    unit.db.execute(
        "UPDATE reviews SET renewal_on = :now WHERE account_id = :id AND renewal_on = :was AND offset_months NOT IN"
        " (SELECT offset_months FROM reviews WHERE account_id = :id AND renewal_on = :now)",
        moved,
    )
    unit.db.execute("UPDATE signings SET renewal_on = :now WHERE account_id = :id AND renewal_on = :was", moved)
    unit.db.execute(
        "INSERT INTO renewal_dates(account_id, renewal_on, was_on)"
        " SELECT :id, :now, was_on FROM renewal_dates WHERE account_id = :id AND renewal_on = :was AND was_on <> :now"
        " UNION SELECT :id, :now, :was"
        " ON CONFLICT (account_id, renewal_on, was_on) DO NOTHING",
        moved,
    )
