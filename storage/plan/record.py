"""Success plans: what colour one is, until when it is qualified, what it lacks (docs/domain.md). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from storage.base.moments import add_months
from storage.base.quarters import quarter_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from storage.account.record import Account
    from storage.plan.settings import PlanArea

ROI, INTERNAL = "roi", "internal"
KINDS = (ROI, INTERNAL)
DRAFT, ACTIVE, CLOSED = "draft", "active", "closed"
STATES = (DRAFT, ACTIVE, CLOSED)
NEW, IN_PROGRESS, ACHIEVED, DROPPED = "new", "in_progress", "achieved", "dropped"
OPEN_STATUSES, ENDED_STATUSES = (NEW, IN_PROGRESS), (ACHIEVED, DROPPED)
STATUSES = (*OPEN_STATUSES, *ENDED_STATUSES)
RED, YELLOW, GREEN = "red", "yellow", "green"
SHARED_MONTHS = 6
"""A plan that the customer saw longer ago is not shared any more."""
DUE_DAYS = 365
NO_PLAN, IS_CLOSED = "no_plan", "closed"
IS_DRAFT, NOTHING_OPEN, NOT_SHARED, STRATEGY, HIGHLIGHTS, CRITERIA = (
    "draft", "nothing_open", "not_shared", "strategy", "highlights", "criteria",
)  # fmt: skip
NOT_GREEN, NOT_QUALIFIED, NOT_UPDATED = "not_green", "not_qualified", "not_updated"
"""What a plan may lack beside being there at all (NO_PLAN)."""
EXPIRED, OTHER_CSM, NO_UPDATE, RENEWED = "expired", "other_csm", "no_update", "renewed"
"""Why a qualification lapsed, beside NOT_GREEN; RENEWED: a newer one stands in its place."""

LACK_WORDS = {
    NO_PLAN: "no success plan",
    IS_CLOSED: "the success plan is closed",
    IS_DRAFT: "a draft",
    NOTHING_OPEN: "nothing open: all achieved, what next?",
    NOT_SHARED: "not shared with the customer in 6 months",
    STRATEGY: "no strategy",
    HIGHLIGHTS: "no highlights",
    CRITERIA: "an objective without why or criteria",
}
LAPSE_WORDS = {
    NOT_GREEN: "it was not green",
    EXPIRED: "it was too old",
    OTHER_CSM: "another CSM did not confirm it",
    NO_UPDATE: "a quarter went by without an update",
    RENEWED: "a newer one stands in its place",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan of an account, one of each kind. `made_on` is its first day, `csm_since` since when its CSM is another.

    `submitted_on`: it waits for the manager since then.
    """

    id: int
    account_id: int
    kind: str
    state: str
    strategy: str | None
    highlights: str | None
    link: str | None
    shared_on: date | None
    due_on: date
    validated_on: date | None
    submitted_on: date | None
    submitted_at: datetime | None
    submitted_by: int | None
    made_on: date
    csm_since: date | None


@dataclass(frozen=True, slots=True)
class Objective:
    """A result objective: `why` the customer wants it, `criteria` by which everybody sees that it is so."""

    id: int
    plan_id: int
    account_id: int
    title: str
    why: str | None
    criteria: str | None
    baseline: str | None
    owner_id: int | None
    customer_owner: str | None
    due_on: date | None
    priority: str
    original: bool
    status: str
    came_of: str | None
    ended_on: date | None
    external_id: str | None = None

    @property
    def is_open(self) -> bool:
        """New or in progress."""
        return self.status in OPEN_STATUSES


class Work(NamedTuple):
    """A CTA of a plan, an adoption objective where it has a motion; `objective_id` is the one that it is put under."""

    id: int
    account_id: int
    kind: str
    title: str
    use_case: str
    motion: str | None
    is_open: bool
    due_on: date | None
    objective_id: int | None


class Update(NamedTuple):
    """A change of the plan or of an objective, or that it is still right, on a day."""

    on: date
    by_id: int | None


@dataclass(frozen=True, slots=True)
class Qualification:
    """A manager said that a plan is one. `csm_id` was the CSM; `lapsed_on` and `lapse`: known to be over."""

    id: int
    plan_id: int
    csm_id: int | None
    qualified_on: date
    by_id: int | None
    lapsed_on: date | None
    lapse: str | None


class PlanFacts(NamedTuple):
    """All that is kept of an account's plan of a kind; `qualification` is the newest."""

    account: Account
    plan: Plan | None
    objectives: tuple[Objective, ...]
    work: tuple[Work, ...]
    updates: tuple[Update, ...]
    qualification: Qualification | None


class Lapse(NamedTuple):
    """A qualification does not hold from a day on, and why."""

    on: date
    why: str


