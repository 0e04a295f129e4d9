"""Escalations with the area on: opened, updated, closed, open again, taken back; and who hears of it."""

import json

import pytest

from storage.base.exports import records
from tests.account.books import ALEX, MAYA, OMAR, PRIYA, account, at, audit
from tests.escalation.conftest import escalations
from tests.forging import click

HOSTILE = "<!channel> *b*"


def escalate(world, words="high the build is down", criteria="the build is green for a week", red=True):
    form = world.as_("maya").command(f"/success escalate Acme {words}").modal
    form.fill("What has to be so for it to end?", criteria)
    if not red:
        form.fill("And", [])
    return form.submit().expect("escalation")


def test_it_is_opened_with_what_was_typed_and_red_with_it(book):
    said = escalate(book)
    assert "high escalation: the build is down" in said.text
    assert "update due Wed 25 Nov" in said.text
    (one,) = escalations(book)
    assert (one["severity"], one["criteria"], one["state"]) == ("high", "the build is green for a week", "open")
    assert account(book).health == "red"
    assert audit(book) == ["escalation.open"]
    assert "escalated since today" in book.as_("maya").command("/account Acme").text


def test_exit_criteria_are_needed(book):
    form = book.as_("maya").command("/success escalate Acme high").modal
    form.fill("What has to be so for it to end?", "   ").submit()
    assert form.is_open
    assert escalations(book) == []


def test_its_update_is_asked_for_given_and_the_row_says_so(book):
    escalate(book, "critical the build is down")
    book.jump(at(11, 24))
    row = book.as_("maya").expect_dm("critical escalation: the build is down", "update due today")
    row.click("Update")
    form = book.as_("maya").expect_modal("Update")
    form.fill("Is it open, or watched?", "Watched").fill("How does it go?", HOSTILE).submit()
    row.expect("updated today")
    raw = json.dumps(book.as_("maya").command("/success Acme").message.blocks)
    assert "<!channel>" not in raw
    assert "watched" in book.as_("maya").command("/success escalations").text


def close(world, health="Green", who="maya", helped="a fix"):
    listed = world.as_(who).command("/success escalations").message
    listed.overflow("Close", row="Acme")
    form = world.as_(who).expect_modal("Close")
    form.fill("How did it end?", "Positive").fill("Exit criteria", ["They are met"]).fill("What helped?", helped)
    if health:
        form.fill("How is the account now?", health)
    return form.submit().expect("ended well")


def test_the_last_one_closed_asks_for_health_and_leads_out_of_triage(book):
    escalate(book)
    close(book)
    (one,) = escalations(book)
    assert (one["state"], one["outcome"], one["criteria_met"], one["helped"]) == ("closed", "positive", 1, "a fix")
    assert account(book).health == "green"
    assert book.rows("SELECT state, outcome FROM triages") == [{"state": "ended", "outcome": "won_back"}]


def test_yellow_leads_back_into_triage_and_green_does_not_end_it_while_one_is_open(book):
    escalate(book)
    book.as_("maya").command("/account health Acme green")
    assert book.rows("SELECT state FROM triages") == [{"state": "open"}]
    close(book, "Yellow")
    assert book.rows("SELECT state, colour FROM triages") == [{"state": "open", "colour": "yellow"}]


def test_green_again_on_the_same_day_ends_the_triage_with_the_last_one_and_its_undo_brings_both_back(book):
    escalate(book)
    book.as_("maya").command("/account health Acme green")
    said = close(book, helped="")
    assert book.rows("SELECT state FROM triages") == [{"state": "ended"}]
    said.click("Undo")
    said.expect("taken back: that the escalation was closed")
    assert book.rows("SELECT state, colour FROM triages") == [{"state": "open", "colour": "green"}]
    assert [one["state"] for one in escalations(book)] == ["open"]


def test_it_can_be_open_again_for_fourteen_days_and_is_the_same_one(book):
    escalate(book)
    said = close(book)
    said.click("Open it again")
    book.as_("maya").expect_ephemeral("open again")
    assert [one["state"] for one in escalations(book)] == ["open"]
    close(book)
    with book.unit() as unit:
        unit.db.execute("UPDATE escalations SET closed_on = '2026-11-08'")
    click(book, "maya", "escalation.reopen", "1")
    assert "closed more than 14 days ago" in book.as_("maya").expect_dm().text


