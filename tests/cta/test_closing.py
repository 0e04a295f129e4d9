"""Closing in each of its ways, and taking it back in each of its places."""

from datetime import date

import pytest


def cta(world, cta_id=1):
    return world.rows("SELECT * FROM ctas WHERE id = ?", cta_id)[0]


def actions(world, cta_id=1):
    return [
        row["action"] for row in world.rows("SELECT action FROM audit WHERE subject = ? ORDER BY id", f"cta:{cta_id}")
    ]


@pytest.fixture
def card(acme):
    """An open Expand: CI of Acme with its card, in front of maya."""
    acme.as_("maya").command("/cta open Acme expand ci").expect("Opened")
    return acme.expect_message("#acme", "Expand: CI").by("maya")


def test_a_reason_that_needs_nothing_closes_in_one_click(acme, card):
    reply = card.select("No success: pick why", "Lack of engagement")
    said = reply.expect(
        "Closed: Lack of engagement", "@maya", "a clear no helps the next CSM. What would have changed it?"
    )
    assert said.ephemeral
    assert said.buttons == ["Undo", "Add a line"]
    card.expect("Acme · Expand: CI · Closed: Lack of engagement · @maya")
    assert card.buttons == ["Undo"]
    assert (cta(acme)["status"], cta(acme)["reason"]) == ("closed_no_success", "lack_of_engagement")
    said.click("Add a line").modal.fill("What would have changed it?", "A sponsor").submit()
    said.expect("Kept. Thank you.")
    assert cta(acme)["learned"] == "A sponsor"


def test_undo_in_the_answer_in_the_card_and_in_closed_today(acme, card):
    maya = acme.as_("maya")
    said = card.click("Success").expect("Closed: success")
    card.expect("Closed: success")
    said.click("Undo")
    said.expect("Open again, as it was.")
    card.expect("Next: ")
    card.click("Success").expect("Closed: success")
    card.expect("Closed: success")
    card.by("alex").click("Undo").expect("Open again, as it was.")
    card.expect("Next: ")
    card.click("Success").expect("Closed: success")
    listed = maya.command("/cta").message
    assert "Closed today" in listed.text
    listed.click("Undo", row="Closed: success")
    listed.expect("Open again, as it was.")
    maya.command("/cta close 1 success").expect("Closed: success")
    maya.command("/cta reopen 1").expect("Open again")
    assert actions(acme) == ["cta.open", *["cta.close", "cta.reopen"] * 4]


@pytest.mark.parametrize(
    ("reason", "label", "value", "shown"),
    [
        ("Timing: deferred to a later date", "Ask again on", date(2027, 3, 1), "I'll bring it back on Mon 1 Mar 2027."),
        ("Product gaps", "Which gap?", "SAML group sync", "SAML group sync"),
        ("Competitive loss", "Which vendor?", "Rival & Sons", "Rival & Sons"),
        ("Other", "What happened?", "They merged", "Closed: Other · @maya · They merged"),
    ],
)
def test_a_reason_that_asks_opens_a_form_with_one_question(acme, card, reason, label, value, shown):
    modal = card.select("No success: pick why", reason).modal
    assert modal.labels == ([label] if reason == "Other" else [label, "Note"])
    modal.submit()
    assert list(modal.errors) == [label]
    modal.fill(label, value).submit().expect("Closed: ", shown)
    card.expect("Closed: ")
    assert actions(acme) == ["cta.open", "cta.close"]


def test_gaps_add_up(acme, card):
    maya = acme.as_("maya")
    card.select("No success: pick why", "Product gaps").modal.fill("Which gap?", "SAML group sync").submit().expect(
        "Closed"
    )
    card.expect("SAML group sync")
    maya.command("/cta open Initech expand ci").expect("Opened")
    modal = maya.command("/cta close 2 no-success product_gaps").modal
    assert modal.suggest("Which gap?", "saml")[0] == "SAML group sync"
    modal.fill("Which gap?", "SAML group sync").fill("Note", "again").submit().expect("Closed: Product gaps")
    assert [row["detail"] for row in acme.rows("SELECT detail FROM ctas")] == ["SAML group sync"] * 2


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("no-success lack_of_budget until May at least", "Closed: Lack of budget"),
        ("no success budget", "Closed: Lack of budget"),
        ("no-success deferred 1 March after the audit", "I'll bring it back on Mon 1 Mar 2027."),
        ("no-success product_gaps SAML note twice", "SAML"),
        ("no-success other they merged", "Closed: Other"),
        ("success", "Closed: success"),
        ("success on today the demo did it", "Closed: success"),
    ],
)
def test_words_that_say_all_close_at_once(acme, card, typed, shown):
    acme.as_("maya").command(f"/cta close 1 {typed}").expect(shown)
    card.expect("Closed: ")
    assert actions(acme) == ["cta.open", "cta.close"]


