"""Random books: people in five time zones, accounts, CTAs, and the edits of a year, as plain data and in a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from tests.reminders.factory import LONG_AGO, Book

ZONES = ("America/New_York", "Europe/London", "Australia/Sydney", "America/Santiago", "Asia/Kolkata", None)
COUNTRIES = ("", "", "US", "GB", "DE", "AU")
DAY = timedelta(days=1)


@dataclass
class Person:
    id: int
    email: str
    zone: str | None
    manager: Person | None = None


@dataclass
class Meeting:
    day: date
    known_at: datetime


@dataclass
class Account:
    id: int
    name: str
    csm: Person | None
    ae: Person | None = None
    sa: Person | None = None
    renewal_on: date | None = None
    known_at: datetime = LONG_AGO
    renewal_known_at: datetime = LONG_AGO
    ebr_known_at: datetime = LONG_AGO
    customer_since: date | None = None
    last_ebr_on: date | None = None
    cadence: int | None = None
    segment: str | None = None
    active: bool = True
    reviews: dict[tuple[date, int], str | Meeting] = field(default_factory=dict)
    ebr: Meeting | None = None
    signing: dict[date, Meeting] = field(default_factory=dict)
    taken_back: dict[date, date] = field(default_factory=dict)
    notice: int = 0
    was: dict[date, set[date]] = field(default_factory=dict)
    """By renewal date: the dates that the same renewal had before."""
    recorded: list[datetime] = field(default_factory=list)
    """When renewals were recorded."""


@dataclass
class Task:
    id: int
    due_on: date
    open: bool = True


@dataclass
class Cta:
    id: int
    account: Account
    owner: Person | None
    due_on: date | None
    touched_on: date | None
    known_at: datetime = LONG_AGO
    snoozed_until: date | None = None
    status: str = "new"
    revisit_on: date | None = None
    tasks: list[Task] = field(default_factory=list)

    @property
    def reminded(self) -> Person | None:
        return self.owner or self.account.csm


@dataclass
class World:
    """What the oracle reads; `store_in` writes the same into a database."""

    rules: dict[str, Any]
    start: datetime
    people: list[Person] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    ctas: list[Cta] = field(default_factory=list)

    def store_in(self, stored: Book) -> None:
        for person in self.people:
            stored.person(person.email, person.zone, id=person.id, manager_id=person.manager and person.manager.id)
        for a in self.accounts:
            stored.account(
                a.name,
                a.csm and a.csm.id,
                id=a.id,
                ae_id=a.ae and a.ae.id,
                sa_id=a.sa and a.sa.id,
                renewal_on=a.renewal_on,
                known_at=a.known_at,
                renewal_known_at=a.renewal_known_at,
                ebr_known_at=a.ebr_known_at,
                customer_since=a.customer_since,
                last_ebr_on=a.last_ebr_on,
                ebr_cadence_months=a.cadence,
                segment=a.segment,
                notice_days=a.notice or None,
                churned_on=None if a.active else "2026-01-01",
            )
            for (renewal_on, months), review in a.reviews.items():
                store_review(stored, a, renewal_on, months, review)
            for renewal_on, signing in a.signing.items():
                store_signing(stored, a, renewal_on, signing)
            if a.ebr:
                stored.ebr(a.id, "scheduled", scheduled_on=a.ebr.day, scheduled_known_at=a.ebr.known_at)
        for c in self.ctas:
            self.store_cta(stored, c)

    @staticmethod
    def store_cta(stored: Book, c: Cta) -> None:
        closed = {"closed_on": "2026-01-05", "reason": "deferred"} if c.status == "closed_no_success" else {}
        stored.cta(
            c.account.id,
            c.owner and c.owner.id,
            id=c.id,
            due_on=c.due_on,
            touched_on=c.touched_on,
            known_at=c.known_at,
            snoozed_until=c.snoozed_until,
            status=c.status,
            revisit_on=c.revisit_on,
            **closed,
        )
        for task in c.tasks:
            stored.task(c.id, task.due_on, id=task.id, state="open" if task.open else "done")


def store_review(stored: Book, account: Account, renewal_on: date, months: int, review: str | Meeting) -> None:
    scheduled = isinstance(review, Meeting)
    stored.db.execute(
        "INSERT INTO reviews(account_id, renewal_on, offset_months, state, scheduled_on, scheduled_known_at,"
        " updated_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account_id, renewal_on, offset_months) DO UPDATE"
        " SET state = excluded.state, scheduled_on = excluded.scheduled_on,"
        " scheduled_known_at = excluded.scheduled_known_at",
        (
            account.id,
            renewal_on.isoformat(),
            months,
            "scheduled" if scheduled else review,
            review.day.isoformat() if scheduled else None,
            review.known_at.strftime("%Y-%m-%dT%H:%M:%SZ") if scheduled else None,
            "2020-01-01T00:00:00Z",
        ),
    )


def store_signing(stored: Book, account: Account, renewal_on: date, signing: Meeting) -> None:
    stored.db.execute("DELETE FROM signings WHERE account_id = ?", (account.id,))
    stored.insert(
        "signings", account_id=account.id, renewal_on=renewal_on, sign_by=signing.day, updated_at=signing.known_at
    )


def random_world(seed: int, *, accounts: int = 14, start: datetime | None = None) -> World:
    """A book as it may be found: much of it quiet, some of it late, a few things odd."""
    dice = Dice(Random(seed), start)
    world = World(dice.rules(), dice.start)
    world.people = [Person(i + 1, f"p{i}@example.com", zone) for i, zone in enumerate(ZONES)]
    for person in world.people[2:]:
        person.manager = dice.rng.choice([*world.people[:2], None])
    world.accounts = [dice.account(i, world) for i in range(accounts)]
    world.ctas = [dice.cta(i, world) for i in range(accounts)]
    return world


class Dice:
    """Random records around a day."""

    def __init__(self, rng: Random, start: datetime | None) -> None:
        self.rng = rng
        self.tidy = rng.random() < 0.5
        """Every account has a CSM and an AE: only then is a manager's week ever empty."""
        self.start = start or datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(0, 365 * 24 * 60, 10))

    def rules(self) -> dict[str, Any]:
        rules: dict[str, Any] = {
            "timezone": self.rng.choice(("UTC", "Europe/Berlin", "America/Santiago")),
            "holidays_country": self.rng.choice(COUNTRIES),
        }
        if self.rng.random() < 0.6:
            rules["summaries"] = [{"channel": "#cs", "timezone": self.rng.choice(("", "Australia/Sydney"))}]
        if self.rng.random() < 0.3:
            rules["renewal_same_days"] = self.rng.choice((0, 10, 120))
        if self.rng.random() < 0.3:
            rules["first_ebr_months"] = self.rng.choice((1, 3, 9, 24))
        if self.rng.random() < 0.2:
            rules |= {"renewal_review_months": [6, 5, 1], "ebr_steps_days": [60, 7, 2, 1, 0, -10], "cta_idle_days": 30}
        return rules

    def known(self) -> datetime:
        """Mostly long ago, else in the last days."""
        return LONG_AGO if self.rng.random() < 0.6 else self.start - timedelta(minutes=self.rng.randrange(60 * 24 * 5))

    def day(self, first: int, last: int) -> date:
        return self.start.date() + self.rng.randint(first, last) * DAY

    def account(self, i: int, world: World) -> Account:
        a = Account(
            i + 1,
            f"Account {i}",
            self.rng.choice([*world.people, *[None] * (not self.tidy)]),
            ae=self.rng.choice([*world.people, *[None, None] * (not self.tidy)]),
            sa=self.rng.choice([*world.people, None, None]),
            renewal_on=self.rng.choice([None, self.day(-30, 420), self.day(-5, 200)]),
            known_at=self.known(),
            customer_since=self.rng.choice([None, self.day(-900, -10), self.day(-400, -10)]),
            last_ebr_on=self.rng.choice([None, self.day(-420, -1)]),
            cadence=self.rng.choice([None, None, 1, 3, 6]),
            segment=self.rng.choice([None, "strategic"]),
            active=self.rng.random() < 0.9,
            notice=self.rng.choice([0, 0, 30, 90]),
        )
        a.renewal_known_at = a.ebr_known_at = a.known_at
        for months in world.rules.get("renewal_review_months", [5, 3]) if a.renewal_on else ():
            fate = self.rng.random()
            if fate < 0.12:
                a.reviews[a.renewal_on, months] = self.rng.choice(["held", "skipped"])
            elif fate < 0.35:
                a.reviews[a.renewal_on, months] = Meeting(self.day(-12, 90), self.known())
        if a.renewal_on and self.rng.random() < 0.15:
            a.signing[a.renewal_on] = Meeting(
                max(a.renewal_on, self.start.date()) + self.rng.randrange(30) * DAY, LONG_AGO
            )
        if self.rng.random() < 0.2:
            a.ebr = Meeting(self.day(-12, 60), self.known())
        return a

    def cta(self, i: int, world: World) -> Cta:
        c = Cta(
            i + 1,
            self.rng.choice(world.accounts),
            self.rng.choice([*world.people, None]),
            self.rng.choice([None, self.day(-20, 90)]),
            self.day(-90, -1),
            known_at=self.known(),
            snoozed_until=self.rng.choice([None, None, self.day(-3, 40)]),
        )
        c.tasks = [Task(i * 10 + k, self.day(-3, 60)) for k in range(self.rng.randrange(3))]
        if self.rng.random() < 0.2:
            c.status, c.revisit_on, c.tasks = "closed_no_success", self.day(-5, 60), []
        return c
