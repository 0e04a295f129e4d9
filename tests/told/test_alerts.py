"""Alerts: the CSM's manager and the AE hear of bad news, two minutes after it, once, and that it was taken back."""

from datetime import timedelta

import pytest

from tests.account.books import ALEX, MAYA, PRIYA, account, fill
from tests.told.conftest import AFTERNOON


def alerts(world):
    return world.rows("SELECT recipient, state, error, dedupe_key FROM outbox WHERE kind = 'alert' ORDER BY id")


def told_whom(world):
    return [row["recipient"] for row in alerts(world) if row["state"] == "sent"]


def say(world, words, who="maya"):
    world.as_(who).command(words).expect()


def hold(world, outlook="At risk", health="Red"):
    form = world.as_("maya").command("/renewals held Acme").modal
    form.fill("Health", health).fill("Outlook", outlook).fill("Next step", "Call the CTO").submit().expect()


def test_red_is_told_to_the_manager_and_the_ae_two_minutes_after(book, later):
    say(book, "/account health Acme red")
    later(119)
    assert told_whom(book) == []
    later(1)
    for who in ("priya", "alex"):
        book.as_(who).expect_dm("Acme is red since today (@maya) · 240,000 a year, renews Fri 30 Apr 2027")
    assert sorted(told_whom(book)) == [ALEX, PRIYA]
    key = f"alert:{account(book).id}:health:red:2026-11-23:"
    assert all(row["dedupe_key"].startswith(key) for row in alerts(book))


def test_not_to_who_did_it(book, later):
    say(book, "/account health Acme red", "priya")
    later(120)
    assert told_whom(book) == [ALEX]
    book.allow_messages()


def test_what_no_longer_holds_after_two_minutes_is_not_told(book, later):
    say(book, "/account health Acme red")
    say(book, "/account health Acme green")
    later(120)
    assert {(row["state"], row["error"]) for row in alerts(book)} == {("cancelled", "it is no longer so")}


def test_set_again_before_anybody_heard_it_is_told(book, later):
    say(book, "/account health Acme red")
    say(book, "/account health Acme green")
    later(120)
    say(book, "/account health Acme red")
    later(120)
    assert sorted(told_whom(book)) == [ALEX, PRIYA]
    book.allow_messages()


def test_several_by_one_person_are_one_message(book, later):
    say(book, "/account health Acme red")
    later(60)
    say(book, "/renewals churned Globex price")
    later(119)
    assert PRIYA not in told_whom(book)
    later(1)
    book.as_("priya").expect_dm("2 things that need you to know", "Acme is red", "Globex was recorded as churned")
    book.as_("alex").expect_dm("Acme is red")
    book.as_("sofia").expect_dm("Globex was recorded as churned")


def test_once_a_state_and_day_and_again_only_after_it_was_left(book, later):
    say(book, "/account health Acme red")
    later(120)
    book.allow_messages()
    book.jump(AFTERNOON + timedelta(days=1))
    say(book, "/account health Acme red")
    later(120)
    assert len(alerts(book)) == 2
    say(book, "/account health Acme yellow")
    say(book, "/account health Acme red")
    later(120)
    assert len(alerts(book)) == 4
    assert {row["state"] for row in alerts(book)} == {"sent"}
    book.allow_messages()


def test_taken_back_the_alert_says_by_whom(book, later):
    say(book, "/account health Acme red")
    later(120)
    said = book.as_("priya").expect_dm("Acme is red")
    other = book.as_("alex").expect_dm("Acme is red")
    say(book, "/account health Acme green", "priya")
    said.expect("Taken back by @priya")
    other.expect("Taken back by @priya")
    later(120)
    book.allow_messages()


def test_a_review_that_finds_it_at_risk_is_an_alert_too(book, later):
    hold(book)
    later(120)
    book.as_("priya").expect_dm("Acme is red since today", "Acme is at risk since today")
    assert sorted(set(told_whom(book))) == [ALEX, PRIYA]
    book.allow_messages()


