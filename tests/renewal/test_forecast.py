"""The forecast: figures against a second reckoning over the exports, its screen, its changes, and who sees amounts."""

import csv
import io
import json
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from handlers.report.forecast import forecast_of
from storage.account import store as accounts
from storage.base import exports
from storage.base.policy import policy_from
from storage.base.quarters import quarter_of
from storage.renewal import forecast as forecasts
from storage.renewal import outcomes
from storage.renewal.forecast import AMOUNTS
from tests.account.books import account, audit
from tests.reminders.factory import Book
from tests.renewal.test_terminal import bot  # noqa: F401 - a fixture

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
TODAY = NOW.date()


def by_hand(store, policy, quarter):
    """The figures from what `export accounts`, and the record of ends, say: in plain sums."""
    found = defaultdict(lambda: dict.fromkeys(AMOUNTS, 0))
    first, last = quarter.span.first.isoformat(), quarter.span.last.isoformat()
    with store.read() as db:
        listed = list(exports.records(db, "accounts", policy, TODAY)[1])
        signed = {row[0] for row in db.execute(
            "SELECT name FROM accounts JOIN signings ON account_id = accounts.id"
            " AND signings.renewal_on = accounts.renewal_on WHERE sign_by >= ?", (TODAY.isoformat(),))}  # fmt: skip
        ends = db.execute(
            "SELECT name, renewals.renewal_on, arr_before_cents FROM renewals JOIN accounts ON account_id = accounts.id"
            " WHERE undone_at IS NULL ORDER BY renewals.id"
        ).fetchall()
    by_name = {row["name"]: row for row in listed}
    for row in listed:
        if row["archived"] or row["outcome"] in ("churned", "leaving"):
            continue
        if not first <= (row["renewal_date"] or "") <= last:
            continue
        sums, cents = found[row["csm"], row["currency"]], row["arr"].cents if row["arr"] is not None else 0
        sums["up"] += cents
        sums[row["outlook"] or "no_outlook"] += cents
        if row["expected_arr"] is not None:
            sums["expected"] += row["expected_arr"].cents
        elif row["outlook"] not in ("at_risk", "churn"):
            sums["expected"] += cents
        if row["name"] in signed:
            sums["in_signature"] += cents
        elif row["renewal_date"] < TODAY.isoformat():
            sums["lapsed"] += cents
    decided = {(name, on): cents for name, on, cents in ends if first <= on <= last}
    for (name, _), cents in decided.items():
        if not by_name[name]["archived"]:
            found[by_name[name]["csm"], by_name[name]["currency"]]["decided"] += cents or 0
    return dict(found)


def a_random_book(path, seed):
    rng = Random(seed)
    policy = policy_from({"fiscal_year_start_month": rng.choice((1, 2))})
    book = Book(path, policy)
    csms = [book.person(f"p{n}@example.com", "UTC") for n in range(3)]
    for n in range(200):
        book.account(
            f"Account {n}",
            rng.choice([*csms, None]),
            renewal_on=rng.choice([None, *[TODAY + timedelta(days=rng.randint(-80, 200)) for _ in range(3)]]),
            arr_cents=rng.choice([None, rng.randrange(10**8)]),
            currency=rng.choice(["USD", "EUR"]),
            outlook=rng.choice([None, "renew", "at_risk", "churn"]),
            expected_cents=rng.choice([None, None, rng.randrange(10**8)]),
            archived_at="2026-01-01T00:00:00Z" if rng.random() < 0.1 else None,
        )
    with book.store.write(NOW) as unit:
        for (account_id,) in unit.db.execute("SELECT id FROM accounts WHERE archived_at IS NULL").fetchall():
            found = accounts.get(unit.db, account_id)
            fate = rng.randrange(8)
            if fate == 0:
                later = max(found.renewal_on or TODAY, TODAY) + timedelta(days=rng.randint(1, 400))
                outcomes.renew(unit, account_id, later, arr_cents=rng.choice([None, 10**9]))
            elif fate == 1:
                outcomes.churn(unit, account_id, reason="price")
            elif fate == 2 and found.renewal_on:
                outcomes.sign_late(unit, account_id, TODAY + timedelta(days=9))
        ended = unit.db.execute("SELECT account_id FROM renewals WHERE outcome = 'renewed' LIMIT 2").fetchall()
        for (account_id,) in ended:
            outcomes.take_back(unit, account_id)
    return book, policy


@pytest.mark.parametrize("seed", range(6))
def test_the_figures_are_those_of_a_second_reckoning(tmp_path, seed):
    book, policy = a_random_book(tmp_path, seed)
    quarter = quarter_of(TODAY, policy.fiscal_year_start_month)
    seen = set()
    for each in (quarter.previous, quarter, quarter.next):
        with book.store.read() as db:
            rows = forecast_of(db, policy, each, TODAY)
        got = {(row.csm, row.currency): {name: getattr(row, name) for name in AMOUNTS} for row in rows}
        assert got == by_hand(book.store, policy, each)
        assert all(row.up == row.renew + row.at_risk + row.churn + row.no_outlook for row in rows)
        seen |= {name for sums in got.values() for name, cents in sums.items() if cents}
    assert seen == set(AMOUNTS)
    book.close()


