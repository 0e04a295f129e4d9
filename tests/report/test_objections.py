"""The objection loop, frozen quarters and renewal-review compliance, from rows to words."""

from datetime import UTC, date, datetime

import pytest

from reminders.report import metrics
from storage.base.quarters import Quarter
from storage.report import frozen, objections
from storage.report import lists as report_lists
from storage.report import store as reports
from storage.report.behind_numbers import Selection
from storage.report.tally import Scope
from templates.report import show as report_view
from tests.report.test_summary import add_cta, add_people

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
TODAY = NOW.date()
Q4 = Quarter(2026, 4)
NO = {"status": "closed_no_success", "reason": "lack_of_budget"}


@pytest.fixture
def store(make_store):
    store = make_store(
        reasons=[
            {
                "key": "lack_of_budget",
                "label": "Lack of budget",
                "counter_play": "Show the saving",
                "counter_playbook": "Expand: ROI",
            },
            {"key": "product_gaps", "label": "Product gaps", "asks": "gap"},
        ]
    )
    with store.write(NOW) as unit:
        add_people(unit, accounts=3)
        unit.db.execute("UPDATE accounts SET arr_cents = 1000000 * id")
        unit.db.execute("UPDATE accounts SET currency = 'EUR' WHERE id = 3")
    return store


def set_field(store, cta_id, **fields):
    with store.write(NOW) as unit:
        assignments = ", ".join(f"{name} = ?" for name in fields)
        unit.db.execute(f"UPDATE ctas SET {assignments} WHERE id = ?", (*fields.values(), cta_id))


def test_what_came_of_trying_again(store):
    with store.write(NOW) as unit:
        for number in (1, 2, 3):
            add_cta(unit, number, **NO)
        add_cta(unit, 4, closed_on="2026-11-26")
        add_cta(unit, 5, **NO | {"closed_on": "2026-11-27"})
        add_cta(unit, 6, status="new", closed_on=None)
        # An Enable that follows a success is no second try.
        add_cta(unit, 7, motion="enable")
    for again, first in ((4, 1), (5, 2), (6, 3), (7, 4)):
        set_field(store, again, linked_to=first)
    (found,) = objections.opened_again(store.connection(), Scope()).items()
    assert found[0] == "lack_of_budget"
    assert (found[1].success, found[1].no_success, found[1].still_open, found[1].opened) == (1, 1, 1, 3)
    lines, total = report_lists.behind(
        store.connection(), Selection(what="again", reason="lack_of_budget"), Scope(), limit=20
    )
    assert ([line.id for line in lines], total) == ([4, 5, 6], 3)


def test_gaps_add_up_whatever_their_spelling_and_each_account_counts_once(store):
    with store.write(NOW) as unit:
        for number, account in ((1, 1), (2, 1), (3, 2), (4, 3)):
            add_cta(unit, number, account=account, status="closed_no_success", reason="product_gaps")
        add_cta(unit, 5, status="closed_no_success", reason="product_gaps")
    for number, detail in (
        (1, "Merge  trains"),
        (2, "merge trains"),
        (3, "Merge trains"),
        (4, "Merge trains"),
        (5, "SAML"),
    ):
        set_field(store, number, detail=detail)
    first, second = objections.named(store.connection(), Q4.span, Scope())
    assert (first.detail, first.count, first.accounts) == ("Merge trains", 4, 3)
    assert first.arr_cents == (("EUR", 3_000_000), ("USD", 3_000_000))
    assert (second.detail, second.count) == ("SAML", 1)


def test_trend_and_counter_plays_in_words(store):
    with store.write(NOW) as unit:
        for number in range(1, 4):
            add_cta(unit, number, **NO)
        add_cta(unit, 4, **NO | {"closed_on": "2026-09-30"})
        add_cta(unit, 5, status="closed_no_success", reason="product_gaps", closed_on="2026-08-01")
    quarters = [Q4.previous, Q4]
    db = store.connection()
    found = metrics.objections(quarters, [reports.tally(db, q.span) for q in quarters], {}, [])
    assert [(trend.reason, trend.counts) for trend in found.trends] == [
        ("lack_of_budget", (1, 3)),
        ("product_gaps", (1, 0)),
    ]
    selection = Selection(first=Q4.span.first, last=Q4.span.last)
    view = report_view.objection_report(found, store.policy, selection, arr=True)
    assert view["by_use_case"] == "CI: Lack of budget 3"
    assert view["plays"] == [
        {"reason": "Lack of budget", "text": "Show the saving", "playbook": "Expand: ROI", "url": ""}
    ]


