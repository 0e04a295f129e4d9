"""Growth: retention by the rules, who is gone and back, the renewal rate; worked out a second time; off is off."""

from datetime import date, timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from handlers.growth.figures import of_period
from storage.account.endings import became
from storage.base.exports import records
from storage.base.moments import add_months
from storage.base.policy import policy_from
from storage.renewal import forecast as forecasts
from tests.account.books import account, fill
from tests.forging import submit
from tests.reminders.factory import Book, at

TODAY = date(2026, 12, 20)
MONTH, BEFORE = date(2026, 11, 30), date(2025, 11, 30)
FIRST = date(2026, 9, 1)
POLICY = policy_from({"growth": {"enabled": True}})


def kept(book, account_id, day, arr, currency="USD", tier=None):
    if arr is not None or day is not None:
        book.db.execute(
            "INSERT INTO arr_snapshots(account_id, as_of, arr_cents, currency, tier, source, at)"
            " VALUES (?, ?, ?, ?, ?, 'bot', '2026-01-01T00:00:00Z')",
            (account_id, day.isoformat(), arr, currency, tier),
        )


def said(book, policy=POLICY):
    return {
        (one.what, one.currency, one.name if one.what == "moved" else ""): one
        for one in of_period(book.db, policy, FIRST, TODAY, TODAY)
    }


@pytest.fixture
def book(tmp_path):
    book = Book(tmp_path)
    yield book
    book.close()


def test_the_example(book):
    """ARR a year ago 100, 50, 80, now 130, churned, 80 and a new 60: net 210 ÷ 230, gross 180 ÷ 230."""
    for name, old, new, churned in (
        ("A", 100, 130, None),
        ("B", 50, 50, date(2026, 6, 1)),
        ("C", 80, 80, None),
        ("D", None, 60, None),
    ):
        account_id = book.account(name, churned_on=churned)
        if old:
            kept(book, account_id, BEFORE, old)
        kept(book, account_id, MONTH, new)
    found = said(book)
    assert found["net retention", "USD", ""].value == 210 / 230
    assert found["gross retention", "USD", ""].value == 180 / 230
    assert (found["new", "USD", ""].n, found["new", "USD", ""].cents) == (1, 60)
    assert found["moved", "USD", "lost"].cents == -50
    assert found["moved", "USD", "not known"].cents == 30


def test_a_month_is_open_until_the_eighth_and_incomplete_where_much_is_left_out(book):
    for name, old, new in (("A", 100, 100), ("B", 20, None)):
        account_id = book.account(name)
        kept(book, account_id, BEFORE, old)
        kept(book, account_id, MONTH, new)
    assert said(book)["left out", "USD", ""].name == "incomplete"
    early = of_period(book.db, POLICY, FIRST, TODAY, date(2026, 12, 8))
    assert next(one for one in early if one.what == "left out").name == "open, incomplete"
    assert next(one for one in early if one.what == "left out").value == 20 / 120


def test_why_arr_moved_is_read_from_licences_and_tier(book):
    moves = {"seats": (100, 120, "premium", "premium"), "tier": (100, 100, "premium", "ultimate"),
             "several": (100, 90, "premium", "ultimate"), "price": (100, 100, "premium", "premium")}  # fmt: skip
    for name, (old, new, was, now) in moves.items():
        account_id = book.account(name)
        kept(book, account_id, BEFORE, 100, tier=was)
        kept(book, account_id, MONTH, 110, tier=now)
        for day, bought in ((BEFORE, old), (MONTH, new)):
            book.insert(
                "usage_figures", account_id=account_id, instance="", as_of=day, environment="production",
                licences_bought=bought, made_by=1, changed_by=1,
            )  # fmt: skip
    found = said(book)
    assert {name for what, _, name in found if what == "moved"} == set(moves)
    assert all(found["moved", "USD", name].cents == 10 for name in moves)


