"""Opening CTAs in Slack: by words, by the form, by shortcuts; cards; refusals that keep what was typed."""

from datetime import date

import pytest


def one(world, sql="SELECT * FROM ctas ORDER BY id DESC LIMIT 1"):
    return world.rows(sql)[0]


def count(world):
    return world.rows("SELECT count(*) AS n FROM ctas")[0]["n"]


def test_words_open_a_cta_with_a_card_in_the_channel(acme):
    maya = acme.as_("maya")
    reply = maya.command("/cta open Acme expand ci due 18 Dec note pilot with the platform team", channel="#cs-team")
    assert "Opened" in reply.text
    assert "CTA 1 · #acme" in reply.text
    assert reply.message.ephemeral
    card = acme.expect_message("#acme", "Acme · Expand: CI", "due Fri 18 Dec", "0 of 6 tasks", "Next: ")
    assert card.buttons == ["Success", "Tasks"]
    cta = one(acme)
    assert (cta["status"], cta["due_on"], cta["note"]) == ("new", "2026-12-18", "pilot with the platform team")
    audit = acme.rows("SELECT who, action, subject, source FROM audit WHERE subject = 'cta:1'")
    assert audit == [{"who": "maya@example.com", "action": "cta.open", "subject": "cta:1", "source": "command"}]


def test_no_card_in_a_shared_channel_and_none_for_internal(acme):
    said = acme.as_("tom").command("/cta open Globex expand ci").expect("Opened")
    assert "goes to" not in said.text, "nobody knows yet that it can't"
    acme.as_("maya").command("/cta open Acme expand ci internal").expect("Opened", "internal plan")
    told = acme.as_("tom").expect_dm("Expand: CI", "No card in #globex: the channel is shared with another company.")
    assert told.buttons == ["Show"]
    told.click("Show").expect("CTA 1 · New", "0 of 6 tasks")
    assert acme.messages("#globex")[-1].text.startswith("Thanks for the workshop")
    assert acme.rows("SELECT 1 FROM outbox WHERE cta_id = 2") == []


def test_who_opens_a_second_one_for_a_shared_channel_is_not_sent_there(acme):
    tom = acme.as_("tom")
    tom.command("/cta open Globex expand ci").expect("Opened")
    tom.expect_dm("Expand: CI")
    said = tom.command("/cta open Globex expand scm").expect("Opened", "0 of 6 tasks")
    assert "#globex" not in said.text
    tom.expect_dm("Expand: SCM")


def test_in_an_accounts_channel_the_account_is_understood(acme):
    said = acme.as_("maya").command("/cta open expand ci", channel="#acme").expect("Opened", "Acme · Expand: CI")
    assert said.text.endswith("CTA 1")
    acme.expect_message("#acme", "Expand: CI")
    acme.as_("alex").command("/cta close success", channel="#acme").expect("Closed: success")
    acme.as_("alex").command("/cta show", channel="#acme").expect("Closed: success", "CTA 1 · opened today")


@pytest.mark.parametrize("typed", ["open “Acme” expand ci", "open ACME Expand:CI", "open expand 001ACME ci"])
def test_spellings(acme, typed):
    acme.as_("maya").command(f"/cta {typed}").expect("Opened", "Acme · Expand: CI")
    acme.expect_message("#acme", "Expand: CI")


def test_a_mistyped_name_keeps_all_that_was_typed(acme):
    maya = acme.as_("maya")
    refusal = maya.command("/cta open Acmee ci expand due 18 Dec note a <b> & “c”").message
    assert "No account called 'Acmee'" in refusal.text
    assert "open Acmee ci expand due 18 Dec note a" in refusal.text
    assert refusal.buttons == ["Acme", "Acme Labs", "Open the form"]
    refusal.click("Acme")
    refusal.expect("Opened", "Acme · Expand: CI")
    acme.expect_message("#acme", "Expand: CI")
    assert (one(acme)["note"], one(acme)["due_on"]) == ("a <b> & “c”", "2026-12-18")