@dataclass(frozen=True, slots=True)
class Standing:
    """All that is known of an account's plan of a kind, as of a day. `lacks` says why the colour is not green.

    `needs` is what makes it one to look at: no plan, not green, not qualified, not updated in the quarter that ended.
    """

    account: Account
    plan: Plan | None
    objectives: tuple[Objective, ...]
    work: tuple[Work, ...]
    updates: tuple[Update, ...]
    qualification: Qualification | None
    colour: str
    lacks: tuple[str, ...]
    lapse: Lapse | None
    needs: tuple[str, ...]
    until: date | None

    @property
    def qualified(self) -> bool:
        """Whether a manager qualified it and that holds."""
        return self.qualification is not None and self.lapse is None

    @property
    def waits(self) -> bool:
        """Whether it is submitted, and nobody has answered."""
        return self.plan is not None and self.plan.submitted_on is not None

    @property
    def open_objectives(self) -> tuple[Objective, ...]:
        """The result objectives that are open."""
        return tuple(one for one in self.objectives if one.is_open)

    @property
    def open_work(self) -> tuple[Work, ...]:
        """The CTAs of the plan that are open."""
        return tuple(one for one in self.work if one.is_open)

    @property
    def updated_on(self) -> date | None:
        """The day of the last update."""
        return max((one.on for one in self.updates), default=None)


def is_shared(plan: Plan, today: date) -> bool:
    """Whether the customer saw it in the last six months; the day six months on is one of them."""
    return plan.shared_on is not None and today <= add_months(plan.shared_on, SHARED_MONTHS)


def colour(
    plan: Plan | None, objectives: Sequence[Objective], work: Sequence[Work], today: date
) -> tuple[str, tuple[str, ...]]:
    """The colour, and all that keeps it from green; an internal plan is shared with nobody."""
    if plan is None or plan.state == CLOSED:
        return RED, (NO_PLAN if plan is None else IS_CLOSED,)
    open_ones = [one for one in objectives if one.is_open]
    faults = {
        IS_DRAFT: plan.state == DRAFT,
        NOTHING_OPEN: not open_ones and not any(one.is_open for one in work),
        NOT_SHARED: plan.kind == ROI and not is_shared(plan, today),
        STRATEGY: not plan.strategy,
        HIGHLIGHTS: not plan.highlights,
        CRITERIA: any(not one.why or not one.criteria for one in open_ones),
    }
    lacks = tuple(name for name, holds in faults.items() if holds)
    return (YELLOW if lacks else GREEN), lacks


def lapse_of(
    found: Qualification,
    plan: Plan,
    lacks: Sequence[str],
    csm_id: int | None,
    updates: Sequence[Update],
    today: date,
    area: PlanArea,
    start_month: int,
) -> Lapse | None:
    """The first day on which a qualification did not hold any more; None while it does."""
    if found.lapsed_on is not None:
        return Lapse(found.lapsed_on, found.lapse or EXPIRED)
    known = _lapses(found, plan, lacks, csm_id, updates, today, area, start_month)
    return min((one for one in known if one.on <= today), default=None)


def _lapses(
    found: Qualification,
    plan: Plan,
    lacks: Sequence[str],
    csm_id: int | None,
    updates: Sequence[Update],
    today: date,
    area: PlanArea,
    start_month: int,
) -> Iterator[Lapse]:
    yield Lapse(expires_on(found, area), EXPIRED)
    if csm_id is not None and csm_id != found.csm_id:
        since = max(plan.csm_since or found.qualified_on, found.qualified_on)
        last = since + timedelta(days=area.grace_days)
        if not any(one.by_id == csm_id and since <= one.on <= last for one in updates):
            yield Lapse(last + timedelta(days=1), OTHER_CSM)
    quarter = quarter_of(found.qualified_on, start_month).next
    while quarter.span.last < today:
        if not any(one.on in quarter.span for one in updates):
            yield Lapse(quarter.next.first_day, NO_UPDATE)
            break
        quarter = quarter.next
    if lacks:
        old = add_months(plan.shared_on, SHARED_MONTHS) + timedelta(days=1) if plan.shared_on else today
        day = old if tuple(lacks) == (NOT_SHARED,) else today
        yield Lapse(max(day, found.qualified_on), NOT_GREEN)


def expires_on(found: Qualification, area: PlanArea) -> date:
    """The first day on which it does not hold for its age alone."""
    return add_months(found.qualified_on, area.qualified_months)


def not_updated(plan: Plan, updates: Sequence[Update], today: date, start_month: int) -> bool:
    """Whether the fiscal quarter that has just ended went by without an update; one that is newer was not there."""
    before = quarter_of(today, start_month).previous.span
    return plan.made_on <= before.last and not any(one.on in before for one in updates)


def standing(facts: PlanFacts, today: date, area: PlanArea, start_month: int) -> Standing:
    """How an account's plan stands on a day."""
    plan, qualification = facts.plan, facts.qualification
    now, lacks = colour(plan, facts.objectives, facts.work, today)
    lapse = None
    if plan and qualification:
        csm_id = facts.account.csm_id
        lapse = lapse_of(qualification, plan, lacks, csm_id, facts.updates, today, area, start_month)
    needs = [NO_PLAN] if now == RED else [NOT_GREEN] if now == YELLOW else []
    if now != RED and (qualification is None or lapse is not None):
        needs.append(NOT_QUALIFIED)
    if plan and now != RED and not_updated(plan, facts.updates, today, start_month):
        needs.append(NOT_UPDATED)
    until = expires_on(qualification, area) if qualification and lapse is None else None
    return Standing(*facts, colour=now, lacks=lacks, lapse=lapse, needs=tuple(needs), until=until)


class Share(NamedTuple):
    """How many of a segment's accounts have a qualified plan, of those that are to have one (None: all segments)."""

    segment: str | None
    qualified: int
    n: int
    share: float | None
    target: float | None
    plans: int
    green: int
    yellow: int
    red: int
