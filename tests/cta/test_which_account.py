"""Which account is meant: by whole names, by their start, by channel; and what is asked where that is not sure."""

import pytest

from tests.cta.conftest import MAYA, TOM


@pytest.fixture
def corporation(acme):
    """Umbrella Corporation and O’Brien & Sons are maya's, Stark Industries is tom's."""
    base = {"segment": "enterprise", "arr": "1000", "renewal_date": "2027-10-31", "channel": "", "ae": ""}
    acme.book(
        "accounts",
        {**base, "name": "Umbrella Corporation", "crm_id": "001UMB", "csm": MAYA},
        {**base, "name": "O’Brien & Sons", "crm_id": "001OBR", "csm": MAYA},
        {**base, "name": "Stark Industries", "crm_id": "001STA", "csm": TOM},
    )
    return acme


@pytest.mark.parametrize(
    "typed",
    [
        "/cta open {} ci expand",
        "/cta list account {}",
        "/account {}",
        "/renewals {}",
        "/ebr {}",
        "/account health {}",
        "/renewals held {}",
        "/ebr log {}",
    ],
)
@pytest.mark.parametrize("name", ["umbrella", "umbrella corp", "Umb", "\u200bUMBRELLA\u00a0corporation"])
def test_every_command_knows_an_account_by_the_start_of_its_name(corporation, typed, name):
    maya = corporation.as_("maya")
    reply = maya.command(typed.format(name))
    shown = maya.modal.text if maya.modal else reply.text
    assert "Umbrella Corporation" in shown
    assert "No account" not in shown


@pytest.mark.parametrize("name", ["O'Brien & Sons", "O’Brien & Sons", "oʼbrien and sons", "O`Brien & Sons", "o'brien"])
def test_typographic_signs_make_no_difference(corporation, name):
    corporation.as_("maya").command(f"/account {name}").expect("O’Brien & Sons", "renews")


QUOTED = ['Toys "R" Us', "Rock 'n' Roll Ltd", "James' Garage", "“Best” Buy", 'The 5" Pipe Co', "L'Oréal", "«Почта» 24"]


@pytest.mark.parametrize("name", QUOTED)
def test_quotes_in_a_name_are_read_as_they_are_typed(corporation, name):
    base = {"segment": "enterprise", "arr": "1000", "renewal_date": "2027-10-31", "csm": MAYA}
    corporation.book("accounts", {**base, "name": name})
    maya = corporation.as_("maya")
    maya.command(f"/cta open {name} expand ci due 18 Dec note hello").expect("Opened", name, "18 Dec")
    maya.command(f"/account {name}").expect(name, "renews")
    maya.command(f"/renewals outlook {name} at risk sponsor left").expect("at risk")
    maya.command("/account " + name.translate(str.maketrans("", "", '"“”«»'))).expect(name, "renews")


def test_an_account_is_meant_by_its_channel(corporation):
    maya = corporation.as_("maya")
    maya.command("/cta open #acme expand ci").expect("Opened", "Acme · Expand: CI")
    corporation.expect_message("#acme", "Expand: CI")
    maya.command("/cta list account #acme").expect("1 open CTA of Acme")


def test_a_cut_name_of_somebody_elses_is_asked_about_before_what_is_hard_to_take_back(corporation):
    corporation.as_("priya").command("/renewals renewed stark 30 Apr 2029").expect("Do you mean Stark Industries?")
    assert corporation.rows("SELECT renewal_on FROM accounts WHERE crm_id = '001STA'")[0]["renewal_on"] == "2027-10-31"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("/renewals renwed Initech", "/renewals renewed Initech"),
        ("/ebr loge Initech", "/ebr log Initech"),
        ("/account delete Initech", "/account archive Initech"),
    ],
)
def test_a_mistyped_verb_is_offered_right(corporation, typed, offered):
    assert offered in corporation.as_("maya").command(typed).message.buttons


def test_reopen_without_a_number_offers_what_was_closed(corporation):
    maya = corporation.as_("maya")
    maya.command("/cta open Initech expand ci").expect("Opened")
    maya.command("/cta open Initech expand scm").expect("Opened")
    maya.command("/cta close 1. success").expect("Closed: success")
    assert maya.command("/cta reopen").message.buttons == ["Initech · Expand: CI (1)"]