def test_what_is_missing_is_asked_in_the_form_and_nothing_typed_is_lost(acme, card):
    maya = acme.as_("maya")
    modal = maya.command("/cta close 1").modal
    assert modal.labels == ["How did it end?", "Closed on"]
    modal.fill("How did it end?", "No success")
    assert "More than half of all Expand CTAs are expected to end here." in modal.text
    modal.fill("Note", "keep me").fill("Why?", "Timing: deferred to a later date")
    assert modal.value("Note") == "keep me"
    modal.fill("Ask again on", date(2020, 1, 1)).submit()
    assert "ahead" in modal.errors["Ask again on"]
    modal.fill("Ask again on", date(2027, 2, 1)).fill("Closed on", date(2026, 11, 24)).submit()
    assert "future" in modal.errors["Closed on"]
    modal.fill("Closed on", date(2026, 11, 23)).submit().expect("I'll bring it back on Mon 1 Feb 2027.")
    card.expect("ask again on")
    assert cta(acme)["closing_note"] == "keep me"
    modal = maya.command("/cta edit 1").modal
    assert (modal.title, modal.value("Ask again on"), modal.value("Note")) == (
        "Correct the close",
        "2027-02-01",
        "keep me",
    )
    modal.fill("Why?", "Lack of budget").submit().expect("Corrected.", "Closed: Lack of budget")
    card.expect("Closed: Lack of budget")
    assert cta(acme)["revisit_on"] is None
    assert actions(acme) == ["cta.open", "cta.close", "cta.correct"]


def test_what_was_said_in_words_is_not_asked_again(acme, card):
    maya = acme.as_("maya")
    assert maya.command("/cta close 1 no-success competitive_loss").modal.labels == ["Which vendor?", "Note"]
    assert maya.command("/cta close 1 deferred").modal.labels == ["Ask again on", "Note"]
    day_said = maya.command("/cta close 1 no-success product_gaps on 23 Nov").modal
    assert day_said.value("Closed on") == "2026-11-23"
    del card


def test_a_deferred_one_says_once_when_it_comes_back(acme, card):
    said = (
        acme.as_("maya").command("/cta close 1 deferred 1 March").expect("Closed: Timing · @maya", "I'll bring it back")
    )
    assert said.text.splitlines()[0].startswith("Acme · Expand: CI · Closed: Timing · @maya")
    assert said.text.count("1 Mar") == 1
    assert said.buttons == ["Undo"]
    assert "a clear no" not in said.text
    card.expect("Acme · Expand: CI · Closed: Timing · @maya · ask again on Mon 1 Mar 2027")


def test_an_unknown_reason_opens_the_form_with_the_words_as_the_note(acme, card):
    modal = acme.as_("maya").command("/cta close 1 no-success they have none").modal
    assert modal.value("Note") == "they have none"
    del card


def test_a_won_expand_offers_its_enable_in_one_click(acme, card):
    said = card.click("Success").expect("Closed: success", "Why did it win?")
    card.expect("Closed: success")
    said.click("Open Enable: CI")
    said.expect("Opened", "Acme · Enable: CI")
    acme.expect_message("#acme", "Enable: CI")
    assert (cta(acme, 2)["linked_to"], cta(acme, 2)["motion"], cta(acme, 2)["owner_id"]) == (
        1,
        "enable",
        cta(acme)["owner_id"],
    )
    acme.as_("maya").command("/cta reopen 1").expect("Open again")
    card.expect("Next: ")
    again = card.click("Success").expect("Closed: success")
    assert "Open Enable: CI" not in again.buttons, "it is open already"
    card.expect("Closed: success")


def test_a_task_that_came_after_the_form_was_drawn_is_not_closed_unseen(acme):
    maya = acme.as_("maya")
    maya.command("/cta open Initech enable ci").expect("Opened")
    modal = maya.command("/cta close 1 success").modal
    maya.command("/cta task 1 add Train the trainers").expect("Added")
    modal.fill("Why is the rest skipped?", "not needed").submit()
    said = "Train the trainers. This form does not show it: open it again."
    assert said in modal.errors["Still open: what was done?"]
    assert cta(acme)["status"] == "new"


