"""Success plans with the area on: begun, written, given objectives, submitted, qualified, returned, taken back."""

import json

import pytest

from storage.account import store as accounts
from storage.base.exports import records
from tests.account.books import MAYA, TOM, account, at, audit
from tests.forging import submit
from tests.plan.conftest import GOAL, WHOLE, fill, objective, rows, standing, write

HOSTILE = "<!channel> *b*"


def green(world, name="Acme"):
    write(world, name)
    return objective(world, name)


def submitted(world):
    green(world).click("Submit").expect("plan submitted")
    assert standing(world).waits


def qualified(world):
    submitted(world)
    world.as_("priya").command("/success qualify Acme").modal.submit().expect("qualified until Tue 23 Nov 2027")
    assert standing(world).qualified


def test_a_plan_is_begun_and_says_what_it_lacks(book):
    maya = book.as_("maya")
    assert "no success plan" in maya.command("/success plan Acme").text
    said = write(book)
    assert "yellow: nothing open" in said.text
    (plan,) = rows(book)
    assert (plan["kind"], plan["state"], plan["shared_on"]) == ("roi", "active", "2026-11-20")
    assert plan["due_on"] == "2027-11-23"
    assert "plan yellow: nothing open: all achieved, what next?; not qualified" in maya.command("/account Acme").text
    said.click("Undo")
    said.expect("taken back")
    assert rows(book) == rows(book, "plan_updates") == []
    assert audit(book) == ["plan.edit", "plan.undo"]


def test_an_objective_turns_it_green_submitted_and_qualified(book):
    said = green(book)
    assert "plan green" in said.text
    said.click("Submit").expect("plan submitted")
    book.as_("maya").command("/success submit Acme").expect("waits for an answer already")
    form = book.as_("priya").command("/success qualify Acme").modal
    for words in ("The strategy is why they bought", "All sides agree", "8 releases in March", "Ship twice a week"):
        assert words in form.text
    form.submit().expect("qualified until Tue 23 Nov 2027")
    page = book.as_("maya").command("/success plan Acme").text
    assert "green · qualified until Tue 23 Nov 2027" in page
    assert "Submit" not in page
    assert "plan green; qualified until" in book.as_("maya").command("/success Acme").text


def test_only_a_green_plan_is_submitted_and_only_its_csms_manager_answers(book):
    write(book)
    book.as_("maya").command("/success submit Acme").expect("is yellow")
    objective(book)
    book.as_("maya").command("/success submit Acme").expect("Priya Nair is asked on the next morning")
    for who in ("maya", "alex", "lena"):
        book.as_(who).command("/success qualify Acme").expect("Only the manager of its CSM")
    book.as_("priya").command("/success return Hooli no number").expect("waits for an answer")


def test_the_manager_is_asked_in_the_morning_returns_it_and_is_asked_again(book):
    submitted(book)
    book.jump(at(11, 24))
    row = book.as_("priya").expect_dm("Acme", "plan green; submitted yesterday, waits for an answer")
    row.click("Return")
    form = book.as_("priya").expect_modal("Return the plan")
    form.fill("What is missing?", HOSTILE).submit()
    row.expect("answered")
    note = book.as_("maya").expect_dm("returned the success plan of Acme")
    assert "<!channel>" not in json.dumps(note.blocks)
    book.as_("maya").command("/success submit Acme").expect("plan submitted")
    book.jump(at(11, 25))
    book.as_("priya").expect_dm("Acme", "plan green; submitted yesterday, waits for an answer")
    book.jump(at(11, 26))
    assert not book.rows("SELECT 1 FROM outbox WHERE kind = 'plan_to_qualify' AND due_on = '2026-11-26'")


def test_what_waits_for_the_manager_stands_on_their_home_until_it_is_answered(book):
    """Seen failing: the morning's message said one thing more than Home, where it was soon out of sight."""
    submitted(book)
    book.jump(at(11, 24))
    priya = book.as_("priya")
    priya.expect_dm("Acme", "waits for an answer")
    for day in (24, 25):
        book.jump(at(11, day))
        home = priya.open_home()
        home.expect(
            "Acme · plan green; submitted on Mon 23 Nov" if day == 25 else "Acme · plan green; submitted yesterday"
        )
    assert "waits for an answer" not in book.as_("maya").open_home().text
    assert not book.rows("SELECT 1 FROM outbox WHERE kind = 'plan_to_qualify' AND due_on = '2026-11-25'")
    home.click("Qualify")
    priya.expect_modal("Qualify the plan").submit().expect("qualified until")
    assert "waits for an answer" not in priya.open_home().text
    book.allow_messages()


