"""What follows for renewals when an account changes; handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.renewal.same_renewal import date_moved

if TYPE_CHECKING:
    from storage.account.record import Account
    from storage.base.db import Unit


def account_changed(unit: Unit, before: Account, after: Account) -> None:
    """Have reviews follow a date that somebody corrected."""
    date_moved(unit, after.id, before.renewal_on, after.renewal_on)
