"""Working on CTAs in Slack: tasks, notes, snooze, due dates, owners, the edit form; by words and by clicks."""

from datetime import date

import pytest


def cta(world, cta_id=1):
    return world.rows("SELECT * FROM ctas WHERE id = ?", cta_id)[0]


def states(world):
    return [row["state"] for row in world.rows("SELECT state FROM tasks WHERE cta_id = 1 ORDER BY position")]


@pytest.fixture
def maya(acme):
    actor = acme.as_("maya")
    actor.command("/cta open Initech expand ci due 18 Dec").expect("Opened")
    return actor


def test_tasks_by_words(acme, maya):
    maya.command("/cta task 1 done 1 2").expect("Done.", "2 of 6 tasks", "✓ 1.", "Work in progress")
    maya.command("/cta task 1 skip 4 not needed").expect("Skipped.", "skipped: not needed")
    maya.command("/cta task done 1 3").expect("3. ")
    maya.command("/cta task 1 open 1").expect("Open again.")
    maya.command("/cta task 1 add Book the demo due fri @omar").expect(
        "Added.", "7. Book the demo · Fri 27 Nov · @omar"
    )
    assert states(acme) == ["open", "done", "done", "skipped", "open", "open", "open"]
    maya.command("/cta task 1 skip 5").expect("Why is it skipped?")
    maya.command("/cta task 1 done 99").expect("CTA 1 (Initech · Expand: CI) has no task 99.")
    maya.command("/cta task 1 fly").expect("nothing that I can do with a task")


def test_tasks_are_ticked_in_the_form(acme, maya):
    modal = maya.command("/cta task 1").modal
    first, second = modal.options("cta.tick.0")[:2]
    modal.select("cta.tick.0", [first])
    modal.expect("1 of 6 tasks")
    modal.select("cta.tick.0", [first, second])
    modal.expect("2 of 6 tasks")
    assert cta(acme)["status"] == "work_in_progress"
    modal.select("cta.tick.0", [second])
    modal.expect("1 of 6 tasks")
    assert states(acme)[:2] == ["open", "done"]


def test_a_colleagues_tick_stays(acme, maya):
    modal = maya.command("/cta task 1").modal
    options = modal.options("cta.tick.0")
    acme.as_("priya").command("/cta list all").expect("1 open")
    maya.command("/cta task 1 done 3").expect("Done.")
    modal.select("cta.tick.0", [options[0]])
    modal.expect("2 of 6 tasks")
    assert states(acme)[:3] == ["done", "open", "done"]


def test_a_task_is_skipped_changed_and_added_in_the_form(acme, maya):
    modal = maya.command("/cta task 1").modal
    pick = modal.options("Skip or change a task")[3]
    modal.select("Skip or change a task", pick)
    form = maya.expect_modal("Task 4")
    form.fill("State", "Skipped").submit()
    assert form.errors == {"If skipped, why?": "Why is it skipped? A few words are enough."}
    form.fill("If skipped, why?", "not needed").fill("Due", date(2026, 12, 1)).fill("Who does it", "omar").submit()
    modal = maya.expect_modal("Tasks", "skipped: not needed")
    modal.click("Add a task")
    form = maya.expect_modal("Add a task")
    form.submit()
    assert "Task" in form.errors
    form.click("Back to the tasks")
    maya.expect_modal("Tasks").click("Add a task")
    maya.expect_modal("Add a task").fill("Task", "Book the demo").fill("Due", date(2026, 12, 2)).submit()
    maya.expect_modal("Tasks", "7. Book the demo")
    assert states(acme) == ["open", "open", "open", "skipped", "open", "open", "open"]


def test_tasks_of_a_closed_cta_are_only_shown(maya):
    maya.command("/cta close 1 success").expect("Closed")
    modal = maya.command("/cta task 1").modal
    assert modal.buttons == []
    assert "6. Ask for the decision" in modal.text


def test_notes(acme, maya):
    maya.command("/cta note 1 met the “new” CTO & <b>").expect("Noted.")
    assert cta(acme)["status"] == "work_in_progress"
    maya.command("/cta note 1").modal.fill("Note", "and again").submit().expect("Noted.")
    texts = [row["text"] for row in acme.rows("SELECT text FROM notes ORDER BY id")]
    assert texts == ["met the “new” CTO & <b>", "and again"]
    maya.command("/cta note Initech and the CFO").expect("Noted.")
    assert acme.rows("SELECT count(*) AS n FROM notes")[0]["n"] == 3


