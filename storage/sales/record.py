"""The sales side: the checklists of a renewal, and who of an account team meets when. Pure.

Rules: docs/domain.md, "The sales side".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from storage.base.moments import add_months

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from storage.account.record import Account
    from storage.base.person import Person
    from storage.cta.record import Cta
    from storage.success.record import Life
    from storage.triage.record import Triage
    from storage.usage.record import Figure

AREA = "sales"
CHECKLISTS = {
    "discovery": "Renewal: Discovery",
    "strategy": "Renewal: Growth strategy",
    "package": "Renewal: Deal package",
}
"""The checklists of a renewal, by the word with which they are asked for, in the order of the days before it."""


class Answer(NamedTuple):
    """What was found out for a renewal: of which checklist, to which of its tasks, and when."""

    checklist: str
    asked: str
    said: str
    on: date | None


class Standing(NamedTuple):
    """How a renewal's checklist stands: its CTA, what of it is settled, and which day is next."""

    cta_id: int
    checklist: str
    is_open: bool
    settled: int
    tasks: int
    next_on: date | None


COMMON = 3
"""An account team meets from so many common accounts on, or where one renews soon."""
SOON_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting of a CSM and an AE, perhaps with an SA: scheduled, or held, with what comes next."""

    id: int
    csm_id: int
    ae_id: int
    sa_id: int | None
    scheduled_at: datetime | None
    scheduled_on: date | None
    held_on: date | None
    next_steps: str | None

    def is_ahead(self, today: date) -> bool:
        """Whether it is scheduled for a later day."""
        return self.scheduled_on is not None and self.scheduled_on > today

    @property
    def who(self) -> tuple[int, ...]:
        """The ids of those who meet."""
        return tuple(i for i in (self.csm_id, self.ae_id, self.sa_id) if i is not None)


@dataclass(frozen=True, slots=True)
class Pair:
    """A CSM and an AE with their common accounts; their last meeting, and one that is scheduled and not held."""

    csm_id: int
    ae_id: int
    accounts: tuple[Account, ...]
    last: Meeting | None = None
    planned: Meeting | None = None

    @property
    def team_ids(self) -> tuple[int, ...]:
        """The ids of those who may change something of it: the two, and the teams of what they have in common."""
        return tuple(dict.fromkeys((self.csm_id, self.ae_id, *(i for one in self.accounts for i in one.team_ids))))

    @property
    def value(self) -> str:
        """What a button about them carries."""
        return f"{self.csm_id}:{self.ae_id}"

    def meets(self, today: date) -> bool:
        """Whether there is reason to meet: three common accounts, or a common renewal in six months."""
        return len(self.accounts) >= COMMON or bool(self.renewing(today))

    def renewing(self, today: date) -> list[Account]:
        """The common accounts that renew in the next six months, the soonest first."""
        until = add_months(today, SOON_MONTHS)
        found = [
            (a.renewal_on, a.name.casefold(), a)
            for a in self.accounts
            if a.renewal_on and today <= a.renewal_on <= until
        ]
        return [account for _, _, account in sorted(found, key=lambda one: one[:2])]

    def due_on(self, weeks: int) -> date | None:
        """When the next meeting is due: so many weeks after the last; None: there was none yet, so now."""
        return self.last.held_on + timedelta(weeks=weeks) if self.last and self.last.held_on else None

    def is_late(self, today: date, weeks: int) -> bool:
        """Whether the next meeting was due before today, or none was held, and none is to come."""
        due_on = self.due_on(weeks)
        return not self.is_planned(today) and (due_on is None or due_on < today)

    def is_planned(self, today: date) -> bool:
        """Whether a meeting is to come, today or later."""
        return self.planned is not None and self.planned.scheduled_on is not None and self.planned.scheduled_on >= today

    def is_up(self, day: date, weeks: int) -> bool:
        """Whether the round of a day's month names them: the meeting is due by its end, and none is to come."""
        due_on = self.due_on(weeks)
        return not self.is_planned(day) and (due_on is None or due_on < add_months(day.replace(day=1), 1))


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a CSM and an AE talk about; None where the area that knows of it is off."""

    renewals: tuple[Account, ...]
    expand: tuple[tuple[Account, Cta], ...]
    deferred: tuple[tuple[Account, Cta], ...]
    triage: tuple[tuple[Account, Triage], ...] | None
    seats: tuple[tuple[Account, Figure, Life], ...] | None


class Reminded(NamedTuple):
    """What somebody has themselves reminded of: labels with their addresses, and whether they said Done."""

    links: tuple[tuple[str, str], ...]
    done: bool


class Round(NamedTuple):
    """The meetings of a CSM (of a scope such as `csm-12`) that are up in a month, and who is in them."""

    scope: str
    pairs: tuple[Pair, ...]
    people: Mapping[int, Person]
    weeks: int
