"""A year of a CSM with every area of this bot on: one planned message a person and day, and not too many rows.

Rows are what delivery sends to the CSM, by business day; what others did is told beside them.
"""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest
from dateutil.relativedelta import relativedelta

from reminders.engine.planner import plan
from storage.account import store as accounts
from storage.base import people
from storage.base.areas import NAMES
from storage.base.business_days import business_days_of
from storage.call import store as calls
from storage.escalation import store as escalations
from storage.plan import life as plans
from storage.plan import objectives
from storage.plan import store as plan_store
from storage.playbook.store import keep_checklists
from storage.review import store as reviews
from storage.sales import checklists, routines
from storage.sales import store as meetings
from storage.survey import store as surveys
from storage.triage import store as triages
from templates.playbook.catalogue import CHECKLISTS, load_checklists
from tests.reminders.factory import LONG_AGO, Book, policy
from tests.reminders.sending import deliver

START = date(2026, 1, 5)  # a Monday
ALL_ON = {area: {"enabled": True} for area in NAMES} | {"calls": {"enabled": True, "nudge": True}}
LONG_AGO_TEXT = "2020-01-01T00:00:00Z"
MOST_ROWS = {12: 1.5, 25: 2.0, 45: 2.5}
"""By accounts, at most so many rows to the CSM a business day."""


def fill(book, number, luck):
    """A manager, a CSM, and accounts of all segments; one in twelve is a new customer of the last weeks."""
    book.person("priya@example.com", "UTC", slack_id="U2", role="manager")
    maya = book.person("maya@example.com", "UTC", slack_id="U1", manager_id=1)
    aes = [book.person(f"ae{n}@example.com", "UTC", slack_id=f"U1{n}") for n in range(2)]
    for ae in aes:
        for kind in (routines.DAILY, routines.WEEKLY):
            book.db.execute("INSERT INTO routines VALUES (?, ?, ?, NULL)", (ae, kind, LONG_AGO_TEXT))
    for one in range(number):
        since = START - timedelta(luck.randint(200, 1500))
        if one % 12 == 0:
            since = START - timedelta(luck.randint(0, 20))
        book.account(
            f"Customer {one:03}",
            maya,
            ae_id=luck.choice(aes),
            segment=luck.choice(["strategic", "enterprise", "commercial", "commercial"]),
            customer_since=since,
            arr_cents=luck.randint(10, 900) * 100_000,
            renewal_on=START + timedelta(luck.randint(20, 385)),
            renewal_known_at=LONG_AGO,
            last_ebr_on=max(since, START - timedelta(luck.randint(20, 330))),
            health=luck.choice(["green", "green", "green", "yellow"]),
            health_on=START - timedelta(luck.randint(1, 28)),
        )
    for account_id in range(1, number + 1, 2):
        due_on = START + timedelta(luck.randint(10, 200))
        cta = book.cta(account_id, maya, due_on=due_on, touched_on=START, opened_on=START)
        book.task(cta, (due_on - timedelta(5)).isoformat())
    with book.store.write(datetime.combine(START, time(6), UTC)) as unit:
        keep_checklists(unit, load_checklists(CHECKLISTS)[0])
    return maya


