"""`/playbooks` as people use it: commands, buttons and lists, against the strict sandbox."""

import csv
import io
from datetime import UTC, date, datetime

import pytest

from storage.report.frozen import freeze_ended_quarters
from tests.report import histories

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def with_history(make_world):
    """A bot with a book of random CTAs; gives back the world and the rows as an export writes them."""

    def start(size=400, **policy):
        world = make_world(**policy)
        # The CSMs of a random book are in no workspace.
        world.allow("users_not_found")
        with world.unit() as unit:
            rows, _ = histories.write_history(unit, histories.seeded(4), size=size, today=TODAY)
        return world, rows

    return start


def counted(rows, first, last, **fields):
    return [
        row
        for row in rows
        if row["closed_on"]
        and first <= date.fromisoformat(row["closed_on"]) <= last
        and row["motion"]
        and "OLD" not in row["playbook"].split()
        and "(OLD)" not in row["playbook"]
        and all(row[name] == value for name, value in fields.items())
    ]


def listed(modal):
    """The ids of a list's lines."""
    return [int(line.split()[0][1:]) for line in modal.text.splitlines() if line.startswith("#")]


def test_a_report_opens_the_ctas_of_each_of_its_numbers(with_history):
    world, rows = with_history()
    maya = world.as_("maya")
    report = maya.command("/playbooks report last quarter").message
    assert "Playbooks, 2026Q3" in report.text
    assert "More than half" in report.text or "more than half" in report.text
    modal = report.select("CTAs of…", "Expand: CI").modal
    first, last = date(2026, 7, 1), date(2026, 9, 30)
    expected = counted(rows, first, last, motion="expand", use_case="CI")
    assert sorted(listed(modal)) == sorted(int(row["id"]) for row in expected)
    modal = modal.select("Outcome", "No success").modal
    assert sorted(listed(modal)) == sorted(int(r["id"]) for r in expected if r["status"] == "closed_no_success")


def test_a_long_list_goes_page_by_page_and_comes_as_csv(with_history):
    world, rows = with_history()
    maya = world.as_("maya")
    modal = maya.command("/playbooks report 2026Q3").message.click("CTAs").modal
    expected = sorted(int(row["id"]) for row in counted(rows, date(2026, 7, 1), date(2026, 9, 30)))
    seen = []
    while True:
        seen += listed(modal)
        if "Next" not in modal.text:
            break
        modal = modal.click("Next").modal
    assert sorted(seen) == expected
    assert len(seen) > 20
    modal.click("CSV")
    maya.expect_dm("The CTAs you asked for")
    (file,) = world.slack.sandbox.workspace.files.values()
    text = file.content.decode()
    assert sorted(int(row["id"]) for row in csv.DictReader(io.StringIO(text))) == expected


def test_help_is_the_answer_to_nothing_and_a_slip_is_offered_again(world):
    maya = world.as_("maya")
    assert "/playbooks report" in maya.command("/playbooks").text
    reply = maya.command("/playbooks reprot last quarter")
    assert "There is no" in reply.text
    assert "Playbooks, 2026Q3" in reply.message.click("/playbooks report").text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("summary", "Nothing was opened or closed"),
        ("summary week", "Nothing was opened or closed"),
        ("summary quarter", "2026Q4"),
        ("report", "No playbook was opened or closed"),
        ("reasons", "Nobody said no"),
        ("stalled", "No open CTA is slower than usual"),
        ("deferred", "No deferred CTA has a date"),
        ("catalogue", "Find out whether plans, boards and code would serve this customer better"),
    ],
)
def test_each_reads_well_in_an_empty_database(world, asked, said):
    assert said in world.as_("maya").command(f"/playbooks {asked}").text


@pytest.mark.parametrize(
    "asked", ["summary", "report", "report 2026Q3 CI EMEA", "reasons last quarter", "stalled", "deferred"]
)
def test_each_passes_slacks_checks_with_a_full_database(with_history, asked):
    world, _ = with_history()
    assert world.as_("maya").command(f"/playbooks {asked}").text


def test_a_name_that_nobody_knows_is_refused(with_history):
    world, _ = with_history(size=20)
    assert "No CTA has the use case 'Kubernetes'" in world.as_("maya").command("/playbooks report Kubernetes").text


def test_what_changed_since_a_quarter_was_frozen(with_history):
    world, rows = with_history()
    with world.unit() as unit:
        assert "2026Q3" in freeze_ended_quarters(unit)
        assert freeze_ended_quarters(unit) == []
    maya = world.as_("maya")
    assert "changed since" not in maya.command("/playbooks report 2026Q3").text
    changed = int(counted(rows, date(2026, 7, 1), date(2026, 9, 30), status="closed_success")[0]["id"])
    with world.unit() as unit:
        unit.db.execute("UPDATE ctas SET status = 'closed_no_success', reason = 'other' WHERE id = ?", (changed,))
    report = maya.command("/playbooks report 2026Q3").message
    assert "1 CTA of 2026Q3 changed since it was frozen" in report.text
    assert listed(report.click("Show").modal) == [changed]