def test_an_undone_qualification_waits_again(book):
    submitted(book)
    said = book.as_("priya").command("/success qualify Acme").modal.submit()
    said.message.click("Undo")
    said.message.expect("taken back")
    assert (standing(book).waits, standing(book).qualified) == (True, False)
    assert rows(book, "plan_qualifications") == []


def test_what_makes_it_yellow_ends_the_qualification_for_good_unless_it_is_taken_back(book):
    qualified(book)
    said = objective(book, **{"What is to be reached?": "more"})
    assert "it was qualified: submit it again" in said.text
    assert standing(book).lapse.why == "not_green"
    said.click("Undo")
    said.expect("taken back")
    assert standing(book).qualified
    objective(book, **{"What is to be reached?": "more"})
    book.as_("maya").command("/success plan Acme").message.click("Edit", row="more")
    fill(book.as_("maya").expect_modal("Objective"), GOAL).submit().expect("plan green")
    assert (standing(book).colour, standing(book).qualified) == ("green", False)


def test_a_closed_cta_that_was_all_that_was_open_ends_it_at_night(book):
    from storage.plan.life import settle_open

    write(book)
    book.as_("maya").command("/cta open Acme expand ci").expect("Opened")
    book.as_("maya").command("/success submit Acme").expect("plan submitted")
    book.as_("priya").command("/success qualify Acme").modal.submit().expect("qualified until")
    number = book.rows("SELECT max(id) AS id FROM ctas")[0]["id"]
    book.as_("maya").command(f"/cta close {number} no-success lack_of_budget").expect("Lack of budget")
    assert standing(book).lacks == ("nothing_open",)
    with book.unit() as unit:
        settle_open(unit)
    assert [(row["lapsed_on"], row["lapse"]) for row in rows(book, "plan_qualifications")] == [
        ("2026-11-23", "not_green")
    ]


def test_it_is_ended_with_what_came_of_it_and_the_last_original_offers_the_milestone(make_book):
    book = make_book("plans", "onboarding")
    write(book)
    said = objective(book, **GOAL, And=["The customer bought for it"])
    assert "Outcome achieved" not in said.text
    book.as_("maya").command("/success plan Acme").message.click("Edit", row="Releases twice a week")
    form = book.as_("maya").expect_modal("Objective")
    form.fill("Where is it?", "Achieved").submit()
    assert form.is_open
    said = form.fill("What came of it?", "9 in March").submit()
    assert "achieved today" in said.text
    said.message.click("Outcome achieved")
    book.as_("maya").expect_modal("Reached").submit().expect("outcome achieved")
    assert book.rows("SELECT outcome_on FROM accounts WHERE name = 'Acme'") == [{"outcome_on": "2026-11-23"}]
    book.allow_messages()


def test_a_cta_is_put_under_an_objective_and_the_page_to_hand_over_says_so(book):
    green(book)
    book.as_("maya").command("/cta open Acme enable ci").expect("Opened")
    book.as_("maya").command("/success plan Acme").message.click("Edit", row="Releases twice a week")
    form = book.as_("maya").expect_modal("Objective")
    said = form.fill("CTAs that serve it", ["Enable: CI"]).submit().expect("Releases twice a week")
    assert rows(book, "objectives")[0]["id"] == book.rows("SELECT objective_id FROM objective_ctas")[0]["objective_id"]
    assert "CTAs: Enable: CI" in book.as_("maya").command("/success plan Acme").text
    assert "the page comes in your messages" in book.as_("maya").command("/success plan Acme file").text
    book.as_("maya").expect_dm("The success plan of Acme, as a page.")
    from handlers.plan.pages import page_to_hand_over

    text = page_to_hand_over(book.db, book.store.policy, account(book), "roi", book.now.date())
    assert "# Acme: success plan" in text
    assert "- CI (until 18 January 2027, for: Releases twice a week)" in text
    assert "qualif" not in text
    book.as_("maya").command("/success plan Acme").message.click("Edit the plan")
    form = book.as_("maya").expect_modal("Success plan").fill("Link to the plan itself", "https://a.example/> x")
    assert "no spaces" in form.submit().errors["Link to the plan itself"]
    form.close()
    typed = "Title\n===\n---\n- - -\n1. one\n+ two\n-5 a day\n\n    <b>A &amp; B</b> *c*"
    with book.unit() as unit:
        unit.db.execute("UPDATE plans SET strategy = ?, link = 'https://a.example/> <b>x'", (typed,))
    text = page_to_hand_over(book.db, book.store.policy, account(book), "roi", book.now.date())
    as_typed = "Title\n\\===\n\\---\n\\- - -\n1\\. one\n\\+ two\n-5 a day\n\n\\<b\\>A \\&amp; B\\</b\\> \\*c\\*\n"
    assert f"## Strategy\n\n{as_typed}" in text
    assert "<https://a.example/%3E%20%3Cb%3Ex>" in text
    said.click("Undo")
    said.expect("taken back")
    assert book.rows("SELECT 1 FROM objective_ctas") == []


