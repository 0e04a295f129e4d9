"""What stands first each morning, by a second sort that was written from the rule alone and reads the tables as they are.

Books of a CSM over a year, morning by morning; between two mornings people act, or do not, and others have a hand in it.
"""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest
from dateutil.relativedelta import relativedelta

from reminders.engine.kinds import kinds
from reminders.engine.planner import plan
from reminders.outbox.my_day import lines_of
from storage.account import lists as account_lists
from storage.account import store
from storage.base import outbox, people
from storage.base.order import BURNING, Place, in_order
from storage.cta import lists as cta_lists
from storage.renewal import lists as renewal_lists
from storage.renewal import outcomes
from templates.blocks.day import Reader, arranged, message
from tests.reminders.factory import LONG_AGO, Book
from tests.reminders.sending import deliver

START = date(2026, 1, 5)  # a Monday
BURNING_DAYS, SOON_DAYS, OLD_DAYS = 60, 3, 60
UNKNOWN, SATURDAY = 10**12, 5
MEETINGS = ("renewal_review_scheduled", "renewal_review_held")
PRIYA = 1
"""Who leads the CSM of the book, and has a hand in it."""
BESIDE = ("told", "alert")
"""What others did is no planned message: it goes out when it happens."""


class Facts:
    """The tables of one moment, as plain records."""

    def __init__(self, stored, today, rows=()):
        def read(sql):
            return [dict(row) for row in stored.db.execute(sql)]

        self.today = today
        # Accounts of which a review is said to be today, or asked whether it was held; else one is to be scheduled.
        self.meetings = {row.account_id for row in rows if row.kind in MEETINGS}
        self.accounts = {row["id"]: row for row in read("SELECT * FROM accounts")}
        self.reviews = read("SELECT * FROM reviews")
        self.ebrs = read("SELECT * FROM ebrs")
        self.ctas = {row["id"]: row for row in read("SELECT * FROM ctas")}
        self.tasks = read("SELECT * FROM tasks WHERE state = 'open'")
        self.signings = {
            (row["account_id"], row["renewal_on"]): row["sign_by"] for row in read("SELECT * FROM signings")
        }

    def left(self, day):
        return (date.fromisoformat(str(day)) - self.today).days

    def of_renewal(self, account):
        """Reviews that are held or scheduled for the present renewal."""
        return [
            row
            for row in self.reviews
            if (row["account_id"], row["renewal_on"]) == (account["id"], account["renewal_on"])
            and row["state"] in ("held", "scheduled")
        ]

    def signed_by(self, account):
        """Days until it will be signed, negative where that has passed; None where nobody said so."""
        day = self.signings.get((account["id"], account["renewal_on"]))
        return None if day is None else self.left(day)

    def lapsed(self, account):
        here = account["renewal_on"] and not account["churned_on"]
        return bool(here) and self.left(account["renewal_on"]) < 0 and (self.signed_by(account) or 0) <= 0

    def old(self, account):
        """Lapsed over 60 days ago, or passed already when it became known; what was to be signed is under way."""
        if not self.lapsed(account) or self.signed_by(account) is not None:
            return False
        return self.left(account["renewal_on"]) < -OLD_DAYS or account["renewal_known_at"][:10] > account["renewal_on"]

    def burns(self, account):
        if account["churned_on"] or not account["renewal_on"]:
            return False
        left = self.left(account["renewal_on"])
        if left < 0:
            return self.signed_by(account) is None and not self.old(account)
        return left - (account["notice_days"] or 0) <= BURNING_DAYS and not self.of_renewal(account)

    def renewal(self, account):
        """Group and days of a renewal: (1), a review that is scheduled for today or was (3), a review (4)."""
        left = self.left(account["renewal_on"]) - (account["notice_days"] or 0)
        if self.burns(account):
            return 1, left
        if self.left(account["renewal_on"]) < 0:
            return (7, left) if self.signed_by(account) is None else (3, self.signed_by(account))
        come = [r for r in self.of_renewal(account) if r["state"] == "scheduled" and self.left(r["scheduled_on"]) <= 0]
        if come and account["id"] in self.meetings:
            return 3, max(self.left(row["scheduled_on"]) for row in come)
        return 4, left

    def ebr(self, account):
        own = [row for row in self.ebrs if row["account_id"] == account["id"]]
        planned = [self.left(row["scheduled_on"]) for row in own if row["state"] == "scheduled"]
        if planned:
            return 3, planned[0]
        last = max([row["held_on"] for row in own if row["held_on"]] + [account["last_ebr_on"] or ""])
        return 5, self.left(date.fromisoformat(last) + relativedelta(months=12))

    def cta(self, cta):
        """High and overdue, a task due today, due within three days: (2); else (6)."""
        left = self.left(cta["due_on"]) if cta["due_on"] else UNKNOWN
        weekend = self.today.weekday() == 0  # what was due on Saturday and Sunday is due on Monday
        due = [t for t in self.tasks if t["cta_id"] == cta["id"] and -2 * weekend <= self.left(t["due_on"]) <= 0]
        urgent = due or 0 <= left <= SOON_DAYS or (left < 0 and cta["priority"] == "high")
        return 2 if urgent else 6, min(left, 0) if due else left

    def key(self, about):
        """What to sort by, and the account."""
        if about is None:
            first = next(day for n in range(1, 4) if (day := self.today.replace(day=n)).weekday() < SATURDAY)
            return (6, self.left(first), (True, 0), ""), None  # the monthly plan
        what, number = about
        if what == "passed":
            return (7, UNKNOWN, (True, 0), ""), None  # the one item for all that passed long ago
        cta = self.ctas[number] if what in ("cta", "deferred") else None
        account = self.accounts[cta["account_id"] if cta else number]
        if what == "deferred":
            group, days = 2, self.left(cta["revisit_on"])
        elif cta:
            group, days = self.cta(cta)
        else:
            group, days = self.renewal(account) if what == "renewal" else self.ebr(account)
        arr = (account["arr_cents"] is None, -(account["arr_cents"] or 0))
        name = account["name"].casefold()
        return ((1, arr, days, name) if group == 1 else (group, days, arr, name)), account["id"]

    def sorted(self, abouts):
        """The second sort: one thing after the other is taken, and with it all of its account."""
        left, found, keys = list(abouts), [], {about: self.key(about) for about in abouts}
        while left:
            first = min(left, key=lambda about: keys[about][0])
            account = keys[first][1]
            same = [about for about in left if about == first or (account and keys[about][1] == account)]
            found += sorted(same, key=lambda about: keys[about][0])
            left = [about for about in left if about not in same]
        return found


