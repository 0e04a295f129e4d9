"""What people type every day, in every command: mistyped verbs, channels for accounts, numbers with full stops."""

import pytest


@pytest.fixture
def maya(acme):
    acme.as_("maya").command("/cta open Initech expand ci").expect("Opened", "Initech")
    return acme.as_("maya")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("/renewals shedule Initech", "/renewals schedule Initech"),
        ("/renewals chruned Initech", "/renewals churned Initech"),
        ("/ebr schedul Initech", "/ebr schedule Initech"),
        ("/ebr cadense Initech 6", "/ebr cadence Initech 6"),
        ("/account arhive Initech", "/account archive Initech"),
        ("/account helth Initech red", "/account health Initech red"),
        ("/cta clos 1 success", "close 1 success"),
        ("/cta snoze 1 until friday", "snooze 1 until friday"),
        ("/playbooks reprot", "/playbooks report"),
    ],
)
def test_a_mistyped_verb_is_offered_right_in_every_command(maya, typed, offered):
    assert offered in maya.command(typed).message.buttons


@pytest.mark.parametrize(
    "typed",
    [
        "/account {}",
        "/renewals {}",
        "/ebr {}",
        "/cta list account {}",
        "/renewals held {}",
        "/ebr log {}",
        "/account health {}",
        "/account history {}",
    ],
)
def test_a_channel_stands_for_its_account_in_every_command(maya, typed):
    reply = maya.command(typed.format("#acme"))
    shown = maya.modal.text if maya.modal else reply.text
    assert "Acme" in shown
    assert "No account" not in shown


@pytest.mark.parametrize("number", ["1", "1.", "#1", "CTA 1", "1,"])
def test_signs_around_a_number_are_none(maya, number):
    maya.command(f"/cta close {number} success").expect("Closed: success", "Initech")


@pytest.mark.parametrize(
    "typed",
    [
        "/cta due 1 18 Dec",
        "/cta snooze 1 until 18 Dec",
        "/cta note 1 they are in",
        "/cta assign 1 @tom",
        "/cta task 1 done 1",
        "/cta task 1 add Call them",
        "/cta history 1",
        "/cta show 1",
        "/cta close 1 success",
        "/cta close 1 budget",
        "/cta withdraw 1",
        "/cta edit 1",
    ],
)
def test_what_is_said_of_a_cta_names_its_account(maya, typed):
    reply = maya.command(typed)
    assert "Initech" in (maya.modal.text if maya.modal else reply.text)


@pytest.mark.parametrize(
    "typed", ["/cta due 1 18 Dec", "/cta snooze 1 off", "/cta close 1 success", "/cta task 1 done 1"]
)
def test_what_is_said_of_a_closed_cta_names_its_account(maya, typed):
    maya.command("/cta close 1 success").expect("Closed")
    maya.command(typed).expect("Initech", "was closed")


def test_undoing_a_close_keeps_the_snooze(acme, maya):
    maya.command("/cta snooze 1 until 18 Dec").expect("Quiet until")
    maya.command("/cta close 1 success").expect("Closed: success")
    maya.command("/cta reopen 1").expect("Initech")
    assert acme.rows("SELECT status, snoozed_until FROM ctas") == [{"status": "new", "snoozed_until": "2026-12-18"}]


@pytest.mark.parametrize("part", ["no-csm", "renewing", "no-ebr"])
def test_a_part_with_nothing_in_it_does_not_say_that_there_are_no_accounts(acme, maya, part):
    acme.rows("UPDATE accounts SET csm_id = 1, renewal_on = NULL, last_ebr_on = '2026-11-01' RETURNING id")
    assert "Add one" not in maya.command(f"/account list {part} all").expect("None of them").text


def test_an_archive_with_nothing_in_it_offers_no_account_to_add(maya):
    shown = maya.command("/account list archived").text
    assert "Add one" not in shown
    assert "archive" in shown.casefold()
