"""What a Home tab shows; read by storage/home/store.py, worded by templates/home/show.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date, datetime

    from storage.base.day import DayItem
    from storage.base.person import Person
    from storage.cta.day import NewsCta
    from storage.cta.record import ListedCta


class CtaCounts(Protocol):
    """Open CTAs of a person, those overdue, and those due up to this week's Sunday."""

    @property
    def open(self) -> int: ...  # noqa: D102 - said by the class

    @property
    def overdue(self) -> int: ...  # noqa: D102 - the same

    @property
    def due_this_week(self) -> int: ...  # noqa: D102 - the same


@dataclass(frozen=True, slots=True)
class NextUp:
    """What comes first after today: `what` is `review`, `ebr` or `deferred`."""

    day: date
    account: str
    what: str


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """One Home. `items` are reminders that went out and are perhaps not done, `news` CTAs with tasks due, due or idle.

    `deferred` counts the CTAs that wait to come back, `comes_first` is the first of them from today on.
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


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One CSM of a manager's team, in counts."""

    person: Person
    accounts: int
    ctas: CtaCounts
    without_review: int