def test_undo_takes_the_opening_and_the_closing_back(book):
    said = escalate(book, red=False)
    said.click("Undo")
    said.expect("taken back: the escalation")
    assert escalations(book) == []
    escalate(book, red=False)
    said = close(book)
    said.click("Undo")
    said.expect("taken back: that the escalation was closed")
    assert [one["state"] for one in escalations(book)] == ["open"]


def told(world, change):
    world.plan_ahead(at(11, 25))
    rows = world.rows(
        "SELECT recipient FROM outbox WHERE kind = 'risk_notice' AND dedupe_key LIKE ?", f"%escalation-%:{change}:%"
    )
    return sorted(row["recipient"] for row in rows)


def test_ae_sa_and_manager_hear_of_its_beginning_and_its_end(book):
    escalate(book, red=False)
    assert told(book, "opened") == [ALEX, OMAR, PRIYA]
    close(book)
    assert told(book, "ended") == [ALEX, OMAR, PRIYA]


def test_also_where_health_is_off_and_the_notice_reads(make_book):
    book = make_book("escalations")
    escalate(book)
    book.jump(at(11, 24))
    assert "high escalation: the build is down" in book.as_("omar").expect_dm("Acme").text
    book.posted()
    book.allow_messages()


def test_a_project_is_the_pses(book):
    with book.unit() as unit:
        unit.db.execute(
            "UPDATE accounts SET pse_id = (SELECT id FROM people WHERE email = ?) WHERE name = 'Acme'", (OMAR,)
        )
    form = book.as_("maya").command("/success escalate Acme critical").modal
    form.fill("What has to be so for it to end?", "x").fill(
        "And", ["It is about a project: the PSE sees to it"]
    ).submit()
    book.plan_ahead(at(11, 24))
    rows = book.rows("SELECT recipient FROM outbox WHERE kind = 'escalation_update'")
    assert [row["recipient"] for row in rows] == [OMAR]


def test_nobody_can_mute_what_the_manager_hears(book):
    from reminders.engine.kinds import kinds

    assert kinds()["escalation_late"].label is None
    assert all(
        kind.label for kind in kinds().values() if kind.name in ("escalation_update", "triage_update", "risk_notice")
    )


def test_strangers_change_nothing(book):
    escalate(book)
    for action in ("escalation.update", "escalation.close", "escalation.reopen"):
        click(book, "lena", action, "1")
        assert "Only the account team of Acme" in book.as_("lena").expect_dm().text
    assert "Only the account team" in book.as_("lena").command("/success escalate Acme high").text
    assert [one["state"] for one in escalations(book)] == ["open"]


def test_an_open_one_is_a_signal_and_stands_in_what_is_late(book):
    from storage.health.store import signals

    escalate(book, "critical x")
    acme = account(book).id
    told_ = signals(book.db, book.store.policy, [acme], at(11, 24).date())
    assert [(one.what, one.detail) for one in told_[acme]] == [("escalation", "critical")]
    book.jump(at(11, 25))
    book.as_("maya").expect_dm("critical escalation: x")
    book.as_("priya").expect_dm("Acme is red since")
    assert "critical escalation: x" in book.as_("maya").command("/success").text
    book.posted()


def test_off_there_is_none_of_it(make_book):
    off = make_book()
    assert "below [escalations]" in off.as_("maya").command("/success escalate Acme high x").text
    assert "scalat" not in off.as_("maya").command("/account Acme").text
    off.allow_messages()


@pytest.mark.parametrize("end", ["archive", "churn"])
def test_an_account_that_is_gone_is_asked_about_no_more(book, end):
    escalate(book)
    sql = "archived_at = '2026-11-23T12:00:00Z'" if end == "archive" else "churned_on = '2026-11-23'"
    with book.unit() as unit:
        unit.db.execute(f"UPDATE accounts SET {sql} WHERE name = 'Acme'")
    book.plan_ahead(at(11, 26))
    assert book.rows("SELECT 1 FROM outbox WHERE kind LIKE 'escalation_%' AND state <> 'cancelled'") == []


def test_the_export_names_the_account_first(book):
    escalate(book)
    fields, found = records(book.db, "escalations", book.store.policy, book.now.date())
    assert fields[0] == "account"
    (record,) = found
    assert (record["account"], record["severity"], record["opened_by"], record["project"]) == (
        "Acme",
        "high",
        MAYA,
        False,
    )
