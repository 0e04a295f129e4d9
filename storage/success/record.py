"""An account's life after the sale: its start, the milestones, and the stage in which it is. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.base.moments import kept_today

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

COLUMNS = {
    "engaged": "engaged_on",
    "first_value": "first_value_on",
    "onboarded": "onboarded_on",
    "infrastructure_ready": "infrastructure_on",
    "outcome_achieved": "outcome_on",
}
"""The milestones in their order, and the account's field of a day that somebody entered."""

CHURNED, WILL_CHURN, ONBOARDING, ADOPTION, GROWTH = "churned", "will_churn", "onboarding", "adoption", "growth"
STAGES = {
    CHURNED: "churned",
    WILL_CHURN: "will churn",
    ONBOARDING: "in onboarding",
    ADOPTION: "adoption",
    GROWTH: "growth",
}


@dataclass(frozen=True, slots=True)
class Life:
    """What is kept of an account's life. `started_on` is its start, `by_hand` where somebody began onboarding anew.

    `entered` are milestones by name, `derived` the same as worked out, each with its source in words.
    """

    account_id: int
    started_on: date | None
    by_hand: bool
    churned: bool
    territory: str | None
    tier: str | None
    intent: tuple[str, ...]
    original_licences: int | None
    entered: Mapping[str, date]
    derived: Mapping[str, tuple[date, str]]
    adopted_on: date | None
    adopted_source: str
    will_churn_on: date | None
    call_days: int | None

    def reached(self, milestone: str) -> date | None:
        """The day of a milestone: as entered, else as worked out; None while it is not reached."""
        if milestone in self.entered:
            return self.entered[milestone]
        return self.derived[milestone][0] if milestone in self.derived else None

    def source(self, milestone: str) -> str:
        """Where that day comes from, in words; '' for none."""
        if milestone in self.entered:
            return "entered"
        return self.derived[milestone][1] if milestone in self.derived else ""


def stage(life: Life, today: date, window_days: int) -> str | None:
    """The stage, the first that holds; None where nobody knows when it started."""
    if life.churned:
        return CHURNED
    if life.will_churn_on is not None:
        return WILL_CHURN
    if life.started_on is None:
        return None
    days = (kept_today(today) - life.started_on).days
    if days >= 0 and life.reached("onboarded") is None and (life.by_hand or days <= window_days):
        return ONBOARDING
    return ADOPTION if life.adopted_on is None else GROWTH
