"""Accounts in trouble with the area on: begun, described, updated, given up, ended, taken back; and who hears of it."""

import json

import pytest

from storage.base import sending
from storage.base.exports import records
from storage.triage.store import begin_missing
from tests.account.books import ALEX, MAYA, OMAR, PRIYA, account, at, audit
from tests.forging import click
from tests.triage.conftest import triages

HOSTILE = "<!channel> *b*"


def red(world, words="sponsor left"):
    return world.as_("maya").command(f"/account health Acme red {words}")


def states(world):
    return [(row["state"], row["colour"], row["outcome"]) for row in triages(world)]


def update(world, colour="Red", progress="talking", helped="", who="maya"):
    form = world.as_(who).command("/success update Acme").modal
    form.fill("How is it now?", colour).fill("How does it go?", progress)
    if helped:
        form.fill("What helped?", helped)
    return form.submit()


def told(world, change="opened"):
    world.plan_ahead(at(11, 25))
    rows = world.rows("SELECT recipient FROM outbox WHERE kind = 'risk_notice' AND dedupe_key LIKE ?", f"%:{change}:%")
    return sorted(row["recipient"] for row in rows)


def test_red_begins_it_and_the_answer_asks_what_it_is_about(book):
    said = red(book)
    assert "in triage" in said.text
    said.message.click("Impact and reason")
    form = book.as_("maya").expect_modal("Triage")
    form.fill("What may come of it", "Churn").fill("Why", "Loss of budget").fill("What ends it", HOSTILE).submit()
    (triage,) = triages(book)
    assert (triage["impact"], triage["reason"], triage["opened_on"]) == ("churn", "loss_of_budget", "2026-11-23")
    assert audit(book) == ["account.health", "triage.describe"]
    raw = json.dumps(book.as_("maya").command("/success Acme").message.blocks)
    assert "<!channel>" not in raw
    assert "churn: loss of budget" in book.as_("maya").command("/account Acme").text


def test_yellow_goes_in_by_hand_and_out_when_it_is_said_alone(book):
    maya = book.as_("maya")
    said = maya.command("/account health Acme yellow")
    assert triages(book) == []
    said.message.click("Needs triage")
    maya.expect_modal("Needs triage").fill("Next step", "call them").submit().expect()
    assert states(book) == [("open", "yellow", None)]
    assert "What helped?" in maya.command("/account health Acme green").message.buttons
    assert states(book) == [("ended", "yellow", "won_back")]


def test_a_file_begins_one_of_which_nothing_is_said_and_its_undo_takes_it_away(book):
    from storage.importing.undo import undo

    book.book("accounts", {"name": "Acme", "crm_id": "A1", "health": "red", "health_on": "2026-11-06"})
    (triage,) = triages(book)
    assert (triage["opened_on"], triage["source"], triage["impact"]) == ("2026-11-06", "import", None)
    assert "nobody has said: impact, reason" in book.as_("maya").command("/success triage").text
    with book.unit() as unit:
        undo(unit)
    assert triages(book) == []


def test_its_update_is_due_on_tuesday_and_comes_like_the_mornings_news(book):
    red(book)
    assert "update due Tue 1 Dec" in book.as_("maya").command("/account Acme").text
    book.jump(at(12, 1))
    row = book.as_("maya").expect_dm("red, in triage for 8 days", "update due today")
    row.click("Update")
    form = book.as_("maya").expect_modal("Update")
    form.fill("How does it go?", "new sponsor found").submit()
    row.expect("updated today")
    assert "new sponsor found" in book.as_("maya").command("/success Acme").text
    assert [r["dedupe_key"] for r in book.rows("SELECT dedupe_key FROM outbox WHERE kind = 'triage_update'")] == [
        f"triage_update:{MAYA}:2026-12-01"
    ]


def test_nothing_new_sends_nothing_but_it_stands_in_what_is_late(book):
    red(book)
    book.jump(at(12, 1))
    book.as_("maya").expect_dm("Good morning")
    book.jump(at(12, 2))
    book.posted()
    book.plan_ahead(at(12, 2))
    assert len(book.rows("SELECT 1 FROM outbox WHERE kind = 'triage_update'")) == 1
    assert "update was due yesterday" in book.as_("maya").command("/success").text