@pytest.fixture
def stored(tmp_path):
    made = Book(tmp_path)
    yield made
    made.close()


def fill(stored, accounts, luck):
    """A CSM's book: renewals over the year, some soon, some passed; EBRs, CTAs with tasks, some deferred; and a manager."""
    stored.person("priya@example.com", "UTC", id=PRIYA, slack_id="U2")
    maya = stored.person("maya@example.com", "UTC", slack_id="U1", manager_id=PRIYA)
    for number in range(accounts):
        day = START + timedelta(luck.randint(-70, 420))
        known = datetime.combine(day, time(12), UTC) + timedelta(luck.choice([-1, 0, 1, 30]))
        account = stored.account(
            f"Customer {luck.randint(0, 999):03} {number}",
            maya,
            arr_cents=luck.choice([None, 100_00 * luck.randint(1, 40)]),
            renewal_on=luck.choice([day, day, day, None]),
            renewal_known_at=known if day < START else LONG_AGO,
            notice_days=luck.choice([None, None, 30, 90]),
            last_ebr_on=START - timedelta(luck.randint(20, 420)),
        )
        for _ in range(luck.randint(0, 2)):
            deferred = luck.random() < 0.2
            closed = {"status": "closed_no_success", "closed_on": START, "reason": "deferred"} if deferred else {}
            cta = stored.cta(
                account,
                maya,
                priority=luck.choice(["high", "medium", "low"]),
                due_on=START + timedelta(luck.randint(-20, 300)),
                touched_on=START - timedelta(luck.randint(0, 70)),
                revisit_on=START + timedelta(luck.randint(1, 300)) if deferred else None,
                **closed,
            )
            for _ in range(0 if deferred else luck.randint(0, 3)):
                stored.task(cta, (START + timedelta(luck.randint(-5, 300))).isoformat())
    return maya