def test_an_ebr_that_is_logged_offers_the_plan_and_still_right_is_an_update(book):
    said = book.as_("maya").command("/ebr log Acme 20 Nov")
    said.message.click("Update the plan")
    fill(book.as_("maya").expect_modal("Success plan"), WHOLE).submit().expect("saved")
    page = book.as_("maya").command("/success plan Acme").message
    page.click("Still right").expect("still right")
    assert rows(book)[0]["validated_on"] == "2026-11-23"
    assert len(rows(book, "plan_updates")) == 2
    page.click("Still right").expect("You said that today already")


def test_the_round_comes_on_the_first_business_day_of_the_quarter(book):
    write(book)
    book.jump(at(1, 1, year=2027))
    row = book.as_("maya").expect_dm("Success plans of 1 account need a look: Acme")
    row.click("Go through them")
    kinds = book.rows("SELECT dedupe_key, expires_at FROM outbox WHERE kind = 'plan_round'")
    assert {one["dedupe_key"].rpartition(":")[2] for one in kinds} == {"2027Q1"}
    assert "Globex" not in book.as_("maya").command("/success plans").text  # commercial has no target


def test_what_is_late_stands_in_success(book):
    green(book)
    late = book.as_("maya").command("/success").text
    assert "plan not qualified" in late
    assert "Globex" not in late


@pytest.mark.parametrize("command", ["plan Acme", "plans", "objective Acme add x", "submit Acme", "return Acme x"])
def test_off_a_verb_is_refused_with_its_key(make_book, command):
    book = make_book("health")
    assert "enabled = true below [plans]" in book.as_("maya").command(f"/success {command}").text


def test_the_review_finds_what_plans_need(make_book):
    from storage.base import people
    from storage.review import store as reviews

    book = make_book("plans", "review")
    write(book)
    priya = people.by_email(book.db, "priya@example.com")
    section = reviews.of_team(book.db, book.store.policy, priya, book.now.date()).section("plans")
    said = {one.account.name: one.said for one in section.found}
    assert said["Acme"] == ("plan yellow: nothing open: all achieved, what next?; never qualified",)
    assert said["Hooli"] == ("no success plan",)
    assert "Globex" not in said
    book.allow_messages()


def test_the_share_of_a_quarter_in_slack_and_in_the_terminal(book):
    from handlers.plan.figures import of_period

    qualified(book)
    today = book.now.date()
    found = of_period(
        book.db, book.store.policy, today.replace(month=10, day=1), today.replace(month=12, day=31), today
    )
    assert [(one.segment, one.qualified, one.n, one.share) for one in found] == [
        (None, 1, 1, 1.0),
        ("commercial", 0, 0, None),
        ("enterprise", 1, 1, 1.0),
        ("strategic", 0, 0, None),
    ]
    from storage.plan import store

    assert store.share(book.db, book.store.policy, today, today, "segment = ?", ("enterprise",)) == (1.0, 1)
    before = of_period(book.db, book.store.policy, today, today.replace(month=9, day=30), today)
    assert (before[0].qualified, before[0].n) == (0, 1)
    said = book.as_("maya").command("/playbooks plans 2026Q4").text
    assert "enterprise: 100% qualified (1 of 1), target 100%" in said


def test_objectives_come_from_a_file_and_people_stand_above_it(book):
    row = {
        "account": "Acme",
        "title": "Fast",
        "why": "it pays",
        "criteria": "8",
        "due_on": "2027-03-31",
        "external_id": "O1",
    }
    for wrong in ({"account": "Nowhere"}, {"status": "someday"}, {"title": ""}):
        assert book.book("objectives", row | wrong).rejected
    assert not book.book("objectives", row).rejected
    assert rows(book)[0]["state"] == "draft"
    (goal,) = rows(book, "objectives")
    assert (goal["title"], goal["status"], goal["due_on"]) == ("Fast", "new", "2027-03-31")
    book.as_("maya").command("/success plan Acme").message.click("Edit", row="Fast")
    book.as_("maya").expect_modal("Objective").fill("By what will everybody see it?", "9").submit().expect("Fast")
    book.book("objectives", {**row, "title": "Faster", "criteria": "10", "status": "In progress", "due_on": ""})
    (goal,) = rows(book, "objectives")
    assert [goal[name] for name in ("title", "criteria", "status", "due_on")] == [
        "Faster",
        "9",
        "in_progress",
        "2027-03-31",
    ]
    from storage.importing.undo import undo

    with book.unit() as unit:
        undo(unit)
    (goal,) = rows(book, "objectives")
    assert [goal[name] for name in ("title", "criteria", "status")] == ["Fast", "9", "new"]


