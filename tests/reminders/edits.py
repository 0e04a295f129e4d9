"""What people do to a book in the course of a year, done to the plain data and to the database alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from handlers.account.actions import edit
from storage.account import store as accounts
from storage.renewal import outcomes
from tests.reminders.worlds import DAY, Account, Cta, Meeting, Task, World, store_review, store_signing

if TYPE_CHECKING:
    from datetime import date, datetime
    from random import Random

    from tests.reminders.factory import Book


@dataclass
class Editor:
    world: World
    stored: Book
    rng: Random
    log: list[str]

    def edit(self, now: datetime) -> None:
        """One random change by somebody."""
        change = self.rng.choice(
            (
                self.move_renewal,
                self.move_renewal_back,
                self.renew,
                self.move_renewal_a_little,
                self.change_notice,
                self.hold_review,
                self.skip_review,
                self.schedule_review,
                self.take_back_review,
                self.sign_late,
                self.take_back_outcome,
                self.log_ebr_late,
                self.schedule_ebr,
                self.call_off_ebr,
                self.change_cadence,
                self.hand_over,
                self.churn,
                self.open_cta,
                self.change_due_date,
                self.close_cta,
                self.snooze,
                self.add_task,
                self.reassign,
                self.move_to_zone,
            )
        )
        moves_somebody = change in (self.hand_over, self.reassign, self.move_to_zone)
        if moves_somebody and self.stored.rows("state = 'pending' AND op = 'post'"):
            return  # A row that waits keeps its instant: the oracle would have it at the new person's morning.
        change(now)
        self.log.append(f"{now} {change.__name__}")

    def account(self) -> Account:
        return self.rng.choice(self.world.accounts)

    def today(self, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self.world.rules["timezone"])).date()

    def in_days(self, now: datetime, first: int, last: int) -> date:
        return self.today(now) + self.rng.randint(first, last) * DAY

    def set_renewal(self, a: Account, day: date, now: datetime) -> None:
        """Somebody corrects the date: by so few days that it is the same renewal, or not."""
        self.before = getattr(self, "before", {})
        was = a.renewal_on
        if was:
            self.before[a.id] = was
        if was and was != day and abs((day - was).days) <= self.world.rules.get("renewal_same_days", 45):
            a.was.setdefault(day, set()).update(a.was.get(was, set()) | {was})
            for on, months in [key for key in a.reviews if key[0] == was]:
                if (day, months) not in a.reviews:
                    a.reviews[day, months] = a.reviews.pop((on, months))
            if was in a.signing:
                a.signing[day] = a.signing.pop(was)
        if day != was:
            a.renewal_known_at = now
        a.renewal_on = day
        with self.stored.store.write(now) as unit:
            edit(unit, accounts.get(unit.db, a.id), {"renewal_on": day.isoformat()})

    def move_renewal(self, now):
        self.set_renewal(self.account(), self.in_days(now, 1, 300), now)

    def move_renewal_back(self, now):
        a = self.account()
        self.set_renewal(a, getattr(self, "before", {}).get(a.id) or self.in_days(now, 30, 200), now)

    def renew(self, now):
        """For a year, or to bridge some weeks."""
        a = self.account()
        if not (a.renewal_on and a.active):
            return
        day = max(a.renewal_on, self.today(now)) + self.rng.choice([20, 40, 120, 200, 365]) * DAY
        a.renewal_on, a.renewal_known_at = day, now
        a.recorded.append(now)
        with self.stored.store.write(now) as unit:
            outcomes.renew(unit, a.id, day)

    def move_renewal_a_little(self, now):
        a = self.account()
        if a.renewal_on:
            self.set_renewal(a, a.renewal_on + self.rng.choice([-45, -20, -3, 5, 15, 45, 46]) * DAY, now)

    def change_notice(self, now):
        a = self.account()
        a.notice = self.rng.choice([0, 15, 60])
        self.stored.update("accounts", a.id, notice_days=a.notice)

    def review(self, now, state):
        a = self.account()
        months = self.rng.choice(self.world.rules.get("renewal_review_months", [5, 3]))
        if a.renewal_on:
            a.reviews[a.renewal_on, months] = state
            store_review(self.stored, a, a.renewal_on, months, state)

    def hold_review(self, now):
        self.review(now, "held")

    def skip_review(self, now):
        self.review(now, "skipped")

    def schedule_review(self, now):
        self.review(now, Meeting(self.in_days(now, 0, 25), now))

    def take_back_review(self, now):
        a = self.account()
        done = [key for key, state in a.reviews.items() if state in ("held", "skipped")]
        if done:
            renewal_on, months = self.rng.choice(done)
            del a.reviews[renewal_on, months]
            self.stored.db.execute(
                "DELETE FROM reviews WHERE account_id = ? AND renewal_on = ? AND offset_months = ?",
                (a.id, renewal_on.isoformat(), months),
            )

    def sign_late(self, now):
        a = self.account()
        if a.renewal_on:
            a.signing = {a.renewal_on: Meeting(self.in_days(now, 0, 30), now)}
            store_signing(self.stored, a, a.renewal_on, a.signing[a.renewal_on])

    def take_back_outcome(self, now):
        """Somebody said that it renewed, and a moment later that it did not."""
        a = self.account()
        if a.renewal_on:
            a.taken_back[a.renewal_on] = max(a.taken_back.get(a.renewal_on, self.today(now)), self.today(now))
            self.stored.insert(
                "renewals",
                account_id=a.id,
                renewal_on=a.renewal_on,
                outcome="renewed",
                decided_at=now,
                undone_at=now,
            )
            self.stored.update("accounts", a.id, look_at="")

    def know_ebr(self, a: Account, now: datetime) -> None:
        a.ebr_known_at = now
        self.stored.update("accounts", a.id, ebr_known_at=now)

    def log_ebr_late(self, now):
        a = self.account()
        held_on = self.in_days(now, -12, 0)
        a.ebr, a.last_ebr_on = None, max(held_on, a.last_ebr_on or held_on)
        self.stored.db.execute("DELETE FROM ebrs WHERE account_id = ? AND state = 'scheduled'", (a.id,))
        self.stored.ebr(a.id, "held", held_on=held_on)
        self.know_ebr(a, now)

    def schedule_ebr(self, now):
        a = self.account()
        a.ebr = Meeting(self.in_days(now, 0, 30), now)
        self.stored.db.execute("DELETE FROM ebrs WHERE account_id = ? AND state = 'scheduled'", (a.id,))
        self.stored.ebr(a.id, "scheduled", scheduled_on=a.ebr.day, scheduled_known_at=now)
        self.know_ebr(a, now)

    def call_off_ebr(self, now):
        a = self.account()
        a.ebr = None
        self.stored.db.execute("DELETE FROM ebrs WHERE account_id = ? AND state = 'scheduled'", (a.id,))
        self.know_ebr(a, now)

    def change_cadence(self, now):
        a = self.account()
        a.cadence = self.rng.choice([None, 3, 6, 9])
        self.stored.update("accounts", a.id, ebr_cadence_months=a.cadence)
        self.know_ebr(a, now)

    def hand_over(self, now):
        a = self.account()
        a.csm = self.rng.choice([*self.world.people, None])
        self.stored.update("accounts", a.id, csm_id=a.csm and a.csm.id)

    def churn(self, now):
        if self.rng.random() < 0.2:
            a = self.account()
            a.active = False
            self.stored.update("accounts", a.id, churned_on=self.today(now))

    def open_cta(self, now):
        c = Cta(
            len(self.world.ctas) + 1,
            self.account(),
            self.rng.choice([*self.world.people, None]),
            self.rng.choice([None, self.in_days(now, -2, 30)]),
            self.today(now),
            known_at=now,
        )
        self.world.ctas.append(c)
        self.world.store_cta(self.stored, c)

    def touch(self, now: datetime, **changes) -> Cta:
        c = self.rng.choice(self.world.ctas)
        if c.status == "new":
            c.touched_on = self.today(now)
            for name, value in changes.items():
                setattr(c, name, value)
            self.stored.update(
                "ctas",
                c.id,
                touched_on=c.touched_on,
                due_on=c.due_on,
                snoozed_until=c.snoozed_until,
                owner_id=c.owner and c.owner.id,
            )
        return c

    def change_due_date(self, now):
        self.touch(now, due_on=self.in_days(now, -1, 40))

    def snooze(self, now):
        self.touch(now, snoozed_until=self.in_days(now, 1, 30))

    def reassign(self, now):
        c = self.rng.choice(self.world.ctas)
        if c.status == "new":  # no work on it: it stays as idle as it is
            c.owner = self.rng.choice([*self.world.people, None])
            self.stored.update("ctas", c.id, owner_id=c.owner and c.owner.id)

    def add_task(self, now):
        c = self.touch(now)
        if c.status == "new":
            task = Task(1_000_000 + len(self.log), self.in_days(now, 0, 10))
            c.tasks.append(task)
            self.stored.task(c.id, task.due_on, id=task.id)

    def close_cta(self, now):
        c = self.rng.choice(self.world.ctas)
        if c.status == "new":
            c.status, c.revisit_on = "closed_no_success", self.rng.choice([None, self.in_days(now, 1, 60)])
            self.stored.update(
                "ctas", c.id, status=c.status, closed_on=self.today(now), reason="deferred", revisit_on=c.revisit_on
            )

    def move_to_zone(self, now):
        person = self.rng.choice(self.world.people)
        person.zone = self.rng.choice(["America/New_York", "Europe/London", "Australia/Sydney", "America/Santiago"])
        self.stored.update("people", person.id, zone=person.zone)