def act(stored, facts, luck, days, now):
    """What people do until the next morning, `days` from now."""

    def happens(in_a_fortnight):
        return luck.random() < 1 - (1 - in_a_fortnight) ** (days / 15)

    for account in facts.accounts.values():
        if account["renewal_on"] and not account["churned_on"] and happens(0.3):
            act_on_renewal(stored, facts, account, luck, now)
    for review in facts.reviews:
        if review["state"] == "scheduled" and facts.left(review["scheduled_on"]) <= 0 and happens(0.7):
            stored.update("reviews", review["id"], state="held", held_on=review["scheduled_on"])
    for cta in facts.ctas.values():
        if cta["status"] == "new" and happens(0.1):
            stored.update("ctas", cta["id"], status="closed_success", closed_on=facts.today)
    with stored.store.write(now, actor=people.get(stored.db, PRIYA)) as unit:
        for account in facts.accounts.values():
            if not account["churned_on"] and happens(0.02):
                store.edit(unit, account["id"], {"health": luck.choice(["green", "yellow", "red"])}, "account.health")


def act_on_renewal(stored, facts, account, luck, now):
    """One that lapsed is signed late, renewed or lost; a review is scheduled or held before one that is near."""
    left = facts.left(account["renewal_on"])
    if left < 0 and luck.random() < 0.3:
        with stored.store.write(now) as unit:
            outcomes.sign_late(unit, account["id"], facts.today + timedelta(luck.randint(1, 60)))
    elif left < 0 and luck.random() < 0.8:
        later = date.fromisoformat(account["renewal_on"]) + relativedelta(years=1)
        stored.update("accounts", account["id"], renewal_on=later, renewal_known_at=datetime(2026, 1, 1, tzinfo=UTC))
    elif left < 0:
        with stored.store.write(now) as unit:
            outcomes.churn(unit, account["id"], reason="price")
    elif (left < 90 or 120 < left < 160) and not facts.of_renewal(account):
        on = facts.today + timedelta(luck.randint(1, 15))
        state = {"state": "scheduled", "scheduled_on": on} if luck.random() < 0.5 else {"state": "held"}
        stored.db.execute("DELETE FROM reviews WHERE account_id = ?", (account["id"],))
        stored.review(account["id"], 5 if left > 100 else 3, **state)


