"""What is asked once an account was archived, while growth is on: why, and whether one that left is back; handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.switches import area_on

if TYPE_CHECKING:
    from datetime import date

    from storage.account.record import Account
    from storage.base.policy import Policy


def buttons(policy: Policy, account: Account) -> list[tuple[str, str, object]]:
    """Why it was archived, a button each."""
    if not area_on(policy, "growth"):
        return []
    return [
        ("Merged into …", "growth.merged", account.id),
        ("A duplicate", "growth.duplicate", account.id),
        ("Never a customer", "growth.never", account.id),
        ("It left", "growth.left", account.id),
    ]


def of_gone(policy: Policy, account: Account, today: date) -> list[tuple[str, str, object]]:
    """What the card of an account offers that has left."""
    if not area_on(policy, "growth") or account.churned_on is None or account.churned_on > today:
        return []
    return [("It's back", "growth.returned", account.id)]