def test_who_is_gone_merged_or_back_counts_as_the_rules_say(book):
    into = book.account("Into")
    kept(book, into, BEFORE, 100)
    kept(book, into, MONTH, 150)
    merged = book.account("Merged", archived_at=at("2026-08-01 12:00"))
    kept(book, merged, BEFORE, 40)
    book.insert("account_endings", account_id=merged, why="merged", into_id=into, at="2026-08-01T12:00:00Z")
    double = book.account("Double", archived_at=at("2026-08-01 12:00"))
    kept(book, double, BEFORE, 1000)
    book.insert("account_endings", account_id=double, why="duplicate", at="2026-08-01T12:00:00Z")
    silent = book.account("Silent", archived_at=at("2026-08-01 12:00"))
    kept(book, silent, BEFORE, 10)
    back = book.account("Back")
    kept(book, back, BEFORE, 70)
    kept(book, back, MONTH, 90)
    book.insert(
        "account_returns",
        account_id=back,
        left_on=date(2026, 3, 1),
        back_on=date(2026, 10, 1),
        at="2026-10-01T12:00:00Z",
    )
    leaving = book.account("Leaving", churned_on=date(2026, 12, 31))
    kept(book, leaving, BEFORE, 30)
    kept(book, leaving, MONTH, 30)
    found = said(book)
    base = 100 + 40 + 70 + 30
    assert found["net retention", "USD", ""].value == (150 + 0 + 30) / base
    assert found["gross retention", "USD", ""].value == (140 + 0 + 30) / base
    assert (found["left out", "USD", ""].n, found["left out", "USD", ""].cents) == (1, 10)


ARR = st.none() | st.integers(0, 500)
HISTORY = st.fixed_dictionaries(
    {
        "snapshots": st.dictionaries(
            st.sampled_from([add_months(date(2025, 1, 31), n) for n in range(24)]),
            st.tuples(ARR, st.sampled_from(["USD", "EUR"])),
            max_size=4,
        ),
        "churned": st.none() | st.dates(date(2025, 6, 1), date(2027, 2, 1)),
        "archived": st.none() | st.dates(date(2025, 6, 1), TODAY),
        "returned": st.none()
        | st.tuples(
            st.sampled_from([date(2025, 9, 30), BEFORE, date(2025, 12, 1), date(2026, 6, 1)]),
            st.sampled_from([1, 61, 182]),
        ),
    }
)


def by_words(histories):
    """Net and gross by currency, from the rules in words alone."""
    sums = {}
    for one in histories:

        def arr(day, one=one):
            left, days = one["returned"] or (date.min, 0)
            back = left + timedelta(days=days)
            known = [d for d in one["snapshots"] if d <= day and (d >= back or back > day)]
            return one["snapshots"][max(known)] if known else (None, None)

        spans = [(one["churned"], None)] if one["churned"] else []
        if one["returned"]:
            left, days = one["returned"]
            spans.append((left, left + timedelta(days=days)))
        old, currency = arr(BEFORE)
        gone_then = any(left <= BEFORE and (back is None or back > BEFORE) for left, back in spans)
        if not old or gone_then:
            continue
        total = sums.setdefault(currency, [0, 0, 0, 0])
        new, unit = arr(MONTH)
        if any(BEFORE < left <= MONTH for left, _ in spans):
            new = 0
        elif (one["archived"] and one["archived"] <= MONTH) or unit != currency:
            new = None
        if new is None:
            total[3] += old
            continue
        total[0] += old
        total[1] += new
        total[2] += min(old, new)
    return sums


@given(histories=st.lists(HISTORY, max_size=6))
@settings(max_examples=60, phases=[Phase.generate])
def test_retention_of_random_histories(tmp_path_factory, histories):
    book = Book(tmp_path_factory.mktemp("growth"))
    for number, one in enumerate(histories):
        archived = at(f"{one['archived']} 12:00") if one["archived"] else None
        account_id = book.account(f"A{number}", churned_on=one["churned"], archived_at=archived)
        for day, (arr, currency) in one["snapshots"].items():
            kept(book, account_id, day, arr, currency)
        if one["returned"]:
            left, days = one["returned"]
            book.insert(
                "account_returns",
                account_id=account_id,
                left_on=left,
                back_on=left + timedelta(days=days),
                at="2026-10-01T12:00:00Z",
            )
    found, expected = said(book), by_words(histories)
    for currency, (old, new, low, out) in expected.items():
        assert found["net retention", currency, ""].value == (new / old if old else None)
        assert found["gross retention", currency, ""].value == (low / old if old else None)
        assert found["left out", currency, ""].cents == out
    book.close()


