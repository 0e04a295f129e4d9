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


@pytest.mark.parametrize("typed", [
    "/cta open {} ci expand", "/cta list account {}", "/account {}", "/renewals {}", "/ebr {}",
    "/account health {}", "/renewals held {}", "/ebr log {}",
])
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


def test_an_account_is_meant_by_its_channel(corporation):
    maya = corporation.as_("maya")
    maya.command("/cta open #acme expand ci").expect("Opened", "Acme · Expand: CI")
    corporation.expect_message("#acme", "Expand: CI")
    maya.command("/cta list account #acme").expect("1 open CTA of Acme")


def test_a_cut_name_of_somebody_elses_is_asked_about_before_what_is_hard_to_take_back(corporation):
    corporation.as_("priya").command("/renewals renewed stark 30 Apr 2029").expect("Do you mean Stark Industries?")
    assert corporation.rows("SELECT renewal_on FROM accounts WHERE crm_id = '001STA'")[0]["renewal_on"] == "2027-10-31"


@pytest.mark.parametrize(("typed", "offered"), [
    ("/renewals renwed Initech", "/renewals renewed Initech"),
    ("/ebr loge Initech", "/ebr log Initech"),
    ("/account delete Initech", "/account archive Initech"),
])
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