def test_the_way_back_of_one_that_is_closed_does_not_look_like_that_of_something_else(acme, maya):
    maya.command("/cta close 1 no-success budget").expect("Lack of budget")
    assert "Undo" not in maya.command("/cta note 1 met the CTO").expect("Noted.").buttons
    corrected = maya.command("/cta edit 1").modal.fill("Why?", "Not a priority").submit().expect("Corrected.")
    assert corrected.buttons == ["Open again"]
    corrected.click("Open again")
    corrected.expect("Open again, as it was.")
    assert cta(acme)["status"] == "new"


def test_snooze(acme, maya):
    maya.command("/cta snooze 1 until 3 Jan waiting for legal").expect("Quiet until Sun 3 Jan 2027.", "Show")
    assert cta(acme)["snoozed_until"] == "2027-01-03"
    maya.command("/cta snooze 1 off").expect("Awake again.")
    assert cta(acme)["snoozed_until"] is None
    maya.command("/cta history 1").expect("woke it", "snoozed it")
    modal = maya.command("/cta snooze 1 until they answer").modal
    assert modal.value("What are you waiting for?") == "until they answer"
    modal.fill("Until", date(2026, 11, 23)).submit()
    assert "ahead" in modal.errors["Until"]
    modal.fill("Until", date(2026, 12, 1)).submit().expect("Quiet until Tue 1 Dec.")


def test_the_due_date_and_its_tasks(acme, maya):
    before = [row["due_on"] for row in acme.rows("SELECT due_on FROM tasks ORDER BY position")]
    maya.command("/cta due 1 +2w").expect("Now due Fri 1 Jan 2027, 14 days later; open tasks moved along.")
    after = [row["due_on"] for row in acme.rows("SELECT due_on FROM tasks ORDER BY position")]
    assert [(date.fromisoformat(a) - date.fromisoformat(b)).days for a, b in zip(after, before, strict=True)] == [
        14
    ] * 6
    maya.command("/cta due 1 18 Dec").expect("14 days earlier")
    maya.command("/cta due 1 someday").expect("'someday' is not a day that I know.")
    maya.command("/cta due 1 2020-01-01").expect("is in the past")
    maya.command("/cta due 1 31 Feb").expect("31")
    assert cta(acme)["due_on"] == "2026-12-18"


def test_another_owner(acme, maya):
    maya.command("/cta assign 1 @tom").expect("@tom has it now, with its open tasks.")
    maya.command("/cta assign 1 to me").expect("@maya has it now")
    maya.command("/cta assign 1 alex@example.com").expect("has it now")
    maya.command("/cta assign 1 nobody").expect("I don't know who 'nobody' is.", "Mention them with an @.")
    maya.command("/cta assign 1 @gina").expect("can't own a CTA")


def test_the_edit_form(acme, maya):
    modal = maya.command("/cta edit 1").modal
    assert (modal.value("Owner"), modal.value("Due"), modal.value("Priority")) == (maya.id, "2026-12-18", "Medium")
    modal.fill("Due", date(2020, 1, 1)).submit()
    assert "past" in modal.errors["Due"]
    modal.fill("Due", date(2026, 12, 28)).fill("Owner", "tom").fill("Priority", "High").fill("Success plan", "internal")
    modal.submit().expect("Saved.", "@tom", "internal plan", "high priority", "due Mon 28 Dec")
    assert (cta(acme)["due_on"], cta(acme)["priority"], cta(acme)["success_plan"]) == ("2026-12-28", "high", "internal")


def test_an_internal_plan_takes_the_card_away(acme):
    maya = acme.as_("maya")
    maya.command("/cta open Acme expand ci").expect("Opened")
    card = acme.expect_message("#acme", "Expand: CI")
    maya.command("/cta edit 1").modal.fill("Success plan", "internal").submit().expect("Saved.")
    card.expect_gone()


@pytest.mark.parametrize(
    ("choice", "title"),
    [("Add a note", "Add a note"), ("Snooze", "Snooze a CTA"), ("Edit", "Edit a CTA"), ("Withdraw", "Withdraw a CTA")],
)
def test_the_cards_menu(maya, choice, title):
    shown = maya.command("/cta show 1").message
    shown.overflow(choice)
    assert maya.expect_modal(title)


def test_what_is_done_on_the_channels_card_is_answered_in_a_line(acme):
    acme.as_("maya").command("/cta open Acme expand ci").expect("Opened")
    card = acme.expect_message("#acme", "Expand: CI").by("maya")
    card.overflow("Snooze")
    said = acme.as_("maya").expect_modal("Snooze a CTA").fill("Until", date(2026, 12, 1)).submit().message
    assert said.text == "Quiet until Tue 1 Dec. Acme · Expand: CI"
    card.expect("snoozed until Tue 1 Dec")
    card.overflow("Withdraw")
    acme.as_("maya").expect_modal("Withdraw a CTA").submit().expect(
        "Withdrawn: out of lists and reports. Acme · Expand: CI"
    )
    card.expect("Withdrawn")
    assert card.click("Undo").message.text == "Open again, as it was. Acme · Expand: CI"
    card.expect("Next: ")
    assert acme.as_("maya").command("/cta note 1 hello", channel="#acme").message.has("Show")


