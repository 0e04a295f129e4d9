"""A CTA and its tasks, and the transitions of its life (DOMAIN.md, "CTA life cycle"). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

NEW, IN_PROGRESS = "new", "work_in_progress"
CLOSED_SUCCESS, CLOSED_NO_SUCCESS, WITHDRAWN = "closed_success", "closed_no_success", "withdrawn"
OPEN_STATUSES = (NEW, IN_PROGRESS)
CLOSED_STATUSES = (CLOSED_SUCCESS, CLOSED_NO_SUCCESS)
STATUS_LABELS = {
    NEW: "New",
    IN_PROGRESS: "Work in progress",
    CLOSED_SUCCESS: "Closed: success",
    CLOSED_NO_SUCCESS: "Closed: no success",
    WITHDRAWN: "Withdrawn",
}
PRIORITIES = ("high", "medium", "low")
EXPAND, ENABLE = "expand", "enable"
MOTION_LABELS = {EXPAND: "Expand", ENABLE: "Enable"}
SUCCESS_PLANS = ("roi", "internal")


@dataclass(frozen=True, slots=True)
class Task:
    """One step of a CTA; `state` is `open`, `done` or `skipped` (with a reason)."""

    id: int
    cta_id: int
    position: int
    title: str
    hint: str
    due_on: date | None
    state: str
    skip_reason: str | None = None
    assignee_id: int | None = None
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class Cta:
    """One playbook being worked for one account.

    Days are civil days in the policy's zone. `note` is what was said at the opening, `closing_note` at the
    closing; `detail` is the product gap or the competing vendor; `learned` is why it won, or what would have
    changed the no. `motion` is None for an imported CTA that is in no report.
    """

    id: int
    account_id: int
    playbook: str
    category: str | None
    use_case: str
    motion: str | None
    reported: bool
    owner_id: int | None
    status: str
    priority: str
    success_plan: str
    note: str | None
    opened_on: date
    due_on: date | None
    closed_on: date | None = None
    reason: str | None = None
    closing_note: str | None = None
    detail: str | None = None
    learned: str | None = None
    revisit_on: date | None = None
    snoozed_until: date | None = None
    linked_to: int | None = None
    external_id: str | None = None
    touched_on: date | None = None
    known_at: datetime | None = None
    version: int = 1

    @property
    def is_open(self) -> bool:
        """New or in progress."""
        return self.status in OPEN_STATUSES

    @property
    def is_closed(self) -> bool:
        """Closed with either outcome; a withdrawn CTA is neither open nor closed."""
        return self.status in CLOSED_STATUSES

    @property
    def internal(self) -> bool:
        """Tracked in the internal success plan: not yet shared with the customer, no card in any channel."""
        return self.success_plan == "internal"

    @property
    def title(self) -> str:
        """What people call it: `Expand: CI`, or the playbook's own name without a motion."""
        return self.playbook
