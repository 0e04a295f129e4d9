"""What a manager's review finds of health: it was not said for long (storage/account/findings.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account.findings import RENEWALS, TRIAGE, Finder, Finding
from storage.base.plurals import counted
from storage.base.switches import covered
from storage.health.record import FRESH, age, freshness
from storage.health.settings import HealthArea
from storage.renewal.findings import up_next

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.account.findings import Look
    from storage.account.record import Account


def _stale(look: Look) -> Iterator[Finding]:
    for account in look.accounts:
        if said := _said(look, account):
            yield Finding(account, said)


def _stale_before_renewal(look: Look) -> Iterator[Finding]:
    for account, renews in up_next(look):
        if said := _said(look, account):
            yield Finding(account, f"{renews}: {said}")


def _said(look: Look, account: Account) -> str:
    """How old it is; nothing for a fresh one, and of a segment that is held to none."""
    months = look.policy.target_days(account.segment, "update_months")
    if months is None or not covered(look.policy, "health", account.segment):
        return ""
    if freshness(account, look.today, months, look.policy.settings(HealthArea)) == FRESH:
        return ""
    days = age(account.health_on, look.today)
    if account.health is None or days is None:
        return "health is not set"
    return f"health {account.health}, {counted(days, 'day')} old"


FINDERS = (Finder(TRIAGE, "health", _stale), Finder(RENEWALS, "health", _stale_before_renewal))