def test_what_waited_until_nobody_wants_it_is_news_again(book):
    """Seen failing on a server, where all delivery ended: a trigger read the number of a CTA out of `triage:1`."""
    red(book)
    book.plan_ahead(at(12, 1))
    subjects = [row["subject"] for row in book.rows("SELECT subject FROM outbox_news")]
    assert "triage:1" in subjects
    with book.store.write(at(12, 20)) as unit:
        sending.expire(unit)
    assert book.rows("SELECT subject FROM outbox_news") == []
    assert triages(book)[0]["look_at"] == ""


def test_green_ends_it_and_needs_what_helped(book):
    red(book)
    update(book, "Green")
    assert states(book) == [("open", "red", None)]
    said = update(book, "Green", "all is well", "a new sponsor")
    assert states(book) == [("ended", "green", "won_back")]
    assert account(book).health == "green"
    assert "what helped: a new sponsor" in book.as_("maya").command("/account brief Acme").modal.text
    said.message.click("Undo")
    assert states(book) == [("open", "red", None)]
    assert account(book).health == "red"
    assert book.rows("SELECT 1 FROM triage_updates") == []


def test_green_by_command_asks_what_helped(book):
    red(book)
    said = book.as_("maya").command("/account health Acme green").message
    form = said.click("What helped?").modal
    assert form.fill("What helped?", HOSTILE).submit().message.text.count("what helped: ") == 1
    assert triages(book)[0]["helped"] == HOSTILE


@pytest.mark.parametrize("command", ["/account undo Acme"])
def test_taking_the_health_back_takes_the_triage_away_and_brings_one_back(book, command):
    red(book)
    book.as_("maya").command(command)
    assert triages(book) == []
    red(book)
    book.as_("maya").command("/account health Acme green")
    assert states(book) == [("ended", "red", "won_back")]
    book.as_("maya").command(command)
    assert states(book) == [("open", "red", None)]


def test_an_earlier_update_may_be_chosen_and_a_later_one_not(book):
    red(book)
    maya = book.as_("maya")
    form = (
        maya.command("/success update Acme")
        .modal.fill("How does it go?", "x")
        .fill("Next update earlier", at(12, 4).date())
    )
    form.submit()
    assert form.is_open
    form.fill("Next update earlier", at(11, 26).date()).submit()
    assert triages(book)[0]["chosen_on"] == "2026-11-26"
    assert "update due Thu 26 Nov" in maya.command("/account Acme").text


def test_only_managers_give_up_with_a_line_and_then_nothing_is_asked(book):
    red(book)
    assert "Only managers" in book.as_("maya").command("/success will-churn Acme they merged").text
    click(book, "maya", "triage.will_churn", str(triages(book)[0]["id"]))
    assert "Only managers" in book.as_("maya").expect_dm().text
    said = book.as_("priya").command("/success will-churn Acme they merged")
    assert "will churn" in said.text
    assert book.rows("SELECT will_churn_on FROM accounts WHERE name = 'Acme'")[0]["will_churn_on"] == "2026-11-23"
    book.plan_ahead(at(12, 1))
    assert book.rows("SELECT 1 FROM outbox WHERE kind = 'triage_update' AND state <> 'cancelled'") == []
    said.message.click("Undo")
    assert states(book) == [("open", "red", None)]
    assert book.rows("SELECT will_churn_on FROM accounts WHERE name = 'Acme'")[0]["will_churn_on"] is None


def test_a_manager_is_asked_what_would_have_kept_it(book):
    red(book)
    form = book.as_("priya").command("/success will-churn Acme").modal
    assert "Acme" in form.text
    form.fill("What would have kept it?", HOSTILE).submit().expect("will churn")
    assert (triages(book)[0]["state"], triages(book)[0]["retrospective"]) == ("will_churn", HOSTILE)


def test_a_renewal_ends_it_and_taking_that_back_begins_it_again(book):
    red(book)
    maya = book.as_("maya")
    maya.command("/renewals renewed Acme 30 Apr 2028")
    assert states(book) == [("ended", "red", "won_back")]
    maya.command("/renewals undo Acme")
    assert states(book) == [("open", "red", None)]
    with book.unit() as unit:
        from storage.renewal import outcomes

        outcomes.renew(unit, account(book).id, at(4, 30, year=2028).date(), arr_cents=100, reason="price")
    assert states(book) == [("ended", "red", "contracted")]


