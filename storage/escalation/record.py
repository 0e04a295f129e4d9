"""An escalation, and when its next update is due (docs/domain.md, "Escalations"). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.account.record import Account
    from storage.base.business_days import BusinessDays
    from storage.escalation.settings import EscalationArea

SEVERITIES = ("critical", "high", "medium", "low")
OPEN, MONITORING, CLOSED = "open", "monitoring", "closed"
OUTCOMES = ("positive", "negative", "none")


@dataclass(frozen=True, slots=True)
class Escalation:
    """One escalation. `criteria` are what has to be so for it to end; `project`: the PSE's. `last_on`: its last update.

    A closed one says how it ended, whether the criteria were met, who at the customer agreed and when, and what helped.
    """

    id: int
    account_id: int
    severity: str
    reason: str | None
    criteria: str
    next_step: str | None
    project: bool
    state: str
    opened_on: date
    opened_at: datetime
    opened_by: int | None
    last_on: date
    last_at: datetime
    closed_on: date | None
    closed_at: datetime | None
    closed_by: int | None
    outcome: str | None
    criteria_met: bool | None
    agreed_by: str | None
    agreed_on: date | None
    helped: str | None

    @property
    def is_open(self) -> bool:
        """Whether somebody still works on it, or watches it."""
        return self.state != CLOSED

    def owner_of(self, account: Account) -> int | None:
        """Who sees to it: the PSE of a project, else the CSM; None: nobody of the account, so the manager."""
        return (account.pse_id if self.project else None) or account.csm_id


def due_on(last_on: date, severity: str, state: str, area: EscalationArea, business: BusinessDays) -> date:
    """The business day on which the next update is due."""
    if state == MONITORING:
        return business.next_from(last_on + timedelta(days=area.medium))
    days: int = getattr(area, severity)
    if severity in ("critical", "high"):
        return business.after(last_on, days)
    return business.next_from(last_on + timedelta(days=days))


def next_due(escalation: Escalation, area: EscalationArea, business: BusinessDays) -> date:
    """The same of one that is there."""
    return due_on(escalation.last_on, escalation.severity, escalation.state, area, business)


def same_again(closed_on: date | None, today: date, reopen_days: int) -> bool:
    """Whether one that was closed on a day and is open again today is the same one."""
    return closed_on is not None and today <= closed_on + timedelta(days=reopen_days)