def test_the_renewal_rate_counts_what_was_kept_and_when_it_was_decided(book):
    account_id = book.account("Acme")
    rows = (("renewed", 100, 120, "2026-10-05", "2026-10-01"), ("renewed", 100, 60, "2026-10-05", "2026-10-05"),
            ("churned", 50, None, "2026-10-05", "2026-10-31"), ("renewed", 70, None, "2026-10-05", "2026-10-31"),
            ("renewed", 100, 100, "2026-08-31", "2026-10-31"))  # fmt: skip
    for outcome, old, new, decided, due in rows:
        book.insert(
            "renewals", account_id=account_id, renewal_on=due, outcome=outcome, decided_at=f"{decided}T12:00:00Z",
            arr_before_cents=old, arr_cents=new, currency="USD",
        )  # fmt: skip
    found = said(book)
    assert (found["renewal rate", "USD", ""].n, found["renewal rate", "USD", ""].value) == (3, 160 / 250)
    assert (found["decided on time", "USD", ""].n, found["decided on time", "USD", ""].value) == (4, 3 / 4)


@pytest.fixture
def lively(make_world):
    book = fill(make_world(growth={"enabled": True}))
    yield book
    book.allow_messages()


def test_archiving_asks_why_and_a_customer_comes_back(lively):
    maya = lively.as_("maya")
    asked = maya.command("/account archive Acme").modal.submit().message
    form = asked.click("Merged into …").modal
    form.fill("Into which account?", "Globex").submit()
    assert form.errors == {}
    lively.after_acks()
    assert lively.rows("SELECT why, into_id FROM account_endings") == [
        {"why": "merged", "into_id": account(lively, "Globex").id}
    ]
    globex = account(lively, "Globex").id
    with lively.unit() as unit:
        forecasts.set_outlook(unit, globex, "churn", line="they merged", expected_cents=0)
    since = lively.now
    maya.command("/renewals churned Globex 2026-11-01 price")
    lively.after_acks()
    assert account(lively, "Globex").churned_on == date(2026, 11, 1)
    said = maya.command("/account returned Globex 20 Nov").message
    said.expect("What was lost stays lost")
    assert account(lively, "Globex").churned_on is None
    assert len(lively.rows("SELECT * FROM account_returns")) == 1
    assert forecasts.entered(lively.db, globex) == (None, None)
    assert [(one.account, one.now) for one in forecasts.changes(lively.db, since)] == []
    said.click("Undo")
    assert account(lively, "Globex").churned_on == date(2026, 11, 1)
    assert forecasts.entered(lively.db, globex) == (0, "they merged")
    assert [(one.account, one.now) for one in forecasts.changes(lively.db, since)] == [("Globex", "churned")]
    maya.command("/account returned Acme").expect("not recorded as churned")