def test_words_that_mean_nothing_are_asked_about(acme):
    maya = acme.as_("maya")
    refusal = maya.command("/cta open Initech expand devsecop").message
    assert refusal.buttons[0] == "Initech: DevSecOps"
    refusal.click("Initech: DevSecOps")
    refusal.expect("Opened", "Expand: DevSecOps")
    refusal = maya.command("/cta open Initech expand ci ask the platform team").message
    refusal.click("Initech, with the note: ask the platform team")
    refusal.expect("Opened")
    assert one(acme)["note"] == "ask the platform team"


def test_a_second_one_is_refused_with_a_pointer(acme):
    maya = acme.as_("maya")
    maya.command("/cta open Initech expand ci").expect("Opened")
    refusal = maya.command("/cta open Initech expand ci").message
    assert "Initech has an open Expand: CI already: CTA 1" in refusal.text
    refusal.click("Show 1")
    refusal.expect("CTA 1 · New · opened today")
    assert count(acme) == 1


def test_strangers_to_an_account_are_refused_and_told_who_can(acme):
    tom = acme.as_("tom")
    tom.command("/cta open Acme expand ci").expect("Only the account team of Acme and managers can change this. Ask")
    tom.command("/cta open Acme").expect("Only the account team of Acme")
    assert count(acme) == 0


def test_outsiders_are_refused(acme):
    gina = acme.as_("gina")
    gina.command("/cta open Acme expand ci", channel="#acme").expect("members of this workspace only")
    assert count(acme) == 0


def test_anything_missing_opens_the_form_filled(acme):
    maya = acme.as_("maya")
    modal = maya.command("/cta open Acme enable due 18 Dec priority high note pilot").modal
    assert modal.title == "Open a CTA"
    assert modal.value("Account") == "Acme"
    assert modal.value("Motion").startswith("Enable")
    assert "Open it when the customer is ready to begin" in modal.text
    assert (modal.value("Owner"), modal.value("Due"), modal.value("Priority"), modal.value("Note")) == (
        acme.person_id("maya"),
        "2026-12-18",
        "High",
        "pilot",
    )
    modal.fill("Use case", "Enable: CI")
    assert "Worth asking" in modal.text or "1. " in modal.text
    modal.submit().expect("Opened", "Acme · Enable: CI")
    acme.expect_message("#acme", "Enable: CI")
    assert (one(acme)["priority"], one(acme)["note"]) == ("high", "pilot")


def test_the_form_is_drawn_again_and_loses_nothing(acme):
    maya = acme.as_("maya")
    modal = maya.shortcut("Open a CTA").modal
    assert modal.suggest("Account", "ac") == ["Acme", "Acme Labs"]
    modal.fill("Note", "do not lose me").fill("Due", date(2027, 1, 15)).fill("Success plan", "internal")
    modal.fill("Account", "Initech")
    assert modal.value("Owner") == acme.person_id("maya")
    modal.fill("Use case", "Expand: CI")
    assert "Worth asking" in modal.text
    assert "1. Collect what runs builds today, and what it costs to run, day 3" in modal.text
    modal.fill("Motion", "enable")
    assert modal.value("Use case") == "Enable: CI", "the same use case, the other motion"
    assert (modal.value("Note"), modal.value("Due")) == ("do not lose me", "2027-01-15")
    assert "ready to begin" in modal.text
    modal.submit().expect("Opened", "Initech · Enable: CI", "internal plan")
    assert (one(acme)["note"], one(acme)["due_on"], one(acme)["success_plan"]) == (
        "do not lose me",
        "2027-01-15",
        "internal",
    )


def test_the_owner_follows_the_account_until_somebody_is_picked(acme):
    acme.as_("tom").command("/cta").expect("Nothing open")
    maya_id, tom_id, lena_id = (acme.person_id(name) for name in ("maya", "tom", "lena"))
    modal = acme.as_("maya").command("/cta open Acme").modal
    assert modal.value("Owner") == maya_id
    modal.fill("Account", "Globex")
    assert modal.value("Owner") == tom_id
    modal.fill("Owner", "lena").fill("Account", "Acme")
    assert modal.value("Owner") == lena_id