SAID = [
    ("/renewals outlook Acme at risk sponsor is leaving", "at risk since today (@maya: “sponsor is leaving”)"),
    ("/renewals outlook Acme churn sponsor is leaving", "expected to churn since today (@maya: “sponsor is leaving”)"),
    ("/renewals outlook Acme at risk", "at risk since today (@maya) ·"),
    (
        "/renewals churned Acme sponsor_left they merged",
        "was recorded as churned today (@maya: “Sponsor left: they merged”)",
    ),
    ("/renewals churned Acme price", "was recorded as churned today (@maya: “Price”) · 240,000 a year, leaves"),
]


@pytest.mark.parametrize(("words", "told"), SAID)
def test_what_was_said_with_it_is_told_with_it(book, later, words, told):
    say(book, words)
    later(120)
    for who in ("priya", "alex"):
        book.as_(who).expect_dm(told)


def test_a_form_with_a_reason_and_a_line_is_told_with_both(book, later):
    form = book.as_("maya").command("/renewals renewed Acme 30 Apr 2028 arr 100").modal
    form.fill("Why less?", "Fewer seats").fill("A line", "half the teams went").submit().expect()
    later(120)
    for who in ("priya", "alex"):
        book.as_(who).expect_dm("Acme renewed with less today (@maya: “Fewer seats: half the teams went”)")


def test_said_of_another_outlook_before_it_is_told_again(book, later):
    say(book, "/renewals outlook Acme at risk sponsor is leaving")
    later(120)
    book.allow_messages()
    say(book, "/renewals outlook Acme churn sponsor is leaving")
    later(120)
    for who in ("priya", "alex"):
        book.as_(who).expect_dm("expected to churn since today (@maya: “sponsor is leaving”)")


def test_a_csm_without_manager_alerts_the_ae_alone(book, later):
    book.book("people", {"email": MAYA, "role": "csm", "manager": "", "team": "East"})
    with book.unit() as unit:
        unit.db.execute("UPDATE people SET manager_id = NULL")
    say(book, "/account health Acme red")
    later(120)
    book.as_("alex").expect_dm("Acme is red")
    assert told_whom(book) == [ALEX]


def test_who_mutes_them_hears_none(book, later):
    book.as_("priya").open_home().click("My reminders").modal.click("Mute", row="Alerts")
    say(book, "/account health Acme red")
    later(120)
    book.as_("alex").expect_dm("Acme is red")
    assert [row["error"] for row in alerts(book) if row["recipient"] == PRIYA] == ["muted"]


def test_quiet_hours_of_the_reader(book, later):
    book.jump(AFTERNOON.replace(day=24, hour=16, minute=30))
    say(book, "/account health Acme red")
    later(120)
    assert {row["recipient"]: row["state"] for row in alerts(book)} == {PRIYA: "sent", ALEX: "pending"}  # 08:32 there
    later(30 * 60)
    book.as_("alex").expect_dm("Acme is red")
    book.allow_messages()


@pytest.mark.parametrize("field", ["arr_visible_to"])
def test_the_arr_is_for_those_who_may_see_it(make_world, field):
    world = make_world(**{field: "managers"})
    fill(world)
    world.jump(AFTERNOON)
    world.as_("maya").expect_dm("3 things today")
    say(world, "/account health Acme red")
    world.settle()
    world.jump(world.now + timedelta(minutes=2))
    assert "240,000" in world.as_("priya").expect_dm("Acme is red").text
    assert "240,000" not in world.as_("alex").expect_dm("Acme is red").text


def test_the_policy_may_want_none(make_world):
    world = make_world(alerts=False)
    fill(world)
    world.jump(AFTERNOON)
    world.as_("maya").expect_dm("3 things today")
    say(world, "/account health Acme red")
    assert alerts(world) == []