def test_a_won_enable_settles_its_open_tasks_on_one_screen(acme):
    maya = acme.as_("maya")
    said = maya.command("/cta open Initech enable ci").message
    tasks = [row["title"] for row in acme.rows("SELECT title FROM tasks WHERE cta_id = 1 ORDER BY position")]
    maya.command("/cta task 1 done 1").expect("Done.")
    modal = said.click("Success").modal
    assert modal.labels == ["Still open: what was done?", "Why is the rest skipped?", "Note"]
    names = [f"{place}. {title}"[:75] for place, title in enumerate(tasks, start=1)][1:]
    assert modal.options("Still open: what was done?") == names
    modal.fill("Still open: what was done?", names[:-1]).submit()
    assert modal.errors == {
        "Why is the rest skipped?": "1 task is not ticked. Tick what was done, or say why the rest is skipped."
    }
    assert cta(acme)["status"] == "work_in_progress"
    modal.fill("Why is the rest skipped?", "not needed").submit()
    said.expect("Closed: success", "Why did it win?")
    kept = [
        (row["state"], row["skip_reason"])
        for row in acme.rows("SELECT state, skip_reason FROM tasks ORDER BY position")
    ]
    assert kept == [("done", None)] * (len(tasks) - 1) + [("skipped", "not needed")]
    maya.command("/cta reopen 1").expect("1 of")
    assert actions(acme) == ["cta.open", "cta.task", "cta.close", "cta.reopen"]


def test_the_counter_play_of_the_reason_is_shown(make_world):
    from tests.cta.conftest import a_book

    reason = {"key": "lack_of_budget", "label": "Lack of budget", "counter_play": "Show the cost of waiting.",
              "counter_play_url": "https://example.com/play", "counter_playbook": "Expand: CI"}  # fmt: skip
    world = a_book(make_world(reasons=[reason]))
    maya = world.as_("maya")
    maya.command("/cta open Initech expand ci").expect("Opened")
    maya.command("/cta close 1 no-success budget").expect(
        "Show the cost of waiting.", "Playbook: Expand: CI", "How others answered it"
    )


def test_of_two_clicks_at_once_one_closes_and_each_is_answered(acme, card):
    card.click("Success").expect("Closed: success")
    card.expect("Closed: success")
    acme.as_("alex").command("/cta close 1 no-success budget").expect(
        "CTA 1 (Acme · Expand: CI) was closed on Mon 23 Nov by Maya Rosen (success)"
    )
    assert actions(acme) == ["cta.open", "cta.close"]


def test_an_old_card_clicked_later_says_what_became_of_it(acme):
    maya = acme.as_("maya")
    old = maya.command("/cta open Initech expand ci").message
    maya.command("/cta close 1 no-success budget").expect("Closed: Lack of budget")
    stale = old.click("Success").expect(
        "was closed on Mon 23 Nov by Maya Rosen (Lack of budget)", "Nothing was changed"
    )
    assert stale.buttons == ["Show 1", "Open it again"]
    stale.click("Open it again")
    stale.expect("Open again, as it was.")
    old.overflow("History").expect("3 changes")


def test_a_double_click_gets_the_same_answer_twice(acme, card):
    click = {
        "type": "block_actions",
        "team": {"id": acme.bot.services.team_id},
        "user": {"id": acme.person_id("maya"), "team_id": acme.bot.services.team_id},
        "container": {"type": "message", "message_ts": card.ts, "channel_id": card.channel},
        "actions": [
            {
                "type": "static_select",
                "action_id": "cta.no_success",
                "block_id": "card:1:1",
                "selected_option": {"value": "lack_of_budget"},
            }
        ],
    }
    for trigger in ("1.2.first", "1.2.second"):
        acme.forge({**click, "trigger_id": trigger})
        acme.as_("maya").expect_dm("Closed: Lack of budget", "What would have changed it?")
    card.expect("Closed: Lack of budget")
    acme.forge({**click, "trigger_id": "1.2.third", "actions": [{"action_id": "cta.undo", "value": "1"}]})
    acme.as_("maya").expect_dm("Open again, as it was.")
    acme.forge({**click, "trigger_id": "1.2.fourth", "actions": [{"action_id": "cta.undo", "value": "1"}]})
    acme.as_("maya").expect_dm("It is open.")
    card.expect("Next: ")
    assert actions(acme) == ["cta.open", "cta.close", "cta.reopen"]


def test_reopening_with_a_newer_one_in_the_way_points_to_it(acme):
    maya = acme.as_("maya")
    maya.command("/cta open Initech expand ci").expect("Opened")
    said = maya.command("/cta close 1 no-success budget").expect("Closed")
    maya.command("/cta open Initech expand ci").expect("Opened")
    said.click("Undo").expect("Initech has an open Expand: CI already: CTA 2")
    assert actions(acme) == ["cta.open", "cta.close"]


