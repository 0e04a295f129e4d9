"""What a manager's review finds of EBRs: customers with whom none was held for a year (storage/account/findings.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account.findings import TRIAGE, Finder, Finding
from storage.base.moments import add_months, lived_day_said
from storage.ebr import store as ebrs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.account.findings import Look

MONTHS = 12


def _none_held(look: Look) -> Iterator[Finding]:
    """No EBR in twelve months; a customer of less than a year has had no twelve months."""
    since = add_months(look.today, -MONTHS)
    meetings = ebrs.of_accounts(look.db, [account.id for account in look.accounts])
    for account in look.accounts:
        held = [one.held_on for one in meetings[account.id] if one.held_on]
        last = max([day for day in (account.last_ebr_on, *held) if day], default=None)
        if last is None and not (account.customer_since and account.customer_since > since):
            yield Finding(account, "no EBR on record")
        elif last is not None and last < since:
            yield Finding(account, f"last EBR on {lived_day_said(last, look.today)}")


FINDERS = (Finder(TRIAGE, None, _none_held),)