def test_a_cta_without_tasks_is_moved_and_given_away_without_a_word_of_them(acme, maya):
    acme.rows("DELETE FROM tasks RETURNING id")
    assert "tasks" not in maya.command("/cta due 1 tomorrow").expect("Now due tomorrow, 24 days earlier.").text
    assert "tasks" not in maya.command("/cta assign 1 @tom").expect("@tom has it now.").text


def test_the_tasks_of_one_that_is_closed(acme, maya):
    old = maya.command("/cta show 1").message
    maya.command("/cta close 1 no-success budget").expect("Closed")
    modal = old.click("Tasks").modal
    assert modal.text.splitlines()[1] == "Closed: no success · 0 of 6 tasks"


def test_history_tells_an_import_in_words(acme, maya):
    acme.book(
        "ctas",
        {
            "account": "Acme",
            "playbook": "Expand: CD",
            "owner": "maya@example.com",
            "status": "new",
            "opened_on": "2026-11-02",
            "external_id": "GS-1",
        },
    )
    said = maya.command("/cta history 2").text
    assert said.startswith("Acme · Expand: CD: 1 change\n")
    assert "imported it" in said
    assert "opened on: Mon 2 Nov" in said
    assert "GS-1" not in said
    assert "reason" not in said


def test_history_says_who_what_when_and_from_where(acme, maya):
    maya.command("/cta note 1 met the CTO").expect("Noted.")
    maya.command("/cta assign 1 @tom").expect("has it")
    shown = maya.command("/cta history 1").message
    lines = shown.text.splitlines()
    assert lines[0] == "Initech · Expand: CI: 3 changes"
    assert "Maya Rosen gave it to somebody else" in lines[1]
    assert lines[1].endswith("· command")
    assert lines[2] == "owner: Maya Rosen → Tom Okafor"
    for number in range(20):
        maya.command(f"/cta note 1 more {number}").expect("Noted.")
    shown = maya.command("/cta history 1").message
    assert shown.buttons == ["Next"]
    shown.click("Next")
    shown.expect("note: more 9")
    assert shown.buttons == ["Next", "Previous"]
    shown.click("Next")
    shown.expect("opened it")
    shown.click("Previous")
    shown.expect("note: more 9")
    shown.click("Previous")
    shown.expect("note: more 19")


def test_ids_that_there_are_not(maya):
    for words in (
        "show 99",
        "close 99 success",
        "reopen 99",
        "withdraw 99",
        "task 99",
        "note 99 x",
        "history 99",
        "edit 99",
    ):
        refused = maya.command(f"/cta {words}").expect("There is no CTA 99.")
    refused.click("My CTAs")
    refused.expect("1 open CTA")
    asked = maya.command("/cta close").message
    assert asked.buttons == ["Initech · Expand: CI (1)"]
    assert maya.command("/cta close success").message.buttons == ["Initech · Expand: CI (1)"]


def test_by_account_instead_of_the_number(acme, maya):
    maya.command("/cta open Initech enable cd").expect("Opened")
    asked = maya.command("/cta close Initech success").message
    assert sorted(asked.buttons) == ["Initech · Enable: CD (2)", "Initech · Expand: CI (1)"]
    asked.click("Initech · Expand: CI (1)")
    asked.expect("Closed: success")
    maya.command("/cta note Initech cd met the team").expect("Noted.", "Enable: CD")
    maya.command("/cta reopen Initech ci").expect("Open again")
    assert [row["text"] for row in acme.rows("SELECT text FROM notes")] == ["met the team"]


def test_help_and_what_is_no_command(maya):
    maya.command("/cta help").expect("/cta close 12 no-success lack_of_budget until May at least", "Word order is free")
    wrong = maya.command("/cta opne Initech expand cd").message
    assert wrong.buttons == ["open Initech expand cd"]
    wrong.click("open Initech expand cd")
    wrong.expect("Opened", "Expand: CD")
    asked = maya.command("/cta Initech").message
    assert asked.text.startswith("Initech is an account. Open a CTA, or list its CTAs?")
    assert asked.buttons == ["Open a CTA", "List its CTAs"]
    asked.click("List its CTAs")
    asked.expect("2 open CTAs of Initech")
    maya.command("/cta blorg").expect("There is no /cta blorg.")
