"""An account: a paying customer with its team, its renewal and its EBR rhythm (docs/domain.md, "Words")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from storage.base.errors import Stale, UserError
from storage.base.moments import latest_today

if TYPE_CHECKING:
    from datetime import date, datetime

HEALTHS = ("green", "yellow", "red")
OUTLOOKS = ("renew", "at_risk", "churn")
SEGMENTS = ("strategic", "enterprise", "commercial")


def decided_by(renewal_on: date, notice_days: int | None) -> date:
    """The day by which a renewal is decided: its own, or that of the notice, from where all that is ahead counts."""
    return renewal_on - timedelta(days=notice_days or 0)


LIVED = ("engaged_on", "first_value_on", "onboarded_on", "infrastructure_on", "outcome_on", "adopted_on")
"""Days of an account's life that have been: none lies ahead."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account. `arr_cents` is in hundredths of `currency`; people are ids of `people`.

    `known_at`, `renewal_known_at` and `ebr_known_at` are when the account, its renewal date and its EBR facts
    (cadence, last EBR) became known: what was due before then is late, not
    lost (docs/domain.md, "When messages go out").
    `churned_on` may lie ahead: until then the account is leaving. Notice must be given `notice_days` before the renewal
    day; `auto_renews`: it renews where nobody gives any.
    """

    id: int
    name: str
    crm_id: str | None
    segment: str | None
    arr_cents: int | None
    currency: str
    renewal_on: date | None
    csm_id: int | None
    ae_id: int | None
    sa_id: int | None
    pse_id: int | None
    channel_id: str | None
    customer_since: date | None
    last_ebr_on: date | None
    ebr_cadence_months: int | None
    region: str | None
    health: str | None
    health_on: date | None
    crm_url: str | None
    outlook: str | None
    archived_at: datetime | None
    churned_on: date | None
    known_at: datetime
    renewal_known_at: datetime
    ebr_known_at: datetime
    notice_days: int | None = None
    auto_renews: bool | None = None

    def refuse_archived(self) -> None:
        """Raise UserError for one in the archive: no work is begun there."""
        if self.archived_at is not None:
            raise UserError(f"{self.name} is archived.", "Take it out of the archive first: /account unarchive.")

    @property
    def active(self) -> bool:
        """Not archived and not churned: counts for coverage and reminders; of others nothing is asked or to come."""
        return self.archived_at is None and self.churned_on is None

    def refuse_gone(self, nothing: str) -> None:
        """Raise Stale for one that is archived, churned or leaving; `nothing` says what is not to come of it."""
        if not self.active:
            what = "is archived" if self.archived_at else "was recorded as churned"
            raise Stale(f"{self.name} {what}.", nothing)

    @property
    def decision_on(self) -> date | None:
        """The day by which its renewal is decided; None without a renewal date."""
        return None if self.renewal_on is None else decided_by(self.renewal_on, self.notice_days)

    def leaving(self, today: date) -> bool:
        """Recorded as churned from a day on that is still ahead: nothing is asked about it, its ARR counts."""
        return self.archived_at is None and self.churned_on is not None and self.churned_on > latest_today(today)

    @property
    def team_ids(self) -> tuple[int, ...]:
        """The people of the account team, the CSM first."""
        return tuple(i for i in (self.csm_id, self.ae_id, self.sa_id, self.pse_id) if i is not None)
