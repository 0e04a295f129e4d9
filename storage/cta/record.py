"""A CTA and its tasks, and the transitions of its life (docs/domain.md, "CTAs"). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.account.record import Account
    from storage.base.person import Person

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
    optional: bool = False
    asks: str | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Cta:
    """One playbook being worked for one account.

    Days are civil days in the policy's zone. `note` is what was said at the opening, `closing_note` at the
    closing; `detail` is the product gap or the competing vendor; `learned` is why it won, or what would have
    changed the no. `motion` is None for an imported CTA that is in no report, and for a checklist, whose tasks are
    due from the day `anchor_on` (`anchor` says which day that is).
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
    closed_by: int | None = None
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
    anchor: str | None = None
    anchor_on: date | None = None

    @property
    def is_checklist(self) -> bool:
        """Of a life-cycle playbook: without a due date, in no report and no channel, closed by its last task."""
        return self.anchor is not None

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


@dataclass(frozen=True, slots=True)
class CtaFacts:
    """A CTA with all that a card, a form or an answer shows of it: read together, passed to templates/views."""

    cta: Cta
    account: Account
    tasks: tuple[Task, ...]
    people: Mapping[int, Person]

    def person(self, person_id: int | None) -> Person | None:
        """The owner, a member of the account team, an assignee or whoever closed it."""
        return self.people.get(person_id) if person_id is not None else None

    @property
    def open_tasks(self) -> tuple[Task, ...]:
        """Those neither ticked nor skipped, in the playbook's order."""
        return tuple(task for task in self.tasks if task.state == "open")

    @property
    def next_task(self) -> Task | None:
        """What comes next: the open task due first, those without a day last."""
        return min(self.open_tasks, key=lambda t: (t.due_on or date.max, t.position), default=None)


@dataclass(frozen=True, slots=True)
class ListedCta:
    """A CTA as a row of a list: with its account's name, its owner and what comes next."""

    cta: Cta
    account_name: str
    owner: Person | None
    open_tasks: int
    next_task: str | None
    next_due_on: date | None