class Team:
    """What a CSM does who does most of what they are asked, a little late at times; and what customers do to them."""

    def __init__(self, book, maya, luck):
        self.book, self.maya, self.luck, self.asked, self.used = book, maya, luck, Random(1), Random(2)
        self.month = 0

    def happens(self, a_year):
        """Something that comes to pass so many times a year, on one of 260 business days."""
        return self.luck.random() < a_year / 260

    def day(self, now):
        with self.book.store.write(now, actor=people.get(self.book.db, self.maya)) as unit:
            some = [accounts.from_row(row) for row in unit.db.execute(f"SELECT {accounts.COLUMNS} FROM accounts")]
            for account in some:
                self.of_account(unit, account)
                self.of_plan(unit, account)
                self.of_sales(unit, accounts.get(unit.db, account.id))
                self.of_usage(unit, account)
            self.month = unit.today.month
            self.updates(unit)
            self.checklists(unit)
            self.meet(unit)
            self.ctas(unit)

    def of_account(self, unit, account):
        if self.happens(14):
            calls.log(unit, account.id, unit.today, health=account.health)
        if self.happens(0.4):
            accounts.edit(unit, account.id, {"health": "red"}, "account.health")
        if self.happens(0.25):
            escalations.open_(unit, account.id, self.luck.choice(["high", "medium", "low"]), "it works")
        if self.asked.random() < 2 / 260:
            contact = self.asked.choice(["champion", "sponsor"])
            surveys.record(unit, account, "nps", self.asked.randint(3, 10), unit.today, contact=contact)
        if account.renewal_on is None:
            return
        left = (account.renewal_on - unit.today).days
        if left <= 0 and self.luck.random() < 0.4:
            moved = account.renewal_on + relativedelta(years=1)
            accounts.edit(unit, account.id, {"renewal_on": moved.isoformat()})
        elif left in range(60, 150) and self.luck.random() < 0.08:
            self.book.db.execute(
                "INSERT INTO reviews(account_id, renewal_on, offset_months, state, held_on, updated_at)"
                " VALUES (?, ?, ?, 'held', ?, ?) ON CONFLICT DO NOTHING",
                (account.id, account.renewal_on.isoformat(), 5 if left > 90 else 3, unit.today.isoformat(), unit.at),
            )
        if account.last_ebr_on and (unit.today - account.last_ebr_on).days > 330 and self.luck.random() < 0.1:
            accounts.edit(unit, account.id, {"last_ebr_on": unit.today.isoformat()})

    def of_plan(self, unit, account):
        """Plans are drafted in the first weeks, and updated a few times a year."""
        found = plan_store.of_account(unit.db, unit.policy, account.id)
        if found is None and self.happens(6):
            said = {"strategy": "why", "highlights": "how", "state": "active", "shared_on": unit.today}
            plans.save(unit, account, "roi", said)
            objectives.add(unit, account, "roi", {"title": "Releases", "why": "speed", "criteria": "twice a week"})
            plans.submit(unit, account)
        elif found and self.happens(5) and found.validated_on != unit.today:
            plans.still_right(unit, found)

    def of_usage(self, unit, account):
        """A file of the month says how much each uses: more as time goes on, and less at times."""
        if self.month == unit.today.month:
            return
        months = (unit.today - account.customer_since).days // 30
        self.book.insert(
            "usage_figures", account_id=account.id, instance="", as_of=unit.today, environment="production",
            licences_bought=100, licences_activated=min(100, 12 * months * self.used.randint(5, 10) // 10),
            made_by=1, changed_by=1,
        )  # fmt: skip
        unit.db.execute("INSERT INTO usage_changed(account_id) VALUES (?) ON CONFLICT DO NOTHING", (account.id,))

    def of_sales(self, unit, account):
        """Its AE opens a checklist a little before its day."""
        left = (account.renewal_on - unit.today).days if account.renewal_on else 0
        for which, days in (("discovery", 160), ("strategy", 130), ("package", 85)):
            begun = which not in checklists.not_begun(unit.db, unit.policy, account)
            if days - 10 < left <= days and not begun and self.luck.random() < 0.2:
                checklists.open_(unit, account, which)

    def meet(self, unit):
        """Account teams meet about when it is time to."""
        for pair in meetings.of_csm(unit.db, unit.policy, self.maya, unit.today):
            if pair.is_up(unit.today, 4) and self.luck.random() < 0.1:
                meetings.hold(unit, pair, unit.today, "we talk to them", None)

    def updates(self, unit):
        """Most updates are given on the day on which they are asked for."""
        for (account_id,) in unit.db.execute("SELECT account_id FROM triages WHERE state = 'open'").fetchall():
            triage = triages.current(unit.db, account_id)
            asked = (unit.today - triage.last_on).days >= 4 and unit.today.weekday() == 1
            if asked and self.luck.random() < 0.8:
                colour = (
                    "green"
                    if self.luck.random() < 0.3 and not triages.escalated(unit.db, unit.policy, account_id)
                    else "red"
                )
                triages.update(unit, triage.id, colour, "we met", next_step="again", due_on=None, helped="time")
        known = unit.db.execute("SELECT id, last_on FROM escalations WHERE state <> 'closed'").fetchall()
        for escalation_id, last_on in known:
            if (unit.today - date.fromisoformat(last_on)).days < 2 or self.luck.random() > 0.5:
                continue
            if self.luck.random() < 0.2:
                escalations.close(unit, escalation_id, "positive", criteria_met=True)
            else:
                escalations.update(
                    unit, escalation_id, state="monitoring", severity="medium", progress="better", next_step=None
                )

    def checklists(self, unit):
        """Tasks of checklists are ticked about when they are due."""
        rows = unit.db.execute(
            "SELECT tasks.id, cta_id FROM tasks JOIN ctas ON ctas.id = cta_id WHERE tasks.state = 'open'"
            " AND ctas.anchor IS NOT NULL AND tasks.due_on <= ?",
            ((unit.today + timedelta(1)).isoformat(),),
        ).fetchall()
        for task_id, cta_id in rows:
            if self.luck.random() < 0.5:
                unit.db.execute(
                    "UPDATE tasks SET state = 'done', done_on = ? WHERE id = ?", (unit.today.isoformat(), task_id)
                )
                unit.db.execute(
                    "UPDATE ctas SET touched_on = ?, look_at = '' WHERE id = ?", (unit.today.isoformat(), cta_id)
                )

    def ctas(self, unit):
        rows = unit.db.execute(
            "SELECT id FROM ctas WHERE anchor IS NULL AND status = 'new' AND due_on <= ?", (unit.today.isoformat(),)
        ).fetchall()
        for (cta_id,) in rows:
            if self.luck.random() < 0.4:
                unit.db.execute(
                    "UPDATE ctas SET status = 'closed_success', closed_on = ?, look_at = '' WHERE id = ?",
                    (unit.today.isoformat(), cta_id),
                )

    def review(self, now):
        """The manager goes through their review, and asks about a few."""
        manager = people.get(self.book.db, 1)
        with self.book.store.write(now, actor=manager) as unit:
            review = reviews.of_team(unit.db, unit.policy, manager, unit.today)
            for section in review.sections:
                ids = [found.account.id for found in section.found]
                reviews.see(unit, manager.id, review.month, section.name, ids)


def live(folder, number, days):
    """So many days; rows to the CSM, and the business days on which there might have been any."""
    book, luck = Book(folder, policy(**ALL_ON)), Random(number)
    maya = fill(book, number, luck)
    team, business, mornings = Team(book, maya, luck), business_days_of(book.policy), 0
    for day in (START + timedelta(one) for one in range(days)):
        if not business.includes(day):
            continue
        mornings += 1
        now = datetime.combine(day, time(9), UTC)
        plan(book.store, now)
        deliver(book, now)
        team.day(now + timedelta(hours=2))
        if day.day <= 3:
            team.review(now + timedelta(hours=3))
    return book, maya, mornings


def held(folder, number, days):
    book, maya, mornings = live(folder, number, days)
    try:
        by_day = book.db.execute(
            "SELECT destination, substr(not_before, 1, 10), count(DISTINCT not_before), count(*) FROM outbox"
            " WHERE state = 'sent' AND kind NOT IN ('told', 'alert', 'notice') AND op = 'post' GROUP BY 1, 2"
        ).fetchall()
        own = dict(
            book.db.execute(
                "SELECT kind, count(*) FROM outbox WHERE state = 'sent' AND destination = ? AND op = 'post'"
                " AND kind NOT IN ('told', 'alert', 'notice') GROUP BY kind",
                (f"person:{maya}",),
            )
        )
        assert {row[2] for row in by_day} == {1}, "one planned message a person and day"
        assert book.db.execute("SELECT count(*) FROM usage_first_days").fetchone()[0], "usage is known, and followed"
        rows = sum(own.values()) / mornings
        print(f"{number} accounts, {mornings} mornings: {rows:.2f} rows a day; {dict(sorted(own.items()))}")
        assert rows <= MOST_ROWS[number]
        of_others = book.db.execute(
            "SELECT destination, count(*) * 1.0 / ? FROM outbox WHERE state = 'sent' AND op = 'post'"
            " AND kind NOT IN ('told', 'alert', 'notice') AND destination <> ? GROUP BY 1",
            (mornings, f"person:{maya}"),
        ).fetchall()
        assert max(row[1] for row in of_others) <= MOST_ROWS[number], of_others
        return own
    finally:
        book.close()


def test_two_months_of_45_accounts_are_one_message_a_day_and_few_rows(tmp_path):
    own = held(tmp_path, 45, 60)
    wanted = {"health_round", "call_round", "triage_update", "onboarding_nudge", "cta_morning", "team_meeting"}
    assert wanted <= own.keys()


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("number", [12, 25, 45])
def test_a_year_with_all_areas_on_is_one_message_a_day_and_few_rows(tmp_path, number):
    own = held(tmp_path, number, 365)
    assert {"plan_round", "survey_round", "survey_followup", "team_meeting"} <= own.keys()
