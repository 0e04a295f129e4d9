"""Reminders that people switch on for themselves: to them alone, while there is reason to; nobody sees what is done."""

import json
import logging
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from reminders.engine.planner import plan
from storage.account import store as accounts
from storage.base.errors import UserError
from storage.base.exports import exports, records
from storage.base.policy import policy_from
from storage.sales import routines
from storage.sales.settings import SalesArea
from tests import forging
from tests.account.books import account
from tests.reminders.factory import Book, policy
from tests.reminders.sending import deliver

KINDS = ("sales_daily", "sales_weekly")
LINK = {"label": "MEDDPPICC", "url": "https://example.com/m?a=1&b=2"}


@pytest.fixture
def mine(make_book):
    """Alex, AE of Acme, which renews in 79 days, has themselves reminded each day and each week."""
    book = make_book(sales={"enabled": True, "daily": [LINK, {"label": "Close <plan>"}]})
    with book.unit() as unit:
        accounts.edit(unit, account(book).id, {"renewal_on": "2027-02-10"})
    book.as_("alex").command("/success reminders daily weekly").expect("You are reminded each day and on Mondays.")
    return book


def sent(world):
    return world.rows(
        "SELECT kind, recipient, dedupe_key, expires_at, state FROM outbox WHERE kind IN ('sales_daily', 'sales_weekly')"
        " AND state <> 'pending' ORDER BY id"
    )


def test_they_come_to_who_asked_in_one_message_and_done_closes_the_row_silently(mine, caplog):
    caplog.set_level(logging.INFO)
    mine.jump(datetime(2026, 11, 23, 18, 0, tzinfo=UTC))  # 10:00 in Los Angeles
    alex = mine.as_("alex")
    shown = alex.expect_dm("2 things today", "Today: MEDDPPICC · Close <plan>", seconds=30)
    mine.posted()
    assert "<https://example.com/m?a=1&amp;b=2|MEDDPPICC>" in json.dumps(shown.body)
    assert [tuple(row.values()) for row in sent(mine)] == [
        ("sales_daily", "alex@example.com", "sales_daily:alex@example.com:2026-11-23", "2026-11-24T08:00:00Z", "sent"),
        ("sales_weekly", "alex@example.com", "sales_weekly:alex@example.com:2026-W48", "2026-11-30T08:00:00Z", "sent"),
    ]
    audit = mine.rows("SELECT count(*) AS n FROM audit")
    shown.click("Done", row="Today")
    shown.expect("✓ Today", "This week: Clari net new · Clari renewal")
    home = alex.open_home()
    home.click("Done", row="This week")
    home.expect("All clear")
    shown.expect("✓ Today", "✓ This week")
    weekly = mine.rows("SELECT id FROM outbox WHERE kind = 'sales_weekly' AND state = 'sent'")[0]["id"]
    mine.db.execute("UPDATE routines SET done_on = NULL")
    forging.click(mine, "maya", "sales.done", str(weekly))
    mine.as_("maya").expect_dm("That message is not yours")
    assert mine.rows("SELECT count(*) AS n FROM routines WHERE done_on IS NOT NULL") == [{"n": 0}]
    assert mine.rows("SELECT count(*) AS n FROM audit") == audit
    for what in exports():
        fields, found = records(mine.db, what, mine.store.policy, mine.now.date())
        told = [row for row in found if row.get("action") != routines.ON]
        assert "sales_daily" not in f"{fields} {told}", what
    assert "sales.done" not in caplog.text
    assert "sales.done" not in str(mine.bot.services.watch.__dict__)
    mine.allow_messages()


def test_where_slack_takes_nothing_for_them_they_go_to_nobody_else(mine):
    """Seen failing: the manager of who had become a guest had them in My day."""
    mine.book("people", {"email": "alex@example.com", "role": "ae", "manager": "priya@example.com"})
    mine.person("alex").set(guest=True)
    mine.jump(datetime(2026, 11, 23, 18, 0, tzinfo=UTC))
    plan(mine.store, mine.now)
    mine.posted()
    assert {(row["recipient"], row["state"]) for row in sent(mine)} == {("alex@example.com", "blocked")}
    mine.allow_messages()
    assert not [one for who in ("priya", "tom", "maya") for one in mine.messages("dm", who) if "MEDDPPICC" in one.text]


@pytest.mark.parametrize(
    "links", [[], [{"label": ""}], [{"url": "https://a.example"}], [{"label": "x", "url": "javascript:alert(1)"}]]
)
def test_what_is_no_label_or_address_is_refused_by_name(links):
    with pytest.raises(UserError, match=r"sales[. ]+(daily|weekly)") as refused:
        policy_from({"sales": {"daily": links, "weekly": links}})
    assert "Traceback" not in str(refused.value)


def test_off_they_end_and_the_page_says_what_is_on(mine):
    alex = mine.as_("alex")
    page = alex.command("/success reminders").message
    page.expect("Each day (on)", "On Mondays (on)")
    page.click("Off", row="On Mondays")
    page.expect("On Mondays (off)")
    assert "No more reminders each day." in alex.command("/success reminders off").text
    assert "You had none" in alex.command("/success reminders off daily").text
    assert "not understood" in alex.command("/success reminders hourly").text
    assert mine.rows("SELECT * FROM routines") == []
    page.click("On", row="On Mondays")
    page.expect("On Mondays (on)")
    mine.person("alex").deactivate()
    mine.after_acks()
    mine.allow_messages()
    assert mine.rows("SELECT * FROM routines") == []