def test_a_mistyped_verb_offers_no_new_account_of_that_name(acme):
    shown = acme.as_("maya").command("/account delete", channel="dm")
    assert shown.message.buttons == ["/account archive"]


def test_where_no_account_fits_the_form_holds_all_else_that_was_typed(acme):
    maya = acme.as_("maya")
    said = maya.command("/cta open Xylophon enable scm due 18 Dec priority high internal note they asked for it")
    said.expect("No account called 'Xylophon'").click("Open the form")
    modal = maya.expect_modal("Open a CTA")
    assert modal.value("Account") is None
    held = [modal.value(label) for label in ("Due", "Priority", "Success plan", "Note")]
    assert held == ["2026-12-18", "High", "Internal, not shared yet", "they asked for it"]
    assert "Enable: SCM" in modal.text
    modal.fill("Account", "Initech").submit()
    acme.after_acks()
    assert acme.rows("SELECT playbook, note, priority FROM ctas") == [
        {"playbook": "Enable: SCM", "note": "they asked for it", "priority": "high"}
    ]


@pytest.mark.parametrize("typed", ["Initech enable scm whatever", "scm Initech whatever", "Initech whatevr"])
def test_the_form_that_is_offered_holds_the_account_that_was_understood(acme, typed):
    maya = acme.as_("maya")
    maya.command(f"/cta open {typed} note they asked").expect("I don't know what").click("Open the form")
    modal = maya.expect_modal("Open a CTA")
    assert modal.value("Account") == "Initech"
    assert "they asked" in modal.value("Note")


@pytest.mark.parametrize("before", ["the", "for", "please", "me the"])
@pytest.mark.parametrize("typed", ["/account {}", "/renewals {}", "/ebr log {} 12 Nov", "/cta open {} ci expand"])
@pytest.mark.parametrize("name", ["Umbrella Corporation", "umbrella corp"])
def test_a_name_behind_other_words_is_offered(corporation, before, typed, name):
    maya = corporation.as_("maya")
    refused = maya.command(typed.format(f"{before} {name}")).message
    assert "Did you mean" in refused.text
    assert "Umbrella Corporation" in refused.buttons


def test_in_an_accounts_channel_the_form_that_is_offered_takes_no_account_by_itself(acme):
    maya = acme.as_("maya")
    maya.command("/cta open Xylophon expand ci", channel="#acme").expect("No account").click("Open the form")
    assert maya.expect_modal("Open a CTA").value("Account") is None
    assert acme.rows("SELECT id FROM ctas") == []


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("/cta task 1 dne 3", "/cta task 1 done 3"),
        ("/cta task 1 skp 4 not needed", "/cta task 1 skip 4 not needed"),
        ("/cta task 1 ad Book the demo", "/cta task 1 add Book the demo"),
        ("/cta task dne 1 3", "/cta task 1 done 3"),
        ("/cta task 1. finsh 3", "/cta task 1 finish 3"),
    ],
)
def test_a_mistyped_verb_of_a_task_is_offered_right(acme, typed, offered):
    maya = acme.as_("maya")
    maya.command("/cta open Initech expand ci").expect("Opened")
    assert offered in maya.command(typed).message.buttons


@pytest.mark.parametrize(
    "typed",
    [
        "close 1 no\u2013success lack_of_budget until May",
        "close 1 no\u2014success lack_of_budget until May",
        "close 1 no\u2011success lack_of_budget until May",
        "close 1. no success lack of budget until May",
        "close 1 no \u2013 success budget until May",
        "close 1 no\u2212success Lack of budget until May",
    ],
)
def test_dashes_are_dashes_and_what_stands_behind_them_is_the_note(acme, typed):
    maya = acme.as_("maya")
    maya.command("/cta open Initech expand ci").expect("Opened")
    maya.command(f"/cta {typed}").expect("Closed: Lack of budget")
    assert acme.rows("SELECT status, reason, closing_note FROM ctas") == [
        {"status": "closed_no_success", "reason": "lack_of_budget", "closing_note": "until May"}
    ]