def test_deferred_ctas_stand_in_their_month(with_history):
    world, rows = with_history()
    deferred = [row for row in rows if row["status"] == "closed_no_success"][:3]
    with world.unit() as unit:
        for row, back in zip(deferred, ("2026-12-01", "2026-12-31", "2027-01-01"), strict=True):
            unit.db.execute("UPDATE ctas SET revisit_on = ? WHERE id = ?", (back, row["id"]))
    ledger = world.as_("maya").command("/playbooks deferred").message
    assert "December 2026: 2 CTAs" in ledger.text
    assert "January 2027: 1 CTA" in ledger.text
    modal = ledger.click("Show", row="December 2026").modal
    assert sorted(listed(modal)) == sorted(int(row["id"]) for row in deferred[:2])


@pytest.mark.parametrize(("visible_to", "is_shown"), [("everyone", True), ("managers", False)])
def test_renewals_without_a_review_come_first_and_revenue_to_those_who_may_see_it(with_history, visible_to, is_shown):
    world, _ = with_history(arr_visible_to=visible_to)
    with world.unit() as unit:
        unit.db.execute("UPDATE accounts SET archived_at = '2026-01-01T00:00:00Z' WHERE id > 2")
        unit.db.execute(
            "UPDATE accounts SET archived_at = NULL, churned_on = NULL, arr_cents = 12300000, renewal_on = '2027-03-01' WHERE id < 3"
        )
        unit.db.execute(
            "INSERT INTO reviews(account_id, renewal_on, offset_months, state, held_on, updated_at)"
            " VALUES (1, '2027-03-01', 5, 'held', '2026-10-01', '2026-10-01T00:00:00Z')"
        )
    report = world.as_("maya").command("/playbooks report").message
    assert ("2 renewals, 246,000" in report.text or "1 renewal, 123,000" in report.text) is is_shown
    lines = report.click("Renewals").modal.text.splitlines()
    money = " · 123,000" if is_shown else ""
    assert lines[:3] == [
        "2 renewals in 6 months, 1 without a review",
        f"A2 renews Mon 1 Mar 2027{money} · no review yet · CSM {csm(world, 2)} Show",
        f"A1 renews Mon 1 Mar 2027{money} · 5 months held · CSM {csm(world, 1)} Show",
    ]


def test_the_ebr_coverage_opens_the_accounts_that_it_lacks(with_history):
    world, _ = with_history()
    with world.unit() as unit:
        unit.db.execute("UPDATE accounts SET archived_at = '2026-01-01T00:00:00Z', name = 'B' || id WHERE id > 40")
        unit.db.execute("UPDATE accounts SET archived_at = NULL, churned_on = NULL, last_ebr_on = NULL WHERE id <= 40")
        unit.db.execute("UPDATE accounts SET last_ebr_on = '2025-11-23' WHERE id = 1")  # twelve months ago: too old
        unit.db.execute("UPDATE accounts SET last_ebr_on = '2025-11-24' WHERE id = 2")
        unit.db.execute("DELETE FROM ebrs")
        unit.db.execute(
            "INSERT INTO ebrs(account_id, state, held_on, updated_at) VALUES (3, 'held', '2026-10-01', '2026-10-01T00:00:00Z')"
        )
    accounts = world.rows("SELECT count(*) AS n FROM accounts WHERE archived_at IS NULL AND churned_on IS NULL")[0]["n"]
    report = world.as_("maya").command("/playbooks report").message
    assert f"(2 of {accounts} accounts)" in report.text
    modal = report.click(f"{accounts - 2} without").modal
    names = []
    while True:
        names += [line.split(" · ")[0] for line in modal.text.splitlines() if " · " in line]
        if "Next" not in modal.text:
            break
        modal = modal.click("Next").modal
    assert len(set(names)) == len(names) == accounts - 2
    assert names[-1] == "A1"  # the one that had one longest ago; those with none stand before
    assert not {"A2", "A3"} & set(names)


def csm(world, account_id):
    return world.rows("SELECT csm_id FROM accounts WHERE id = ?", account_id)[0]["csm_id"]


AREAS = ("plans", "onboarding", "adoption", "surveys", "growth")


@pytest.mark.parametrize("what", ["report", "reasons", *AREAS])
def test_a_quarter_that_has_not_begun_says_so(make_world, what):
    world = make_world(**{area: {"enabled": True} for area in (*AREAS, "usage") if area != "adoption"})
    world.start_at(datetime(2026, 11, 30, 14, 0, tzinfo=UTC))
    shown = world.as_("maya").command(f"/playbooks {what} 2027Q3").text
    assert "has not begun" in shown
    assert "100%" not in shown