def test_a_fortnight_to_them_alone_on_their_mornings_while_there_is_reason(tmp_path):
    """Away, muted, off, on again, without reason; Thursday is no business day, and Monday's comes on Tuesday then."""
    book = Book(tmp_path, policy(sales={"enabled": True}, holidays_country="DE"))
    other = book.person("bo@example.com", "UTC", slack_id="U2")
    ann = book.person("ann@example.com", "Europe/Berlin", slack_id="U1")
    one = book.account("Acme", other, ae_id=ann, renewal_on=date(2026, 7, 20))
    for kind in KINDS:
        book.db.execute("INSERT INTO routines VALUES (?, ?, '2026-03-01T00:00:00Z', NULL)", (ann, kind))
    happens = {
        date(2026, 4, 23): f"UPDATE people SET away_until = '2026-04-24', backup_id = {other} WHERE id = {ann}",
        date(2026, 4, 27): f"INSERT INTO mutes VALUES ({ann}, 'sales_daily', NULL, '2026-04-27T00:00:00Z')",
        date(2026, 4, 28): "DELETE FROM mutes",
        date(2026, 4, 29): f"UPDATE accounts SET renewal_on = '2026-12-01' WHERE id = {one}",
        date(2026, 4, 30): f"UPDATE accounts SET renewal_on = '2026-07-29' WHERE id = {one}",
    }
    day = date(2026, 4, 20)  # 91 days before the renewal; 1 May is a holiday
    while day < date(2026, 5, 6):
        if day in happens:
            book.db.execute(happens[day])
        for hour in (6, 9):
            now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
            plan(book.store, now)
            deliver(book, now)
        day += timedelta(1)
    rows = book.db.execute("SELECT kind, destination, dedupe_key FROM outbox WHERE state = 'sent'").fetchall()
    assert {row[1] for row in rows if row[0] in KINDS} == {f"person:{ann}"}
    keys = {kind: [row[2].rpartition(":")[2] for row in rows if row[0] == kind] for kind in KINDS}
    assert keys["sales_daily"] == [f"2026-04-{n}" for n in (21, 22, 28, 30)] + ["2026-05-04", "2026-05-05"]
    assert keys["sales_weekly"] == ["2026-W17", "2026-W18", "2026-W19"]
    book.close()


def test_whether_there_is_reason_to_is_the_same_worked_out_twice(tmp_path):
    """Plain Python over the rows: a renewal of theirs within the window, or an Expand CTA of theirs."""
    book, today, seen = (
        Book(tmp_path, policy(sales={"enabled": True, "segments": ["Strategic"], "window_days": 60})),
        date(2026, 8, 31),
        set(),
    )
    window = book.policy.settings(SalesArea).window_days
    somebody = [book.person(f"p{n}@example.com", "UTC") for n in range(6)]
    for number in range(40):
        luck = Random(number)
        for table in ("ctas", "accounts"):
            book.db.execute(f"DELETE FROM {table}")
        book.db.execute("BEGIN")
        for n in range(luck.randint(1, 5)):
            one = book.account(
                f"A{n}",
                luck.choice([*somebody, None]),
                **{part: luck.choice([*somebody[:3], None, None]) for part in ("ae_id", "sa_id", "pse_id")},
                segment=luck.choice(["STRATEGIC", "strategic", "commercial", None]),
                renewal_on=luck.choice([None, *(today + timedelta(days) for days in (-1, 0, 1, 59, 60, 61))]),
                churned_on=luck.choice([None, None, None, today]),
            )
            for _ in range(luck.choice((0, 0, 1))):
                book.cta(one, luck.choice(somebody), status=luck.choice(["new", "withdrawn", "work_in_progress"]))
                motion = luck.choice(["expand", "enable", None])
                book.db.execute("UPDATE ctas SET motion = ? WHERE id = (SELECT max(id) FROM ctas)", (motion,))
        book.db.execute("COMMIT")
        known = {row["id"]: dict(row) for row in book.db.execute("SELECT * FROM accounts")}
        ctas = [dict(row) for row in book.db.execute("SELECT * FROM ctas")]
        for person in somebody:
            fit = {
                i: a
                for i, a in known.items()
                if a["churned_on"] is None and (a["segment"] or "").lower() == "strategic"
            }
            own = {i for i, a in fit.items() if person in (a["csm_id"], a["ae_id"], a["sa_id"], a["pse_id"])}
            near = any(
                a["renewal_on"] and 0 <= (date.fromisoformat(a["renewal_on"]) - today).days <= window
                for i, a in fit.items()
                if i in own
            )
            works = any(
                c["motion"] == "expand"
                and c["status"] in ("new", "work_in_progress")
                and c["account_id"] in fit
                and (c["account_id"] in own or c["owner_id"] == person)
                for c in ctas
            )
            assert routines.has_reason(book.db, book.policy, person, today) == (near or works), (number, person)
            seen.add((near, works))
    book.close()
    assert len(seen) == 4
