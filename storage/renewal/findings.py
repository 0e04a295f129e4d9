"""What a manager's review finds of the next renewals: without review or outlook (storage/account/findings.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account.findings import RENEWALS, Finder, Finding
from storage.base.moments import day_said
from storage.renewal import store as reviews
from storage.renewal.record import HELD, SCHEDULED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.account.findings import Look
    from storage.account.record import Account


def up_next(look: Look) -> list[tuple[Account, str]]:
    """The accounts that renew in the days that count, soonest first, each with its day in words."""
    first, last = look.renewing
    found = [one for one in look.accounts if one.renewal_on and first <= one.renewal_on <= last]
    found.sort(key=lambda one: (one.renewal_on, one.name.casefold(), one.id))
    return [(one, f"renews {day_said(one.renewal_on, look.today)}") for one in found if one.renewal_on]


def _unprepared(look: Look) -> Iterator[Finding]:
    """A review neither held nor scheduled; no outlook."""
    some = up_next(look)
    known = reviews.of_accounts(look.db, [account.id for account, _ in some])
    for account, renews in some:
        standing = {one.renewal_on for one in known.get(account.id, ()) if one.state in (HELD, SCHEDULED)}
        is_seen_to = standing and not standing.isdisjoint(reviews.dates_of(look.db, account))
        lacks = [] if is_seen_to else ["no review held or scheduled"]
        if account.outlook is None:
            lacks.append("no outlook")
        if lacks:
            yield Finding(account, f"{renews}: {', '.join(lacks)}")


FINDERS = (Finder(RENEWALS, None, _unprepared),)