def test_errors_stand_at_their_field(acme):
    maya = acme.as_("maya")
    modal = maya.command("/cta open Initech expand").modal
    modal.fill("Use case", "Expand: CI").fill("Due", date(2020, 1, 1)).fill("Note", "keep")
    modal.submit()
    assert list(modal.errors) == ["Due"]
    assert "in the past" in modal.errors["Due"]
    assert modal.value("Note") == "keep"
    modal.fill("Due", date(2026, 12, 24)).submit().expect("Opened")


def test_a_message_becomes_the_note(acme):
    message = next(m for m in acme.messages("#acme", "maya") if "monorepo" in m.text)
    modal = message.by("maya").shortcut("Open a CTA from this").modal
    assert modal.value("Account") == "Acme"
    assert "monorepo" in modal.value("Note")
    assert "/archives/C0000ACME/p" in modal.value("Note")
    modal.fill("Use case", "Expand: CI").submit().expect("Opened")
    acme.expect_message("#acme", "Expand: CI")
    assert "monorepo" in one(acme)["note"]


def test_a_message_is_noted_as_people_read_it(acme):
    maya = acme.as_("maya")
    maya.command("/cta").expect("Nothing open")
    maya.says("ask @maya & Rita <b>", channel="#acme")
    message = next(m for m in acme.messages("#acme", "maya") if "Rita" in m.text)
    modal = message.by("maya").shortcut("Open a CTA from this").modal
    assert modal.value("Note").endswith("\nask @Maya Rosen & Rita <b>")


def test_what_was_typed_goes_on_once_an_account_that_is_not_known_is_added(acme):
    """As typed, or with what is missing asked for in the form; whatever name the account has in the end."""
    maya = acme.as_("maya")
    said = maya.command("/cta open Zzyzx expand ci due 2026-12-24 priority high note ask <their> CTO").message
    form = said.click("Add Zzyzx").modal.fill("Name", "Zzyzx Road")
    added = form.submit().message
    added.click("Go on with it")
    added.expect("Opened", "Zzyzx Road · Expand: CI")
    assert (one(acme)["due_on"], one(acme)["priority"], one(acme)["note"]) == ("2026-12-24", "high", "ask <their> CTO")
    form = maya.command("/cta open Qwxyz enable due 2026-12-24").message.click("Add Qwxyz").modal
    asked = form.submit().message.click("Go on with it").modal
    assert (asked.value("Account"), asked.value("Due")) == ("Qwxyz", "2026-12-24")
    assert "Go on with it" not in maya.command("/account Qwxyz").text


def test_what_was_typed_is_shown_as_it_was_typed(acme):
    asked = acme.as_("maya").command("/cta open Acmee & Sons @alex ci expand").message
    assert "/cta open Acmee & Sons @alex ci expand" in asked.text


@pytest.mark.parametrize(
    "name", ["<!channel>", "&<>\"'", "*bold* _x_ `y` ~z~", "שלום עולם", "🚀 Rocket", "Line\nbreak"]
)
def test_hostile_names_come_out_harmless(world, name):
    world.book("accounts", {"name": name, "csm": "maya@example.com", "channel": "C0000ACME"})
    maya = world.as_("maya")
    opened = maya.command("/cta open expand ci", channel="#acme").expect("Opened")
    card = world.expect_message("#acme", "Expand: CI")
    for shown in (opened, card):
        raw = str(shown.body)
        assert "<!channel>" not in raw
        assert "&#39;" not in raw
    maya.command("/cta").expect("1 open CTA")
    maya.command("/cta list").expect("1 open CTA")
    card.by("maya").click("Success").expect("Closed: success")
    card.expect("Closed: success")