def test_it_is_back_with_a_button_and_begins_anew(lively):
    maya, globex = lively.as_("maya"), account(lively, "Globex").id
    assert "It's back" not in maya.command("/account Globex").text
    with lively.unit() as unit:
        unit.db.execute(
            "UPDATE accounts SET engaged_on = '2024-06-01', adopted_on = '2025-01-01', renewal_on = '2026-11-01' WHERE id = ?",
            (globex,),
        )
    maya.command("/renewals churned Globex 2026-11-01 price")
    before = lively.rows("SELECT * FROM accounts WHERE id = ?", globex)[0]
    form = maya.command("/account Globex").message.click("It's back").modal
    form.fill("Since which day?", "2026-10-31").submit()
    assert form.errors == {"Since which day?": "It left on Sun 1 Nov, after that."}
    form.fill("Since which day?", "2026-11-20").fill("What does it pay a year?", "55000")
    form.fill("When does it renew?", "2026-11-20").submit()
    assert form.errors == {"When does it renew?": "It would renew before it is back. Pick a later day."}
    said = form.fill("When does it renew?", "2027-11-20").submit().message
    said.expect("is back since Fri 20 Nov", "renews on Sat 20 Nov 2027", "What was lost stays lost")
    now = lively.rows("SELECT * FROM accounts WHERE id = ?", globex)[0]
    names = ("churned_on", "outlook", "engaged_on", "adopted_on", "started_on", "renewal_on", "arr_cents")
    assert [now[name] for name in names] == [None, None, None, None, "2026-11-20", "2027-11-20", 5_500_000]
    said.click("Undo")
    said.expect("taken back: that it is back")
    back = lively.rows("SELECT * FROM accounts WHERE id = ?", globex)[0]
    assert {name for name in back if back[name] != before[name]} <= {
        "updated_at",
        "look_at",
        "version",
        "renewal_known_at",
    }


def test_one_that_was_archived_as_left_is_among_the_others_again(lively):
    maya = lively.as_("maya")
    maya.command("/account archive Globex").modal.submit().message.click("It left")
    maya.command("/account returned Globex").expect("is back since", "renews on Sun 28 Feb")
    found = account(lively, "Globex")
    assert (found.archived_at, found.churned_on) == (None, None)


def test_no_account_is_brought_back_or_renamed_to_the_name_of_another_in_use(lively):
    """Nobody could name one of the two; CRM ids tell them apart."""
    maya = lively.as_("maya")
    with lively.unit() as unit:
        unit.db.execute("UPDATE accounts SET crm_id = NULL WHERE name = 'Globex'")
    gone = maya.command("/account archive Globex").modal.submit().message
    gone.click("It left")
    old = account(lively, "Globex").id
    maya.command("/account add Globex csm @maya segment commercial").expect("No open CTA")
    taken = "There is another account called Globex by now."
    gone.click("Bring back").expect(taken)
    form = submit(lively, "maya", "growth.returned", {"account": old}, {"on": "2026-11-23"})
    assert taken in str(form)
    edit = maya.command("/account edit Acme").modal
    edit.fill("Name", "globex").submit()
    assert edit.errors == {"Name": "There is an account called Globex already. Pick another name."}
    assert lively.rows("SELECT count(*) AS n FROM accounts WHERE name_key = 'globex' AND archived_at IS NULL") == [
        {"n": 1}
    ]
    maya.command("/account edit Globex").modal.fill("CRM id", "N1").submit()
    with lively.unit() as unit:
        unit.db.execute("UPDATE accounts SET crm_id = 'G1' WHERE id = ?", (old,))
    gone.click("Bring back").expect("no longer archived")


def test_what_it_paid_before_it_left_is_not_what_it_pays_since(book):
    account_id = book.account("Back")
    kept(book, account_id, date(2025, 5, 31), 70)
    book.insert(
        "account_returns", account_id=account_id, left_on=date(2025, 7, 1), back_on=date(2025, 11, 1), at=""
    )  # fmt: skip
    kept(book, account_id, MONTH, 90)
    assert (said(book)["new", "USD", ""].cents, said(book)["net retention", "USD", ""].n) == (90, 0)
    kept(book, account_id, BEFORE, 80)
    assert said(book)["net retention", "USD", ""].value == 90 / 80


def test_retention_in_slack(lively):
    with lively.bot.services.store.write(lively.bot.services.clock()) as unit:
        for day, arr in (("2025-10-31", 100), ("2026-10-31", 130)):
            unit.db.execute(
                "INSERT INTO arr_snapshots VALUES (1, ?, ?, 'USD', NULL, NULL, NULL, 'bot', '2026-01-01T00:00:00Z')",
                (day, arr),
            )
    lively.as_("maya").command("/playbooks growth 2026Q4").expect("net retention", "130%", "gross 100%")


