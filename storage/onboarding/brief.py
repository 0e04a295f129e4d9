"""What onboarding adds to an account's card and brief, while it is on: how its milestones stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from storage.base.switches import covered
from storage.onboarding import store as onboarding
from storage.onboarding.settings import Onboarding
from storage.success import store as lives
from storage.success.record import stage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.onboarding.record import Standing
    from storage.success.record import Life


@dataclass(frozen=True, slots=True)
class OnboardingPart:
    """The life of the account and its milestones; `window_days` is for how long it is in onboarding.

    `standings` is empty where the area is off, or not for this account.
    """

    life: Life | None
    standings: Mapping[str, Standing]
    window_days: int

    def stage(self, today: date) -> str | None:
        """The stage that it is in on a day."""
        return stage(self.life, today, self.window_days) if self.life else None


def read(db: Connection, policy: Policy, account: Account) -> OnboardingPart:
    """Nothing while the area is off."""
    if not covered(policy, onboarding.AREA, account.segment):
        return OnboardingPart(None, {}, 0)
    before = date.min  # who has churned is no matter here: the card says so itself
    found = onboarding.of_accounts(db, policy, [account], before)[account.id]
    return OnboardingPart(lives.life(db, account.id, before), found, policy.settings(Onboarding).window_days)
