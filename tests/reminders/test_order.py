"""What stands first each morning, by a second sort that was written from the rule alone and reads the tables as they are.

Books of a CSM over a year, looked at now and then; between two looks people act, or do not.
"""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from dateutil.relativedelta import relativedelta

from reminders.engine.kinds import kinds
from reminders.engine.planner import plan
from reminders.outbox.my_day import lines_of
from storage.account import lists as account_lists
from storage.base import outbox, people
from storage.base.order import BURNING, Place, in_order
from storage.cta import lists as cta_lists
from storage.renewal import lists as renewal_lists
from templates.blocks.day import Reader, arranged, message
from tests.reminders.factory import Book
from tests.reminders.sending import deliver

START = date(2026, 1, 5)  # a Monday
BURNING_DAYS, SOON_DAYS, OLD_DAYS = 60, 3, 60
LOOKS, EACH_DAYS = 24, 15
UNKNOWN, SATURDAY = 10**12, 5


class Facts:
    """The tables of one moment, as plain records."""

    def __init__(self, book, today):
        def read(sql):
            return [dict(row) for row in book.db.execute(sql)]

        self.today = today
        self.accounts = {row["id"]: row for row in read("SELECT * FROM accounts")}
        self.reviews = read("SELECT * FROM reviews")
        self.ebrs = read("SELECT * FROM ebrs")
        self.ctas = {row["id"]: row for row in read("SELECT * FROM ctas")}
        self.tasks = read("SELECT * FROM tasks WHERE state = 'open'")

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

    def burns(self, account):
        if account["churned_on"] or not account["renewal_on"]:
            return False
        left = self.left(account["renewal_on"])
        if left < 0:
            return left >= -OLD_DAYS
        return left - (account["notice_days"] or 0) <= BURNING_DAYS and not self.of_renewal(account)

    def renewal(self, account):
        """Group and days of a renewal: (1), a review that is scheduled for today or was (3), a review (4)."""
        left = self.left(account["renewal_on"]) - (account["notice_days"] or 0)
        if self.burns(account):
            return 1, left
        if self.left(account["renewal_on"]) < 0:
            return 7, left  # over 60 days ago
        come = [r for r in self.of_renewal(account) if r["state"] == "scheduled" and self.left(r["scheduled_on"]) <= 0]
        if come:
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
def book(tmp_path):
    made = Book(tmp_path)
    yield made
    made.close()


def fill(book, accounts, luck):
    """A CSM's book: renewals over the year, some soon, some passed; EBRs, CTAs with tasks, some deferred."""
    maya = book.person("maya@example.com", "UTC", slack_id="U1")
    for number in range(accounts):
        day = START + timedelta(luck.randint(-70, 420))
        account = book.account(
            f"Customer {luck.randint(0, 999):03} {number}",
            maya,
            arr_cents=luck.choice([None, 100_00 * luck.randint(1, 40)]),
            renewal_on=luck.choice([day, day, day, None]),
            notice_days=luck.choice([None, None, 30, 90]),
            last_ebr_on=START - timedelta(luck.randint(20, 420)),
        )
        for _ in range(luck.randint(0, 2)):
            deferred = luck.random() < 0.2
            closed = {"status": "closed_no_success", "closed_on": START, "reason": "deferred"} if deferred else {}
            cta = book.cta(
                account,
                maya,
                priority=luck.choice(["high", "medium", "low"]),
                due_on=START + timedelta(luck.randint(-20, 300)),
                touched_on=START - timedelta(luck.randint(0, 70)),
                revisit_on=START + timedelta(luck.randint(1, 300)) if deferred else None,
                **closed,
            )
            for _ in range(0 if deferred else luck.randint(0, 3)):
                book.task(cta, (START + timedelta(luck.randint(-5, 300))).isoformat())
    return maya