def test_a_file_is_taken_back_whole(book):
    from storage.importing.undo import undo

    book.book(
        "objectives", {"account": "Acme", "title": "Fast"}, {"account": "Acme", "title": "Small", "status": "dropped"}
    )
    assert [row["status"] for row in rows(book, "objectives")] == ["new", "dropped"]
    with book.unit() as unit:
        undo(unit)
    assert rows(book) == rows(book, "objectives") == rows(book, "plan_updates") == []


def test_the_exports_say_all_that_the_rules_go_by(book):
    qualified(book)
    with book.unit() as unit:
        from storage.account import store as accounts

        tom = unit.db.execute("SELECT id FROM people WHERE email = ?", (TOM,)).fetchone()[0]
        accounts.edit(unit, account(book).id, {"csm_id": tom})
    today = book.now.date()
    fields, found = records(book.db, "plans", book.store.policy, today)
    (one,) = found
    assert tuple(one) == fields
    assert (one["colour"], one["qualified"], one["qualified_csm"], one["csm_since"]) == (
        "green",
        True,
        MAYA,
        "2026-11-23",
    )
    assert one["updates"] == f"2026-11-23 {MAYA}; 2026-11-23 {MAYA}"
    (goal,) = records(book.db, "objectives", book.store.policy, today)[1]
    assert (goal["account"], goal["title"], goal["status"], goal["ctas"]) == ("Acme", "Releases twice a week", "new", 0)


def test_where_a_csm_has_no_manager_operations_hear_and_any_manager_answers(make_book):
    book = make_book("plans", operations_channel="#cs-operations", managers=["kenji@example.com"])
    with book.unit() as unit:
        unit.db.execute("UPDATE people SET manager_id = NULL WHERE email = ?", (TOM,))
    write(book, "Hooli", "tom")
    objective(book, "Hooli", "tom")
    book.as_("tom").command("/success submit Hooli").expect("operations hear on the next morning")
    book.jump(at(11, 24))
    row = book.expect_message("cs-operations", "Hooli", "plan green; submitted yesterday, waits for an answer")
    assert row
    book.as_("kenji").command("/success qualify Hooli").modal.submit().expect("qualified until")
    book.allow_messages()


@pytest.mark.parametrize("first", [{}, {"why": "it pays", "criteria": "8 a month", "due_on": "2027-03-01"}])
def test_a_qualification_that_a_file_has_ended_holds_again_where_the_file_is_taken_back(book, first):
    from storage.importing.undo import undo

    qualified(book)
    book.book("objectives", {"account": "Acme", "title": "Small", **first}, {"account": "Acme", "title": "Smaller"})
    assert not standing(book).qualified
    with book.unit() as unit:
        undo(unit)
    assert standing(book).qualified


@pytest.mark.parametrize("how", ["words", "ctas"])
def test_an_objective_of_a_file_that_somebody_worked_on_since_stays_where_the_file_is_taken_back(book, how):
    """Also where what they said stands in no column of the file."""
    from storage.importing.undo import undo

    book.book("objectives", {"account": "Acme", "title": "Fast"}, {"account": "Acme", "title": "Small"})
    (first, _) = rows(book, "objectives")
    if how == "words":
        said = {"title": "Fast", "why": "it pays", "priority": "low", "status": "new"}
        assert submit(book, "maya", "plan.objective", {"objective": str(first["id"])}, said)
    else:
        book.as_("maya").command("/cta open Acme expand ci")
        with book.unit() as unit:
            unit.db.execute("INSERT INTO objective_ctas(cta_id, objective_id) SELECT id, ? FROM ctas", (first["id"],))
    with book.unit() as unit:
        assert undo(unit).left == ("Acme: Fast",)
    assert [one["title"] for one in rows(book, "objectives")] == ["Fast"]
    book.allow_messages()
    book.after_acks()
    book.allow_messages()  # an answer drawn anew


def test_what_stands_beside_the_page_to_hand_over_is_a_name_and_nothing_else(book):
    """Seen failing: it called the channel."""
    write(book)
    with book.unit() as unit:
        accounts.edit(unit, account(book).id, {"name": "Acme <!channel>"})
    book.as_("maya").command("/success plan A1 file").expect("comes in your messages")
    book.as_("maya").expect_dm("The success plan of Acme <!channel>, as a page.")
    raw = [entry["text"] for entry in book.log.entries("posted") if "as a page" in (entry.get("text") or "")]
    assert raw == ["The success plan of Acme &lt;!channel&gt;, as a page."]