def test_a_frozen_quarter_remembers_and_says_what_changed(store):
    q3 = Q4.previous
    with store.write(NOW) as unit:
        add_cta(unit, 1, opened_on="2026-07-01", closed_on="2026-09-30")
        add_cta(unit, 2, opened_on="2026-07-01", closed_on=None, status="new")
        add_cta(unit, 3, opened_on="2026-02-01", closed_on="2026-07-02", use_case="SCM", **NO)
        assert frozen.freeze_ended_quarters(unit) == ["2026Q3", "2026Q1"]
    db = store.connection()
    assert frozen.frozen(db, Q4) is None
    assert frozen.frozen(db, q3).numbers["success"] == 1
    # Closed after the quarter: nothing of that quarter changed.
    set_field(store, 2, status="closed_success", closed_on="2026-11-01")
    assert frozen.frozen(db, q3).changes == ()
    # Reopened, corrected, imported late.
    with store.write(NOW) as unit:
        unit.db.execute("UPDATE ctas SET status = 'work_in_progress', closed_on = NULL WHERE id = 1")
        unit.db.execute("UPDATE ctas SET reason = 'product_gaps' WHERE id = 3")
        add_cta(unit, 9, opened_on="2026-08-01", closed_on="2026-08-02", use_case="CD")
    changes = {change.cta_id: change for change in frozen.frozen(db, q3).changes}
    assert set(changes) == {1, 3, 9}
    assert (changes[1].before["status"], changes[1].after["status"], changes[1].after["opened"]) == (
        "closed_success",
        None,
        1,
    )
    assert changes[3].before["reason"] == "lack_of_budget"
    assert changes[9].before is None
    assert frozen.frozen(db, q3).numbers["success"] == 1


def test_freezing_a_long_past_takes_several_turns(make_store):
    store = make_store()
    with store.write(NOW) as unit:
        add_people(unit)
        for number, month in enumerate(("2025-02", "2025-05", "2025-08"), start=1):
            add_cta(unit, number, opened_on=f"{month}-01", closed_on=f"{month}-02")
    turns = []
    for _ in range(4):
        with store.write(NOW) as unit:
            turns.append(frozen.freeze_ended_quarters(unit, at_once=1))
    assert turns == [["2025Q3"], ["2025Q2"], ["2025Q1"], []]


def test_another_fiscal_calendar_freezes_its_own_quarters(make_store):
    store = make_store()
    with store.write(NOW) as unit:
        add_people(unit)
        add_cta(unit, 1, opened_on="2026-07-01", closed_on="2026-07-02")
        frozen.freeze_ended_quarters(unit)
    fiscal = make_store(fiscal_year_start_month=2)
    fiscal.path = store.path
    with store.write(NOW) as unit:
        unit.policy = fiscal.policy
        assert frozen.freeze_ended_quarters(unit) == ["2027Q2"]
    assert frozen.frozen(store.connection(), Quarter(2027, 2, 2)) is not None
    assert frozen.frozen(store.connection(), Quarter(2027, 2, 1)) is None


def test_compliance_by_team(make_store):
    store = make_store(teams={"North": ["c1@example.com"]})
    with store.write(NOW) as unit:
        add_people(unit, people=2, accounts=4)
        unit.db.execute("UPDATE accounts SET renewal_on = '2027-03-01', arr_cents = 5000000, outlook = 'renew'")
        unit.db.execute("UPDATE accounts SET csm_id = 2, outlook = NULL WHERE id = 3")
        unit.db.execute("UPDATE accounts SET renewal_on = '2027-06-01' WHERE id = 4")
        for account, months, state, renewal in (
            (1, 5, "held", "2027-03-01"),
            (2, 3, "scheduled", "2027-03-01"),
            (3, 5, "held", "2026-03-01"),
        ):
            unit.db.execute(
                "INSERT INTO reviews(account_id, renewal_on, offset_months, state, updated_at) VALUES (?, ?, ?, ?, 'x')",
                (account, renewal, months, state),
            )
    db, policy = store.connection(), store.policy
    renewals = report_lists.renewals_ahead(db, policy, TODAY, Scope())
    assert [(r.account_id, r.without_review) for r in sorted(renewals, key=lambda r: r.account_id)] == [
        (1, False),
        (2, False),
        (3, True),
    ]
    teams = metrics.compliance(renewals, (), reports.teams(db, policy), policy.renewal_review_months)
    assert [str(report_view.compliance_words(team, policy, arr=True)) for team in teams] == [
        "*North*: 2 renewals, 100,000 · held: 1 at 5 months, 0 at 3 months · 2 renew",
        "*No team*: 1 renewal, 50,000 · held: 0 at 5 months, 0 at 3 months · 1 without a review",
    ]
    assert "100,000" not in report_view.compliance_words(teams[0], policy, arr=False)
    assert date(2027, 5, 30) not in {r.renewal_on for r in renewals}
