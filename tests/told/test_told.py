"""Who is told of what somebody else did: the one whose record it is, alone, in one message a minute, edited later."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.account.books import MAYA, TOM, account
from tests.told.conftest import AFTERNOON


def rows(world, kind="told"):
    return world.rows("SELECT recipient, state, error, dedupe_key FROM outbox WHERE kind = ? ORDER BY id", kind)


def opened(world, who="maya", words="Acme expand ci due 18 Dec"):
    text = world.as_(who).command(f"/cta open {words}").text
    assert "Opened" in text
    return world.rows("SELECT max(id) AS id FROM ctas")[0]["id"]


DEEDS = {
    "/cta assign {cta} @tom": ("tom", "@priya gave you Acme · Expand: CI, due Fri 18 Dec, 0 of 6 tasks."),
    "/cta close {cta} no-success lack_of_engagement": ("maya", "@priya closed your Acme · Expand: CI: Lack of engagement."),
    "/cta snooze {cta} until 3 Dec waiting for legal": ("maya", "@priya snoozed your Acme · Expand: CI until Thu 3 Dec"),
    "/cta open Globex enable scm": ("maya", "@priya opened Globex · Enable: SCM for you"),
    "/renewals renewed Acme 30 Apr 2028": ("maya", "@priya recorded that Acme renewed until Sun 30 Apr 2028."),
    "/renewals churned Acme price": ("maya", "@priya recorded that Acme churned, “Price”."),
    "/renewals churned Acme sponsor_left they merged": (
        "maya",
        "@priya recorded that Acme churned, “Sponsor left: they merged”.",
    ),
    "/renewals outlook Acme churn": ("maya", "@priya set the outlook of Acme: will churn."),
    "/renewals outlook Acme at risk sponsor is <b>leaving": (
        "maya",
        "@priya set the outlook of Acme: at risk, “sponsor is <b>leaving”.",
    ),
    "/account health Acme yellow": ("maya", "@priya set Acme to yellow."),
    "/ebr log Acme 12 Nov": ("maya", "@priya logged an EBR of Acme, held Thu 12 Nov."),
    "/ebr log Acme 12 Nov they want <b>": ("maya", "@priya logged an EBR of Acme, held Thu 12 Nov, “they want <b>”."),
}  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS)
def test_whose_record_it_is_hears_of_it_and_nobody_else(book, later, deed):
    whom, words = DEEDS[deed]
    cta = opened(book)
    assert rows(book) == []
    answer = book.as_("priya").command(deed.format(cta=cta))
    assert answer.text
    later()
    assert [row["recipient"] for row in rows(book)] == [f"{whom}@example.com"], rows(book)
    assert rows(book)[0]["state"] == "sent"
    book.as_(whom).expect_dm(words)
    book.allow_messages()  # an alert, of a churn


def test_why_a_health_was_set_is_told_with_it(make_book):
    book = make_book("health")
    book.as_("priya").command("/account health Acme yellow sponsor left").expect()
    book.jump(AFTERNOON)
    book.as_("maya").expect_dm("@priya set Acme to yellow, “sponsor left”.")
    book.allow_messages()


@pytest.mark.parametrize("deed", DEEDS)
def test_nobody_is_told_of_their_own_deeds(book, later, deed):
    if "assign" in deed:
        deed = deed.replace("@tom", "@maya")
    cta = opened(book)
    book.as_("maya").command(deed.format(cta=cta)).expect()
    later()
    assert rows(book) == []
    book.allow_messages()


def test_a_minutes_rows_are_one_message(book, later):
    first, second = opened(book), opened(book, words="Globex enable scm")
    book.as_("priya").command(f"/cta assign {first} @tom").expect()
    book.jump(book.now + timedelta(seconds=30))
    book.as_("priya").command(f"/cta assign {second} @tom").expect()
    later(30)
    said = book.as_("tom").expect_dm("2 things done with what is yours", "gave you Acme", "gave you Globex")
    assert len({row["state"] for row in rows(book)}) == 1
    assert said.ts
    book.as_("priya").command(f"/cta note {first} nothing to tell").expect()
    later()
    assert len(rows(book)) == 2


def test_it_is_edited_once_its_record_changes_until_it_expires(book, later):
    cta = opened(book)
    book.as_("priya").command(f"/cta close {cta} no-success lack_of_engagement").expect()
    later()
    told = book.as_("maya").expect_dm("@priya closed your Acme · Expand: CI: Lack of engagement.")
    told.click("Reopen").expect("Open again")
    told.expect("It is open again.")
    assert "Reopen" not in told.text
    book.jump(book.now + timedelta(days=8))
    book.posted()
    book.allow_messages()
    book.as_("tom").command(f"/cta show {cta}")
    book.as_("priya").command(f"/cta close {cta} no-success lack_of_budget").expect()
    book.posted()
    assert "It is open again." in told.text
    book.allow_messages()


def test_what_was_taken_back_within_the_minute_is_not_told(book, later):
    cta = opened(book)
    book.as_("priya").command(f"/cta close {cta} no-success lack_of_engagement").expect()
    book.as_("priya").command(f"/cta reopen {cta}").expect()
    later()
    states = {row["dedupe_key"].partition(":")[0]: row["error"] for row in rows(book) if row["state"] == "cancelled"}
    assert states == {"told": "it is no longer so"}
    book.as_("maya").expect_dm("@priya reopened your Acme")


def test_quiet_hours_wait_for_the_next_morning(book, later):
    cta = opened(book)
    book.jump(datetime(2026, 11, 23, 23, 30, tzinfo=UTC))  # 18:30 in Maya's New York
    book.as_("priya").command(f"/cta close {cta} success").expect()
    later()
    assert [row["state"] for row in rows(book)] == ["pending"]
    book.jump(datetime(2026, 11, 24, 14, 0, tzinfo=UTC))
    book.posted()
    book.allow_messages()
    assert [row["state"] for row in rows(book)] == ["sent"]


def test_who_mutes_it_is_not_told(book, later):
    cta = opened(book)
    book.as_("maya").open_home().click("My reminders").modal.click("Mute", row="What others did with mine")
    book.as_("priya").command(f"/cta close {cta} success").expect()
    later()
    assert [(row["state"], row["error"]) for row in rows(book)] == [("cancelled", "muted")]


def test_a_handovers_packet_is_the_telling_for_all_in_it(book, later):
    opened(book)
    book.as_("priya").command("/account handover @maya @tom").modal.submit().expect("both get the list")
    book.as_("maya").expect_dm("went from you to @tom")
    book.as_("tom").expect_dm("went from @maya to you")
    later()
    assert rows(book) == []


def test_who_is_newly_on_an_account_is_told_and_who_was_on_it_is_not(book, later):
    form = book.as_("priya").command("/account edit Acme").modal
    form.fill("CSM", "tom").fill("SA", "alex").submit().expect("CSM @tom")
    later()
    book.as_("tom").expect_dm("@priya put you on Acme as CSM.")
    assert [row["recipient"] for row in rows(book)] == [TOM]
    assert account(book).csm_id


def test_one_is_told_alone_also_while_away(book, later):
    cta = opened(book)
    book.as_("maya").command("/account away until 8 Jan @tom").expect()
    book.as_("tom").expect_dm("you stand in")
    book.as_("priya").command(f"/cta close {cta} success").expect()
    later()
    assert [(row["recipient"], row["state"]) for row in rows(book)] == [(MAYA, "sent")]
    book.as_("maya").expect_dm("@priya closed your Acme")