def test_who_an_alert_has_told_is_left_out_and_of_red_whom_the_policy_names_hears_too(make_book):
    book = make_book(health={"enabled": True, "red_to": ["lena@example.com"]})
    red(book)
    assert told(book) == ["lena@example.com", OMAR]  # Alex and Priya got the alert
    book.allow_messages()


def test_of_a_files_red_ae_sa_and_manager_hear_and_of_its_end_as_well(book):
    book.book("accounts", {"name": "Acme", "crm_id": "A1", "health": "red"})
    assert told(book) == [ALEX, OMAR, PRIYA]
    book.as_("maya").command("/account health Acme green")
    assert told(book, "ended") == [ALEX, OMAR, PRIYA]


def test_what_has_ended_before_it_was_told_is_not_told_as_begun(book):
    book.book("accounts", {"name": "Acme", "crm_id": "A1", "health": "red"})
    book.as_("maya").command("/account health Acme green")
    assert told(book) == []


def test_the_notice_reads_and_goes_the_day_after(book):
    book.book("accounts", {"name": "Acme", "crm_id": "A1", "health": "red"})
    book.jump(at(11, 24))
    assert "red, in triage for 1 day" in book.as_("omar").expect_dm("Acme").text
    book.posted()


def test_strangers_change_nothing(book):
    red(book)
    number = str(triages(book)[0]["id"])
    for action in ("triage.update", "triage.edit"):
        click(book, "lena", action, number)
        assert "Only the account team of Acme" in book.as_("lena").expect_dm().text
    assert "Only the account team" in book.as_("lena").command("/success update Acme").text


def test_off_there_is_none_of_it(make_book):
    off = make_book()
    red(off, "")
    off.as_("maya").command("/account health Acme red")
    assert off.rows("SELECT 1 FROM triages") == []
    assert "triage" not in off.as_("maya").command("/account Acme").text
    assert "below [health]" in off.as_("maya").command("/success triage").text
    off.allow_messages()


def test_what_was_red_before_begins_in_silence_as_of_its_day(book):
    with book.unit() as unit:
        unit.db.execute("UPDATE accounts SET health = 'red', health_on = '2026-10-01' WHERE name = 'Acme'")
        assert begin_missing(unit) == 1
        assert begin_missing(unit) == 0
    assert triages(book)[0]["opened_on"] == "2026-10-01"
    book.plan_ahead(at(11, 24))
    sent = book.rows("SELECT state FROM outbox WHERE kind = 'risk_notice' AND state <> 'cancelled'")
    assert sent == []


def test_the_export_names_the_account_first(book):
    red(book)
    fields, found = records(book.db, "triage", book.store.policy, book.now.date())
    assert fields[0] == "account"
    (record,) = found
    assert (record["account"], record["state"], record["colour"], record["opened_by"]) == ("Acme", "open", "red", MAYA)


def test_the_list_acts_in_place_and_says_when_there_is_none(book):
    maya = book.as_("maya")
    assert "No account is in triage" in maya.command("/success triage").text
    red(book)
    listed = maya.command("/success triage").message
    assert listed.options(row="Acme") == ["Update", "Impact and reason", "Show"]
    listed.overflow("Update", row="Acme")
    assert maya.expect_modal("Update").is_open


def test_what_somebody_takes_back_of_a_triage_leaves_what_others_did_with_it_since(book):
    """Neither their updates nor its end go with it."""
    maya, priya = book.as_("maya"), book.as_("priya")
    maya.command("/account health Acme yellow")
    opened = maya.command("/success triage Acme").modal.fill("What ends it", "a sponsor").submit().message
    form = maya.command("/success triage Acme").modal.fill("What ends it", "two sponsors").fill("Next step", "ask")
    described = form.submit().message
    form = (
        priya.command("/success update Acme").modal.fill("How is it now?", "Yellow").fill("How does it go?", "better")
    )
    form.fill("Next step", "call them").submit()
    described.click("Undo")
    maya.expect_ephemeral("worked on since")
    update = priya.command("/success update Acme").modal.fill("How is it now?", "Green").fill("How does it go?", "well")
    update.fill("What helped?", "a sponsor").submit()
    opened.click("Undo")
    maya.expect_ephemeral("worked on since")
    (one,) = triages(book)
    assert (one["state"], one["ends"], one["next_step"], one["helped"]) == (
        "ended",
        "two sponsors",
        "call them",
        "a sponsor",
    )
    assert len(book.rows("SELECT 1 FROM triage_updates")) == 2