def test_off_is_off(world):
    fill(world)
    maya = world.as_("maya")
    maya.command("/playbooks growth").expect("switched off")
    maya.command("/account returned Globex").expect("switched off")
    asked = maya.command("/account archive Globex").modal.submit().message
    assert "duplicate" not in asked.text


def test_the_form_of_its_back_shows_the_renewal_that_stays(lively):
    maya = lively.as_("maya")
    with lively.unit() as unit:
        unit.db.execute("UPDATE accounts SET renewal_on = '2027-03-31' WHERE name = 'Globex'")
    maya.command("/renewals churned Globex 2026-11-01 price")
    form = maya.command("/account Globex").message.click("It's back").modal
    assert form.value("When does it renew?") == "2027-03-31"
    form.submit().message.expect("renews on Wed 31 Mar 2027")
    lively.allow_messages()


def test_what_was_merged_twice_counts_where_it_is_now(book):
    """Else the account that is left would have grown by what others brought with them; the one between paid nothing."""
    gone = {"archived_at": at("2026-08-01 12:00")}
    left = book.account("Left")
    ids = {name: book.account(name, **gone) for name in ("First", "Between", "Round", "About")}
    for name, into in (("First", "Between"), ("Between", ""), ("Round", "About"), ("About", "Round")):
        into_id = ids.get(into, left)
        book.insert("account_endings", account_id=ids[name], why="merged", into_id=into_id, at="2026-08-01T12:00:00Z")
    kept(book, ids["First"], BEFORE, 100)
    kept(book, ids["Round"], BEFORE, 50)
    kept(book, left, BEFORE, 10)
    kept(book, left, MONTH, 110)
    found = said(book)["net retention", "USD", ""]
    assert (found.value, found.n) == (1, 1)
    assert became(book.db, "UTC") == {ids["First"]: left, ids["Between"]: left}
    assert became(book.db, "UTC", date(2026, 7, 31)) == {}


def test_why_it_was_archived_is_of_this_archiving_alone(lively):
    """Brought back it counts again; archived anew nobody has said why; taken back that it is back, the answer stands."""
    maya = lively.as_("maya")

    def archived():
        return maya.command("/account archive Globex").modal.submit().message

    def stands():
        with lively.bot.services.store.read() as db:
            return {row["why"] for row in records(db, "endings", lively.bot.services.policy, TODAY)[1]}

    for button, why in (("A duplicate", "duplicate"), ("Never a customer", "never"), ("Merged into …", "merged")):
        said = archived().click(button)
        if why == "merged":
            said = said.modal.fill("Into which account?", "Acme").submit()
        said.expect("counts")
        assert stands() == {why}
        maya.command("/account Globex").message.click("Bring back").expect("Globex")
        assert stands() == set()
        archived()
        assert stands() == {None}
        maya.command("/account Globex").message.click("Bring back").expect("Globex")
    archived().click("It left").expect("churned today")
    back = maya.command("/account returned Globex").message
    assert stands() == {None}, "it left, and is back"
    back.click("Undo")
    assert "left" in stands()
    maya.command("/account Globex").message.click("Bring back").expect("no longer archived, but recorded as churned")


def test_what_did_not_leave_after_all_is_not_churned(lively):
    maya = lively.as_("maya")
    asked = maya.command("/account archive Globex").modal.submit().message
    for button in ("A duplicate", "Never a customer", "Merged into …"):
        asked.click("It left").expect("churned today")
        assert account(lively, "Globex").churned_on == date(2026, 11, 23)
        said = asked.click(button)
        if button.startswith("Merged"):
            said = said.modal.fill("Into which account?", "Acme").submit()
        said.expect("counts")
        assert account(lively, "Globex").churned_on is None
        assert lively.rows("SELECT id FROM renewals WHERE undone_at IS NULL") == []
    maya.command("/account Globex").message.click("Bring back").expect("back in lists")
    maya.command("/renewals churned Globex 2026-11-20 price").expect("recorded as churned")
    maya.command("/account archive Globex").modal.submit().message.click("A duplicate").expect("nowhere")
    assert account(lively, "Globex").churned_on == date(2026, 11, 20), "which somebody said"
