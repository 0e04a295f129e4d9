"""What a Home tab shows; read by storage/home/store.py, worded by templates/home/show.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date, datetime

    from storage.account.record import Account
    from storage.base.day import DayItem
    from storage.base.order import Place
    from storage.base.outside import Source
    from storage.base.person import Person
    from storage.cta.day import NewsCta
    from storage.cta.record import Cta, ListedCta
    from storage.renewal.forecast import Changed
    from storage.source.record import SourceState


class CtaCounts(Protocol):
    """Open CTAs of a person, those overdue, and those due up to this week's Sunday."""

    @property
    def open(self) -> int: ...  # noqa: D102 - said by the class

    @property
    def overdue(self) -> int: ...  # noqa: D102 - the same

    @property
    def due_this_week(self) -> int: ...  # noqa: D102 - the same


REVIEW_DAYS = 90
"""A decision day within so many days, of which no review is held or scheduled, is missing one."""


@dataclass(frozen=True, slots=True)
class NextUp:
    """What comes first after today: `what` is `review`, `ebr` or `deferred`."""

    day: date
    account: str
    what: str


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """One Home. `items` are reminders that went out and are perhaps not done, `news` CTAs with tasks due, due or idle.

    `mine` are the people whose day it is: oneself, and those for whom one stands in today.
    `deferred` counts the CTAs that wait to come back, `comes_first` is the first of them from today on. `sources`
    are where data comes from by itself, each with its last pull, as of `read_at`.
    """

    accounts: int
    items: tuple[DayItem, ...]
    news: tuple[NewsCta, ...]
    ctas: CtaCounts
    renewing: int
    without_review: int
    deferred: int
    comes_first: ListedCta | None
    next_up: NextUp | None
    closed_today: tuple[ListedCta, ...]
    imported_at: datetime | None
    conflicts: int
    mine: tuple[int, ...]
    sources: tuple[tuple[Source, SourceState], ...] = ()
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AtRisk:
    """ARR at risk in a currency: outlook at risk or churn, or health red, renewing by the next quarter's end."""

    currency: str
    accounts: int
    cents: int


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One CSM of a manager's team, in counts: `missing` reviews, accounts without AE (`no_ae`)."""

    person: Person
    accounts: int
    ctas: CtaCounts
    lapsed: int
    signing: int
    missing: int
    ebrs_overdue: int
    no_ae: int
    at_risk: tuple[AtRisk, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look at."""
        counts = (self.lapsed, self.signing, self.missing, self.ebrs_overdue, self.ctas.overdue, self.no_ae)
        return not (any(counts) or self.at_risk)


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing of a CSM's that needs looking at: `part` is the count of their row that it is in."""

    part: str
    account: Account
    place: Place
    cta: Cta | None = None
    day: date | None = None

    @property
    def value(self) -> str:
        """How a button names it: `lapsed:7`, `cta:12`."""
        return f"{self.part}:{self.cta.id if self.cta else self.account.id}"


@dataclass(frozen=True, slots=True)
class TeamWeek:
    """What a manager's week tells of: their CSMs, how many accounts have no CSM at all, and the forecast's changes.

    `since` is the Monday since which those count, `quarter` the name of the running one.
    """

    lines: tuple[TeamLine, ...]
    without_csm: int
    changes: tuple[Changed, ...]
    since: date
    quarter: str

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it."""
        return not self.without_csm and not self.changes and all(line.is_empty for line in self.lines)
