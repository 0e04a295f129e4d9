"""What is asked once an account was archived, while growth is on: why; handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.switches import area_on

if TYPE_CHECKING:
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
