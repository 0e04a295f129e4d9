"""An account in trouble: how it is, when its next update is due, and how it ends (docs/domain.md, "Triage"). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from storage.base.policy import DAYS

if TYPE_CHECKING:
    from storage.health.settings import HealthArea

IMPACTS = {
    "churn": "Churn",
    "tier_downgrade": "Tier downgrade",
    "fewer_seats": "Fewer seats",
    "sentiment": "Sentiment",
    "competitor": "Competitor",
    "use_case": "Use case",
}
REASONS = {
    "lack_of_adoption": "Lack of adoption",
    "product_gaps": "Product gaps",
    "product_quality": "Product quality",
    "lack_of_engagement": "Lack of engagement",
    "loss_of_budget": "Loss of budget",
    "corporate_decision": "Corporate decision",
    "other": "Other",
}
OPEN, WILL_CHURN, ENDED = "open", "will_churn", "ended"
WON_BACK, CONTRACTED, CHURNED = "won_back", "contracted", "churned"
RED, YELLOW, GREEN = "red", "yellow", "green"


@dataclass(frozen=True, slots=True)
class Triage:
    """One time in trouble. `red`: it was red at any time; `last_on` is its last update, or its opening.

    `chosen_on`: the next update is wanted that early. `impact` and `reason` are keys of the tables above; a red that a
    file brought has neither, and no `opened_by`.
    """

    id: int
    account_id: int
    state: str
    colour: str
    red: bool
    impact: str | None
    reason: str | None
    ends: str | None
    next_step: str | None
    opened_on: date
    opened_at: datetime
    opened_by: int | None
    source: str
    last_on: date
    last_at: datetime
    chosen_on: date | None
    will_churn_on: date | None
    retrospective: str | None
    ended_at: datetime | None
    ended_by: int | None
    outcome: str | None
    helped: str | None

    @property
    def lacks(self) -> tuple[str, ...]:
        """What nobody has said of it yet."""
        names = ("impact", "reason", "ends", "next_step")
        return tuple(name for name in names if getattr(self, name) is None)


def regular_due(last_on: date, colour: str, area: HealthArea) -> date:
    """The first of the area's weekdays that is so many days after the last update, or later."""
    earliest = last_on + timedelta(days=area.red_gap_days if colour == RED else area.yellow_gap_days)
    return earliest + timedelta(days=(DAYS.index(area.triage_weekday) - earliest.weekday()) % 7)


def update_due(triage: Triage, area: HealthArea) -> date | None:
    """When its next update is due: regularly, or earlier by choice; None where none is."""
    if triage.state != OPEN:
        return None
    regular = regular_due(triage.last_on, triage.colour, area)
    return min(regular, triage.chosen_on) if triage.chosen_on else regular