def act(book, facts, luck):
    """What people do between two looks."""
    for account in facts.accounts.values():
        if not account["renewal_on"] or luck.random() > 0.3:
            continue
        left = facts.left(account["renewal_on"])
        if left < 0:
            later = date.fromisoformat(account["renewal_on"]) + relativedelta(years=1)
            book.update("accounts", account["id"], renewal_on=later, renewal_known_at=datetime(2026, 1, 1, tzinfo=UTC))
        elif (left < 90 or 120 < left < 160) and not any(r["account_id"] == account["id"] for r in facts.reviews):
            on = facts.today + timedelta(luck.randint(1, EACH_DAYS))
            state = {"state": "scheduled", "scheduled_on": on} if luck.random() < 0.5 else {"state": "held"}
            book.review(account["id"], 5 if left > 100 else 3, **state)
    for review in facts.reviews:
        if review["state"] == "scheduled" and facts.left(review["scheduled_on"]) <= 0:
            book.update("reviews", review["id"], state="held", held_on=review["scheduled_on"])
    for cta in facts.ctas.values():
        if cta["status"] == "new" and luck.random() < 0.1:
            book.update("ctas", cta["id"], status="closed_success", closed_on=facts.today)


@pytest.mark.parametrize("accounts", [45, 200])
def test_what_stands_first_each_morning_is_what_the_rule_puts_first(book, accounts):
    luck = Random(accounts)
    maya = fill(book, accounts, luck)
    seen, mornings = set(), 0
    for number in range(LOOKS):
        today = START + timedelta(number * EACH_DAYS)
        today += timedelta((7 - today.weekday()) % 7 if today.weekday() >= SATURDAY else 0)
        now = datetime(today.year, today.month, today.day, 9, tzinfo=UTC)
        plan(book.store, now)
        mine = f"person:{maya}"
        waiting = [row for row in outbox.waiting(book.db, tuple(kinds())) if row.destination == mine]
        rows = [row for row in waiting if row.not_before <= now]
        facts, reader = Facts(book, today), Reader(book.policy, today, "UTC")
        if rows:
            lines = arranged(lines_of(book.db, book.policy, rows, reader))
            abouts = [line["about"] for line in lines if not line["done"]]
            assert abouts == facts.sorted(abouts), today
            burning = {("renewal", a["id"]) for a in facts.accounts.values() if facts.burns(a)}
            assert burning == {about for about in abouts if about and facts.key(about)[0][0] == 1}
            shown = message(lines, reader)
            assert len(shown["rows"]) == min(len(lines), 10)
            assert shown["summary"] == f"{len(abouts)} thing{'s' * (len(abouts) != 1)} today"
            assert shown["show_all"] in (0, len(abouts))
            seen |= {facts.key(about)[0][0] for about in abouts}
            mornings += 1
        lists_stand_in_order(book, facts, maya)
        deliver(book, now)
        act(book, facts, luck)
    at_once = book.db.execute(
        "SELECT count(DISTINCT not_before) FROM outbox WHERE destination = ? AND state = 'sent'"
        " GROUP BY substr(not_before, 1, 10)",
        (f"person:{maya}",),
    )
    assert {row[0] for row in at_once} == {1}  # one message a person and day
    assert mornings > LOOKS // 2
    assert seen >= {1, 2, 3, 4, 5, 6}


def lists_stand_in_order(book, facts, maya):
    person = people.get(book.db, maya)
    ctas, _ = cta_lists.page(book.db, book.policy, person, cta_lists.Which(), facts.today, limit=-1)
    ids = [("cta", row.cta.id) for row in ctas]
    assert ids == facts.sorted(ids)
    whose = account_lists.Whose("mine", (maya,))
    renewing, _ = renewal_lists.renewing(book.db, book.policy, whose, facts.today)
    first = [row.account.id for row in renewing if facts.burns(facts.accounts[row.account.id])]
    assert first == [row.account.id for row in renewing][: len(first)]
    assert first == [about[1] for about in facts.sorted([("renewal", account_id) for account_id in first])]


def test_what_is_not_known_comes_last_and_what_stands_at_one_place_stays():
    places = [Place(BURNING, 3), Place(BURNING, 9, 5, "B", 1), Place(BURNING, 1, 7, "A", 2), Place(BURNING, 2)]
    assert in_order(places, lambda place: place) == [places[2], places[1], places[3], places[0]]
    others = [Place(6, None, 9), Place(6, 4, None), Place(6, 4, 1), Place(6, -1, None)]
    assert in_order(others, lambda place: place) == [others[3], others[2], others[1], others[0]]
