"""A second opinion on what is posted when: a bot that looks at everything, every half hour, sentence by sentence.

It shares no code with reminders/ and is built the other way round: it knows no "next" anything. At each look it
asks of every account and CTA whether docs/domain.md has it said *now*, and remembers what it has said.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import holidays

from tests.reminders.worlds import Account, Cta, Meeting, Person, World

DAY = timedelta(days=1)


class Said(NamedTuple):
    key: str
    recipient: str
    post_at: datetime
    due_on: date
    late: bool
    step: int | None
    account: str | None


def months_before(day: date, months: int) -> date:
    month = day.year * 12 + day.month - 1 - months
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass
class Oracle:
    world: World
    said: list[Said] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    told: set[tuple[str, str, str]] = field(default_factory=set)
    missed: set[str] = field(default_factory=set)
    asked: dict[str, datetime] = field(default_factory=dict)
    judged: set[tuple[str, str]] = field(default_factory=set)
    looked_before: bool = False

    def __post_init__(self) -> None:
        country = self.world.rules.get("holidays_country")
        self.holidays = holidays.country_holidays(country) if country else {}
        self.rules = {
            "renewal_review_months": [5, 3],
            "ebr_steps_days": [90, 30, 0, -30],
            "cta_idle_days": 60,
            "first_ebr_months": 6,
            "renewal_same_days": 45,
            "summaries": [],
            **self.world.rules,
        }
        self.zones: dict[str, ZoneInfo] = {}

    # the words of the calendar

    def works(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.holidays

    def or_next(self, day: date) -> date:
        while not self.works(day):
            day += DAY
        return day

    def zone(self, person: Person | None) -> ZoneInfo:
        return self.zone_named((person and person.zone) or self.rules["timezone"])

    def zone_named(self, name: str) -> ZoneInfo:
        if name not in self.zones:
            self.zones[name] = ZoneInfo(name)
        return self.zones[name]

    def nine(self, day: date, zone: ZoneInfo) -> datetime:
        return datetime(day.year, day.month, day.day, 9, tzinfo=zone).astimezone(UTC)

    # one look

    def look(self, now: datetime, *, thorough: bool = False) -> None:
        """What is said at this instant. `thorough`: also what would have been said this morning (after an edit,
        or after coming back)."""
        thorough = thorough or not self.looked_before
        people: list[Person | None] = [*self.world.people, None]
        mornings = {}
        for person in people:
            zone = self.zone(person)
            local = now.astimezone(zone)
            on_time = (local.hour, local.minute) == (9, 0)
            if on_time or (thorough and 9 <= local.hour < 18):
                mornings[person.email if person else None] = (person, local.date(), self.nine(local.date(), zone))
        self.looked_before, first_look = True, not self.looked_before
        for address, (person, today, nine) in mornings.items():
            for account in self.world.accounts:
                self.scheduled_day(account, person, today, nine, now)
            if self.works(today):
                self.about_accounts(address, today, nine, now)
                self.monthly(person, today, nine, now)
                self.manager_week(person, today, nine, now)
                self.morning(person, today, nine, now)
                for cta in self.world.ctas:
                    if (cta.reminded and cta.reminded.email) == address:
                        self.deferred(cta, today, nine, now)
        self.weekly(now, first_look)

    def about_accounts(self, address: str | None, today: date, nine: datetime, now: datetime) -> None:
        for account in self.world.accounts:
            if (account.csm and account.csm.email) == address:
                self.reviews(account, today, nine, now)
                self.ebrs(account, today, nine, now)
            whose = account.csm or account.ae
            if (whose and whose.email) == address:
                self.outcome(account, whose, today, nine, now)

    def say(
        self,
        key: str,
        person: Person | None,
        now: datetime,
        due_on: date,
        late: bool,
        step: int | None = None,
        account: Account | None = None,
    ) -> None:
        assert key not in self.keys
        self.keys.add(key)
        recipient = person.email if person else "operations"
        self.said.append(Said(key, recipient, now, due_on, late, step, account and account.name))

    def may_say(self, first_day: date, known_at: datetime, today: date, nine: datetime, now: datetime) -> bool:
        """Due by today, and known by this morning; when it is later than nine, only what this morning was for."""
        if today < first_day or known_at > nine:
            return False
        if now == nine:
            return True
        zone_day = first_day  # the morning that it was for: the first one that is not before the day and the knowing
        zone = next(z for z in self.zones.values() if self.nine(today, z) == nine)
        while not self.works(zone_day) or self.nine(zone_day, zone) < known_at:
            zone_day += DAY
        return zone_day == today

    # accounts

    def said_before(self, a: Account, key: str) -> str | None:
        """The key under which the same thing was said, or named as missed: its own, or one of the same renewal."""
        earlier = [key.replace(str(a.renewal_on), str(day)) for day in a.was.get(a.renewal_on, ())]
        if key in self.keys:
            return key
        return next((k for k in earlier if k in self.keys), next((k for k in earlier if k in self.missed), None))

    def scheduled_day(self, a: Account, person: Person | None, today: date, nine: datetime, now: datetime) -> None:
        team = [p for p in (a.ae, a.sa) if p] + [a.csm]
        if not a.active or a.renewal_on is None or person not in team or today > a.renewal_on:
            return
        for months in self.rules["renewal_review_months"]:
            meeting = a.reviews.get((a.renewal_on, months))
            if isinstance(meeting, Meeting) and meeting.day == today and meeting.known_at <= nine:
                address = person.email if person else "operations"
                key = f"renewal_review_scheduled:{a.id}:{a.renewal_on}:{months}:{today}:{address}"
                if not self.said_before(a, key):
                    self.say(key, person, now, today, False, months, a)

    def lapsed_on(
        self,
        key: str,
        meeting: Meeting,
        person: Person | None,
        today: date,
        nine: datetime,
        now: datetime,
        expires: date | None,
        ask: Any,
    ) -> date | None:
        """Ask "held?" when it is time; the day from which it counts as not scheduled, once asked."""
        first = self.or_next(meeting.day + DAY)
        if (
            key not in self.asked
            and (expires is None or today <= expires)
            and self.may_say(first, meeting.known_at, today, nine, now)
        ):
            self.asked[key] = now
            ask(today > first)
        if key not in self.asked:
            return None
        day = self.asked[key].astimezone(self.zone(person)).date()
        for _ in range(5):
            day = self.or_next(day + DAY)
        return day

    def reviews(self, a: Account, today: date, nine: datetime, now: datetime) -> None:
        if not a.active or a.renewal_on is None or today > a.renewal_on:
            return
        # "Where notice must be given earlier, review offsets and ahead count from renewal day − notice_days."
        decided_by = a.renewal_on - timedelta(days=a.notice)
        due = {m: months_before(decided_by, m) for m in self.rules["renewal_review_months"]}
        for months, due_on in due.items():
            state = a.reviews.get((a.renewal_on, months))
            first_day = self.or_next(due_on)
            if isinstance(state, Meeting):
                key = f"renewal_review_held:{a.id}:{a.renewal_on}:{months}:{state.day}"
                again = self.lapsed_on(
                    self.said_before(a, key) or key,
                    state,
                    a.csm,
                    today,
                    nine,
                    now,
                    a.renewal_on,
                    lambda late, key=key, s=state, m=months: self.say(key, a.csm, now, s.day + DAY, late, m, a),
                )
                if again is None:
                    continue
                first_day = max(first_day, again)
            elif state in ("held", "skipped"):
                continue
            ahead = today <= decided_by and not self.before_a_recorded_renewal(a, due_on)
            overtaken = any(other < months and self.or_next(d) <= today for other, d in due.items())
            if ahead and not overtaken and self.may_say(first_day, a.renewal_known_at, today, nine, now):
                self.remind_of_review(a, months, due, today, now)

    def remind_of_review(self, a: Account, months: int, due: dict[int, date], today: date, now: datetime) -> None:
        """Once for the same renewal; the earlier ones that it has overtaken are named as missed."""
        key = f"renewal_review:{a.id}:{a.renewal_on}:{months}"
        if self.said_before(a, key):
            return
        self.say(key, a.csm, now, due[months], today > self.or_next(due[months]), months, a)
        for other, day in due.items():
            done = a.reviews.get((a.renewal_on, other)) in ("held", "skipped")
            if other > months and not done and not self.before_a_recorded_renewal(a, day):
                self.missed.add(f"renewal_review:{a.id}:{a.renewal_on}:{other}")

    def before_a_recorded_renewal(self, a: Account, due_on: date) -> bool:
        """ "An offset day on or before the day of the last recorded renewal is not armed." """
        team = self.zone_named(self.rules["timezone"])
        return bool(a.recorded) and due_on <= max(a.recorded).astimezone(team).date()

    def outcome(self, a: Account, whose: Person | None, today: date, nine: datetime, now: datetime) -> None:
        """A renewal day passed, nobody decided, and the day was known when it came: did it renew?"""
        if not a.active or a.renewal_on is None or today <= a.renewal_on:
            return
        team = self.zone_named(self.rules["timezone"])
        if a.renewal_known_at.astimezone(team).date() > a.renewal_on:
            return
        if a.taken_back.get(a.renewal_on, a.renewal_on) > a.renewal_on:
            return
        own_day = first_day = self.or_next(a.renewal_on + DAY)
        signing = a.signing.get(a.renewal_on)
        if signing:
            first_day = max(own_day, self.or_next(signing.day + DAY))
        key = f"renewal_outcome:{a.id}:{a.renewal_on}"
        if key not in self.keys and self.may_say(first_day, a.renewal_known_at, today, nine, now):
            self.say(key, whose, now, a.renewal_on + DAY, today > own_day, None, a)

    def ebrs(self, a: Account, today: date, nine: datetime, now: datetime) -> None:
        if not a.active:
            return
        again = date.min
        if a.ebr:
            key = f"ebr_held:{a.id}:{a.ebr.day}"
            lapsed = self.lapsed_on(
                key,
                a.ebr,
                a.csm,
                today,
                nine,
                now,
                None,
                lambda late: self.say(key, a.csm, now, a.ebr.day + DAY, late, None, a),
            )
            if lapsed is None:
                return
            again = lapsed
        due_date = self.ebr_due_date(a)
        if due_date is None:
            return
        # No step that lies further ahead than half the cadence, a month having 30 days.
        half = 30 * (a.cadence or 12) / 2
        steps = {s: due_date - timedelta(days=s) for s in self.rules["ebr_steps_days"] if not s > half}
        for step, due_on in steps.items():
            if any(other < step and self.or_next(d) <= today for other, d in steps.items()):
                continue
            first_day = max(self.or_next(due_on), again)
            key = f"ebr_nudge:{a.id}:{due_date}:{step}"
            if key not in self.keys and self.may_say(first_day, a.ebr_known_at, today, nine, now):
                self.say(key, a.csm, now, due_on, today > self.or_next(due_on), step, a)

    def ebr_due_date(self, a: Account) -> date | None:
        """ "Last EBR held + cadence; never held: customer since + first_ebr_months (at most the cadence), unless the
        account was first known more than twelve months after customer since."""
        every = a.cadence or 12
        if a.last_ebr_on:
            return months_before(a.last_ebr_on, -every)
        if not a.customer_since:
            return None
        a_year_on = months_before(a.customer_since, -12)
        known_on = a.known_at.astimezone(self.zone_named(self.rules["timezone"])).date()
        first = self.rules["first_ebr_months"]
        return None if known_on > a_year_on else months_before(a.customer_since, -(min(every, first)))

    def monthly(self, csm: Person | None, today: date, nine: datetime, now: datetime) -> None:
        own = [a for a in self.world.accounts if a.active and a.csm is csm]
        name = csm.email if csm else "operations"
        month = f"{today:%Y-%m}"
        if not own or (name, month) in self.judged:
            return
        first = self.or_next(today.replace(day=1))
        if self.may_say(first, min(a.known_at for a in own), today, nine, now):
            self.judged.add((name, month))
            last = months_before(today, -6)
            if any(a.renewal_on and a.known_at <= now and today <= a.renewal_on <= last for a in own):
                self.say(f"monthly_plan:{name}:{month}", csm, now, first, today > first)

    def manager_week(self, manager: Person | None, today: date, nine: datetime, now: datetime) -> None:
        """Monday, the first business day from then, to who leads somebody that has accounts; if there is anything."""
        led = [person for person in self.world.people if manager and person.manager is manager]
        own = [a for a in self.world.accounts if a.active and a.csm in led]
        monday = today - timedelta(days=today.weekday())
        week = f"{monday:%G-W%V}"
        if not led or not own or (manager.email, week) in self.judged:
            return
        first = self.or_next(monday)
        if self.may_say(first, min(a.known_at for a in own), today, nine, now):
            self.judged.add((manager.email, week))
            if self.anything(led, own, today):
                self.say(f"manager_week:{manager.email}:{week}", manager, now, monday, today > first)

    def anything(self, led: list[Person], own: list[Account], today: date) -> bool:
        last_monday = today - timedelta(days=today.weekday() or 7)
        since = datetime(last_monday.year, last_monday.month, last_monday.day, tzinfo=self.zone(None))
        return (
            any(a.active and a.csm is None for a in self.world.accounts)
            or any(self.to_look_at(a, today) for a in own)
            or any(a.csm in led and any(at >= since for at in a.recorded) for a in self.world.accounts)
            or any(c.status == "new" and c.owner in led and c.due_on and c.due_on < today for c in self.world.ctas)
        )

    def to_look_at(self, a: Account, today: date) -> bool:
        """Lapsed or in signature, a review missing, an EBR overdue, no AE."""
        ebr_due = None if a.ebr else self.ebr_due_date(a)
        if a.ae is None or (ebr_due and ebr_due < today):
            return True
        if a.renewal_on is None:
            return False
        signing = a.signing.get(a.renewal_on)
        if a.renewal_on < today or (signing and signing.day >= today):
            return True
        months = [m for (on, m), state in a.reviews.items() if on == a.renewal_on and state != "skipped"]
        return not months and a.renewal_on - timedelta(days=a.notice) <= today + timedelta(days=90)

    # CTAs

    def morning(self, person: Person | None, today: date, nine: datetime, now: datetime) -> None:
        name = person.email if person else "operations"
        key = f"cta_morning:{name}:{today}"
        if key in self.keys:
            return
        news = set()
        for cta in self.world.ctas:
            if cta.reminded is person and cta.known_at <= nine and cta.account.active:
                if now > nine and cta.touched_on and cta.touched_on >= today:
                    continue
                news |= set(self.current(cta, today))
        news -= self.told
        if news:
            self.told |= news
            self.say(key, person, now, today, False)

    def current(self, cta: Cta, today: date):
        if cta.status not in ("new", "work_in_progress") or (cta.snoozed_until and today < cta.snoozed_until):
            return
        due = cta.due_on.isoformat() if cta.due_on else ""
        if cta.due_on and today <= cta.due_on <= today + 3 * DAY:
            yield f"cta:{cta.id}", "due_soon", due
        if cta.due_on and cta.due_on < today:
            yield f"cta:{cta.id}", "overdue", due
        if cta.touched_on and (today - cta.touched_on).days >= self.rules["cta_idle_days"]:
            yield f"cta:{cta.id}", "idle", due
        yesterday = today - DAY
        days = {today}
        while not self.works(yesterday):
            days.add(yesterday)
            yesterday -= DAY
        for task in cta.tasks:
            if task.open and task.due_on in days:
                yield f"task:{task.id}", "due_today", task.due_on.isoformat()

    def deferred(self, cta: Cta, today: date, nine: datetime, now: datetime) -> None:
        if cta.status != "closed_no_success" or cta.revisit_on is None or not cta.account.active:
            return
        key = f"deferred_cta:{cta.id}:{cta.revisit_on}"
        first = self.or_next(cta.revisit_on)
        if key not in self.keys and self.may_say(first, cta.known_at, today, nine, now):
            self.say(key, cta.reminded, now, cta.revisit_on, today > first, None, cta.account)

    # the week

    def weekly(self, now: datetime, first_look: bool) -> None:
        for schedule in self.rules["summaries"]:
            zone = self.zone_named(schedule.get("timezone") or self.rules["timezone"])
            local = now.astimezone(zone)
            today = local.date()
            monday = today - timedelta(days=today.weekday())
            key = f"weekly_summary:weekly:{schedule['channel']}:{(monday - DAY).strftime('%G-W%V')}"
            if key in self.keys or now < self.nine(monday, zone):
                continue
            at_nine = (local.hour, local.minute) == (9, 0)
            in_time = at_nine or (first_look and local.hour < 18)
            if in_time if today == monday else at_nine and self.works(today):
                self.keys.add(key)
                self.said.append(Said(key, schedule["channel"], now, monday, today > monday, None, None))


def half_hours(start: datetime, end: datetime):
    """The start itself, then every full and half hour."""
    yield start
    at = start.replace(minute=0, second=0, microsecond=0)
    while at < end:
        at += timedelta(minutes=30)
        if start < at < end:
            yield at