def test_a_quarter_in_slack_and_the_outlook_set_from_it(book):
    book.db.execute("UPDATE accounts SET renewal_on = '2027-02-15' WHERE name = 'Acme'")
    priya = book.as_("priya")
    shown = priya.command("/renewals forecast team 2027Q1").message
    shown.expect("339,000 up in 2 renewals · expected 339,000 · no outlook 339,000", "No outlook yet: 2")
    shown.click("Set", row="Globex")
    form = priya.expect_modal("Outlook")
    form.fill("Outlook", "At risk").fill("Why?", "sponsor is leaving").fill(
        "Expected ARR", "80,000.00"
    ).submit().expect()
    found = account(book, "Globex")
    assert (found.outlook, forecasts.entered(book.db, found.id)) == ("at_risk", (8_000_000, "sponsor is leaving"))
    assert audit(book, "Globex") == ["renewal.outlook"]
    again = priya.command("/renewals forecast team 2027Q1").text
    assert "339,000 up in 2 renewals · expected 320,000 · at risk 99,000 · no outlook 240,000" in again
    assert "Globex · no outlook → at risk · 99,000 · renews Sun 28 Feb 2027 · sponsor is leaving" in again
    assert "No outlook yet: 1" in again


def test_an_outlook_in_words_keeps_what_was_entered(book):
    maya = book.as_("maya")
    with book.bot.services.store.write(book.now) as unit:
        forecasts.set_outlook(unit, account(book).id, "renew", expected_cents=100)
    said = maya.command("/renewals outlook Acme at risk sponsor is leaving").text
    assert "Acme · outlook: at risk · sponsor is leaving" in said
    assert forecasts.entered(book.db, account(book).id) == (100, "sponsor is leaving")
    form = maya.command("/renewals outlook Acme sponsor is leaving").modal
    form.fill("Outlook", "Will churn").submit().expect()
    assert account(book).outlook == "churn"


def test_what_cannot_be_expected_is_refused_and_strangers_change_nothing(book):
    form = book.as_("maya").command("/renewals outlook Acme").modal
    form.fill("Outlook", "Renews").fill("Expected ARR", "lots").submit()
    assert "lots" in form.errors["Expected ARR"]
    assert "Ask" in book.as_("lena").command("/renewals outlook Acme at risk").text
    assert account(book).outlook is None


def test_amounts_are_for_those_who_may_see_them(make_book):
    book = make_book(arr_visible_to="managers")
    book.db.execute("UPDATE accounts SET renewal_on = '2027-02-15' WHERE name = 'Acme'")
    maya = book.as_("maya")
    shown = maya.command("/renewals forecast 2027Q1").text
    assert "2 renewals" in shown
    assert not any(amount in shown for amount in ("339,000", "240,000", "99,000"))
    assert "Expected ARR" not in maya.command("/renewals outlook Acme").modal.text
    assert "339,000 up" in book.as_("priya").command("/renewals forecast team 2027Q1").text


def test_who_sees_the_revenue_of_their_own_accounts_gets_a_forecast_of_those(make_book):
    book = make_book(arr_visible_to="team")
    book.db.execute("UPDATE accounts SET renewal_on = '2027-02-15'")
    assert "339,000 up in 2 renewals" in book.as_("maya").command("/renewals forecast all 2027Q1").text
    assert "240,000 up in 1 renewal" in book.as_("alex").command("/renewals forecast all 2027Q1").text


def test_changes_say_what_is_different_now(book):
    ids = {name: account(book, name).id for name in ("Acme", "Globex", "Hooli")}
    since = book.now
    with book.bot.services.store.write(since) as unit:
        forecasts.set_outlook(unit, ids["Acme"], "at_risk", line="sponsor left")
        forecasts.set_outlook(unit, ids["Acme"], "churn", line="gone")
        forecasts.set_outlook(unit, ids["Globex"], "renew")
        forecasts.set_outlook(unit, ids["Hooli"], "renew")
        outcomes.churn(unit, ids["Hooli"], reason="price")
        outcomes.take_back(unit, ids["Hooli"])
        outcomes.renew(unit, ids["Globex"], date(2028, 2, 28), arr_cents=9_900_100)
    found = [(one.account, one.was, one.now, one.line) for one in forecasts.changes(book.db, since)]
    assert found == [("Acme", None, "churn", "gone"), ("Globex", None, "renewed", None), ("Hooli", None, "renew", None)]
    assert forecasts.changes(book.db, since + timedelta(seconds=1)) == []
    with book.bot.services.store.write(since + timedelta(seconds=2)) as unit:
        outcomes.take_back(unit, ids["Globex"])
    (one,) = forecasts.changes(book.db, since + timedelta(seconds=1))
    assert (one.account, one.was, one.now) == ("Globex", "renewed", "renew")


@pytest.mark.parametrize(
    ("now", "monday"),
    [("2026-11-23T10:30Z", "2026-11-16"), ("2026-11-24T10:30Z", "2026-11-23"), ("2026-11-29T23:30Z", "2026-11-23")],
)
def test_the_last_monday_is_not_today(now, monday):
    today = datetime.fromisoformat(now).date()
    assert forecasts.last_monday(today, policy_from({})).date() == date.fromisoformat(monday)


def test_the_report_in_the_terminal(bot):  # noqa: F811 - the fixture
    report = ("report", "--area", "forecast", "--quarter", "2027Q2", "--now", "2026-11-20T09:00Z")
    bot("renewals", "outlook", "Acme", "at", "risk", "sponsor", "is", "leaving", "--now", "2026-11-20T09:00Z")
    (record,) = json.loads(bot(*report, "--format", "json").stdout)
    columns = "csm currency up renew at_risk churn no_outlook expected decided in_signature lapsed"
    assert list(record) == columns.split()
    assert (record["csm"], record["currency"], record["up"]) == ("maya@example.com", "USD", 0)
    (row,) = csv.DictReader(io.StringIO(bot(*report, "--format", "csv").stdout))
    assert (list(row), row["at_risk"]) == (columns.split(), "0.00")
    assert "maya@example.com" in bot(*report).stdout
    assert "--use-case" in bot(*report, "--use-case", "CI", status=2).stderr