def test_withdraw_asks_first_and_can_be_taken_back(acme, card):
    maya = acme.as_("maya")
    modal = maya.command("/cta withdraw 1 wrong account").modal
    assert "opened by mistake" in modal.text
    assert cta(acme)["status"] == "new"
    assert modal.value("What happened?") == "wrong account"
    said = modal.submit().expect("Withdrawn: out of lists and reports.")
    card.expect("Withdrawn")
    assert "@maya" not in card.text, "the owner is not who withdrew it"
    maya.command("/cta").expect("Nothing open.")
    said.click("Undo")
    said.expect("Open again, as it was.")
    card.expect("Next: ")


def test_strangers_cannot_close_undo_or_withdraw(acme, card):
    tom = acme.as_("tom")
    for words in ("close 1 success", "close 1 no-success budget", "withdraw 1", "edit 1", "note 1 hello", "due 1 fri",
                  "snooze 1 fri", "assign 1 me", "task 1 done 1", "task 1 add more"):  # fmt: skip
        tom.command(f"/cta {words}").expect("Only the account team of Acme and managers can change this.")
    acme.as_("maya").command("/cta close 1 success").expect("Closed")
    card.expect("Closed")
    tom.command("/cta reopen 1").expect("Only the account team of Acme")
    tom.command("/cta show 1").expect("Closed: success", "CTA 1 · opened today")
    assert actions(acme) == ["cta.open", "cta.close"]


def test_a_forged_submit_is_refused(acme, card):
    modal = acme.as_("maya").command("/cta close 1").modal
    modal.fill("How did it end?", "Success")
    acme.rows("UPDATE accounts SET csm_id = NULL WHERE name = 'Acme' RETURNING id")
    acme.rows("UPDATE ctas SET owner_id = NULL RETURNING id")
    modal.submit()
    assert "Only the account team of Acme and managers" in next(iter(modal.errors.values()))
    assert actions(acme) == ["cta.open"]
    del card


def test_what_was_deferred_is_opened_again_linked(acme):
    maya = acme.as_("maya")
    maya.command("/cta open Initech expand ci").expect("Opened")
    maya.command("/cta close 1 no-success deferred 1 March").expect("bring it back")
    listed = maya.command("/cta list deferred").message
    assert "1 deferred CTA of yours" in listed.text
    listed.select("Update", "Open again")
    listed.expect("Opened", "Initech · Expand: CI")
    assert cta(acme, 2)["linked_to"] == 1


def test_the_same_click_coming_twice_closes_once_and_is_answered_the_same(acme, card):
    click = {
        "type": "block_actions",
        "team": {"id": acme.bot.services.team_id},
        "user": {"id": acme.person_id("maya"), "team_id": acme.bot.services.team_id},
        "trigger_id": "1.2.lost-ack",
        "container": {"type": "message", "message_ts": card.ts, "channel_id": card.channel},
        "channel": {"id": card.channel},
        "actions": [{"type": "button", "action_id": "cta.success", "block_id": "card:1:1", "action_ts": "1.2"}],
    }
    for _ in range(2):
        acme.forge(click)
        acme.as_("maya").expect_dm("Closed: success", "Why did it win?")
    card.expect("Closed: success")
    assert actions(acme) == ["cta.open", "cta.close"]


def test_a_forged_click_of_a_stranger_changes_nothing(acme, card):
    click = {
        "type": "block_actions",
        "team": {"id": acme.bot.services.team_id},
        "user": {"id": acme.person_id("tom"), "team_id": acme.bot.services.team_id},
        "trigger_id": "1.2.forged",
        "container": {"type": "message", "message_ts": card.ts, "channel_id": card.channel},
        "actions": [{"type": "button", "action_id": "cta.success", "value": "1", "action_ts": "1.3"}],
    }
    acme.forge(click)
    acme.as_("tom").expect_dm("Only the account team of Acme and managers can change this.")
    for value in ("", "x", "999", "١"):
        acme.forge({**click, "trigger_id": f"1.2.{value}", "actions": [{**click["actions"][0], "value": value}]})
        acme.as_("tom").expect_dm("There is no CTA")
    assert actions(acme) == ["cta.open"]


@pytest.mark.parametrize("said", ["Success", "Lack of engagement"])
def test_closing_from_bare_cta_by_its_rows_menu_shows_what_was_done(acme, said):
    maya = acme.as_("maya")
    maya.command("/cta open Initech expand ci").expect("Opened")
    maya.command("/cta open Initech expand scm").expect("Opened")
    listed = maya.command("/cta").message
    if said == "Success":
        listed.select("Update", said, row="CI")
    else:
        listed.select("Update", "No success", row="CI").modal.fill("Why?", said).submit()
    # Said once: in the answer above the list, not under "Closed today" as well.
    shown = listed.expect("Closed: success" if said == "Success" else said, "1 open", without="Closed today")
    shown.click("Undo")
    shown.expect("Open again, as it was.")