def live(stored, accounts, each_days):
    """A year; what stood in the mornings, by group, and how many mornings had a message."""
    luck = Random(accounts)
    maya = fill(stored, accounts, luck)
    seen, mornings, today = set(), 0, START
    while today < START + timedelta(365):
        now = datetime.combine(today, time(9), UTC)
        plan(stored.store, now)
        mine = f"person:{maya}"
        waiting = [row for row in outbox.waiting(stored.db, tuple(kinds())) if row.destination == mine]
        rows = [row for row in waiting if row.not_before <= now and row.kind not in BESIDE]
        facts, reader = Facts(stored, today, rows), Reader(stored.policy, today, "UTC")
        if rows:
            lines = arranged(lines_of(stored.db, stored.policy, rows, reader, now))
            abouts = [line["about"] for line in lines if not line["done"]]
            assert abouts == facts.sorted(abouts), today
            first = {about for about in abouts if about and facts.key(about)[0][0] == 1}
            assert first == {("renewal", a["id"]) for a in facts.accounts.values() if facts.burns(a)}, today
            late = {("renewal", a["id"]) for a in facts.accounts.values() if facts.lapsed(a) and facts.signed_by(a)}
            assert late <= set(abouts), today
            old = sum(facts.old(a) for a in facts.accounts.values())
            said = [line["text"] for line in lines if line["about"] == ("passed", f"csm-{maya}")]
            words = {0: [], 1: ["1 renewal date has passed"]}
            assert said == words.get(old, [f"{old} renewal dates have passed"]), today
            assert not said or abouts[-1] == ("passed", f"csm-{maya}")
            shown = message(lines, reader)
            assert len(shown["rows"]) == min(len(lines), 10)
            assert shown["summary"] == f"{len(abouts)} thing{'s' * (len(abouts) != 1)} today"
            assert shown["show_all"] in (0, len(abouts))
            seen |= {facts.key(about)[0][0] for about in abouts}
            mornings += 1
        if today.day <= each_days:
            lists_stand_in_order(stored, facts, maya)
        deliver(stored, now)
        act(stored, facts, luck, each_days, now)
        today += timedelta(each_days)
        today += timedelta((7 - today.weekday()) % 7 if today.weekday() >= SATURDAY else 0)
    return seen, mornings


def planned_messages(stored):
    """Planned messages by person and day: rows that go out at one moment are one."""
    return stored.db.execute(
        "SELECT destination, substr(not_before, 1, 10), count(DISTINCT not_before), count(*) FROM outbox"
        " WHERE state = 'sent' AND kind NOT IN ('told', 'alert') GROUP BY 1, 2"
    ).fetchall()


def beside(stored):
    """How many messages of what others did there were."""
    kinds_ = stored.db.execute("SELECT kind, count(*) FROM outbox WHERE kind IN ('told', 'alert') GROUP BY kind")
    return dict(kinds_.fetchall())


@pytest.mark.parametrize(("accounts", "each_days"), [(45, 1), (200, 5)])
def test_what_stands_first_each_morning_is_what_the_rule_puts_first(stored, accounts, each_days):
    seen, mornings = live(stored, accounts, each_days)
    by_day = planned_messages(stored)
    assert {row[2] for row in by_day} == {1}  # one planned message a person and day
    assert {row[0] for row in by_day} == {"person:1", "person:2"}
    assert max(row[3] for row in by_day) > 10
    assert beside(stored)["told"] > 5
    assert mornings > 365 / each_days / 4
    assert seen == {1, 2, 3, 4, 5, 6, 7}


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_a_year_of_200_accounts_morning_by_morning(stored):
    live(stored, 200, 1)
    assert {row[2] for row in planned_messages(stored)} == {1}


def lists_stand_in_order(stored, facts, maya):
    person = people.get(stored.db, maya)
    ctas, _ = cta_lists.page(stored.db, stored.policy, person, cta_lists.Which(), facts.today, limit=100_000)
    ids = [("cta", row.cta.id) for row in ctas]
    assert ids == facts.sorted(ids)
    whose = account_lists.Whose("mine", (maya,))
    renewing, _ = renewal_lists.renewing(stored.db, stored.policy, whose, facts.today)
    first = [row.account.id for row in renewing if facts.burns(facts.accounts[row.account.id])]
    assert first == [row.account.id for row in renewing][: len(first)]
    assert first == [about[1] for about in facts.sorted([("renewal", account_id) for account_id in first])]


def test_what_is_not_known_comes_last_and_what_stands_at_one_place_stays():
    places = [Place(BURNING, 3), Place(BURNING, 9, 5, "B", 1), Place(BURNING, 1, 7, "A", 2), Place(BURNING, 2)]
    assert in_order(places, lambda place: place) == [places[2], places[1], places[3], places[0]]
    others = [Place(6, None, 9), Place(6, 4, None), Place(6, 4, 1), Place(6, -1, None)]
    assert in_order(others, lambda place: place) == [others[3], others[2], others[1], others[0]]
