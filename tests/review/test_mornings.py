"""What comes of a manager's review by itself: late, away, gone, asked in another zone, and never where others read."""

from datetime import timedelta

import pytest

from reminders.engine.planner import plan
from sandbox.workspace import BOT_USER
from tests.account.books import MAYA, PRIYA, TOM, at
from tests.review.test_review import ask, marks, section

NEW_YORK = "America/New_York"
AREAS = ("review", "health", "calls", "escalations", "onboarding")


def rows(world, kind):
    return world.rows("SELECT state, error, recipient, due_on FROM outbox WHERE kind = ? ORDER BY id", kind)


def away(world, address, until, backup=None):
    with world.unit() as unit:
        unit.db.execute(
            "UPDATE people SET away_until = ?, backup_id = (SELECT id FROM people WHERE email = ?) WHERE email = ?",
            (until, backup, address),
        )


def test_a_call_that_was_missed_comes_late_once_and_still_in_its_month(book):
    plan(book.store, at(12, 10))  # back on a Thursday: what is late comes on the next morning
    book.jump(at(12, 11))
    book.as_("priya").expect_dm("Your team's review of December 2026")
    book.jump(at(12, 14))
    book.posted()
    assert [row["state"] for row in rows(book, "manager_round")] == ["sent"]
    book.jump(at(1, 1, year=2027))
    book.as_("priya").expect_dm("Your team's review of January 2027")
    book.allow_messages()


def test_who_stands_in_for_a_manager_hears_whose_review_it_is_and_opens_none(book):
    away(book, PRIYA, "2026-12-05", TOM)
    book.jump(at(12, 1))
    told = book.as_("tom").expect_dm("@priya: the team's review of December 2026", "to look at")
    assert "review.open" not in str(told.blocks)
    assert [row["recipient"] for row in rows(book, "manager_round")] == [TOM]
    book.allow_messages()


def test_a_manager_who_is_gone_is_called_to_no_review(book):
    book.person("priya").deactivate()
    book.settle()
    book.jump(at(12, 1))
    book.as_("maya").expect_dm("Good morning")
    book.posted()
    assert {row["state"] for row in rows(book, "manager_round")} <= {"cancelled"}
    book.allow_messages()


def test_a_question_to_who_is_away_goes_to_who_stands_in_and_they_may_answer(book):
    ask(book)
    away(book, MAYA, "2026-12-05", TOM)
    book.jump(at(11, 24))
    told = book.as_("tom").expect_dm("@priya asks: “why is nobody there?”")
    told.click("Answer", row="Acme")
    book.as_("tom").expect_modal("Answer").fill("Your answer", "I look at it").submit()
    book.as_("priya").expect_dm("@tom about", "I look at it")
    assert marks(book)[0]["answer"] == "I look at it"


@pytest.mark.parametrize("manager", [PRIYA, "omar@example.com"])
def test_a_question_to_who_left_meanwhile_goes_to_their_manager_but_not_back_to_who_asked(book, manager):
    ask(book)
    book.person("maya").deactivate()
    book.settle()
    with book.unit() as unit:
        sql = "UPDATE people SET manager_id = (SELECT id FROM people WHERE email = ?) WHERE email = ?"
        unit.db.execute(sql, (manager, MAYA))
    book.jump(at(11, 24))
    if manager == PRIYA:
        book.posted()
        (row,) = rows(book, "review_ask")
        assert (row["state"], row["error"]) == ("cancelled", "who was asked has left")
    else:
        book.as_("omar").expect_dm("@priya asks")
    book.allow_messages()


def test_of_two_questions_the_one_taken_back_before_its_morning_is_not_asked(book):
    ask(book)
    ask(book, "and this one?", row="Globex")
    shown = section(book)
    shown.click("Take back", row="Acme")
    shown.expect("2 left")
    assert [one["note"] for one in marks(book)] == ["and this one?"]
    assert audit_of_marks(book)[-1] == "manager_review.take_back"
    book.jump(at(11, 24))
    told = book.as_("maya").expect_dm("and this one?")
    assert "why is nobody there?" not in told.text


def test_a_question_taken_back_and_asked_again_is_asked_in_its_last_words(book):
    ask(book)
    shown = section(book)
    shown.click("Take back", row="Acme")
    shown.expect("3 left")
    ask(book, "since when?")
    book.jump(at(11, 24))
    told = book.as_("maya").expect_dm("since when?")
    assert "why is nobody there?" not in told.text


def test_a_question_after_the_morning_of_who_is_far_east_has_come_stands_in_the_one_after(make_book):
    """23 November in New York is 24 November in Tokyo: the morning after that day has been when the second is asked."""
    book = make_book(*AREAS, timezone=NEW_YORK)
    book.person("maya").set(tz="Asia/Tokyo")
    book.settle()
    book.jump(at(11, 23, 23))
    ask(book, "the first")
    book.jump(at(11, 24, 0) + timedelta(minutes=30))
    book.as_("maya").expect_dm("the first")
    ask(book, "the second", row="Globex")
    book.posted()
    book.jump(at(11, 25, 0) + timedelta(minutes=30))
    book.as_("maya").expect_dm("the second")
    assert [row["due_on"] for row in rows(book, "review_ask")] == ["2026-11-24", "2026-11-25"]
    book.allow_messages()


def test_a_question_of_who_is_further_on_comes_on_the_next_morning_of_who_is_asked(make_book):
    book = make_book(*AREAS)
    book.person("priya").set(tz="Australia/Sydney")
    book.settle()
    book.jump(at(11, 23, 23))
    ask(book, "the first")
    book.jump(at(11, 24))
    book.as_("maya").expect_dm("the first")
    assert [row["due_on"] for row in rows(book, "review_ask")] == ["2026-11-24"]
    book.allow_messages()


def test_nothing_of_a_review_stands_where_others_read(book):
    book.channel("#acme").invite("priya")
    book.channel("#acme").share()
    priya = book.as_("priya")
    priya.says(f"@{BOT_USER} success review", "#acme")
    told = priya.expect_ephemeral("In shared channels I answer in a direct message", channel="#acme")
    assert "Health" not in told.text
    assert "Health and triage" in priya.expect_dm("Review of November 2026").text
    ask(book)
    book.jump(at(11, 24))
    book.as_("maya").expect_dm("@priya asks").click("Answer", row="Acme")
    book.as_("maya").expect_modal("Answer").fill("Your answer", "they moved").submit()
    book.as_("priya").expect_dm("they moved")
    book.jump(at(12, 1))
    priya.expect_dm("Your team's review of December 2026")
    kinds = ("review_ask", "manager_round", "review_answer")
    found = book.rows("SELECT kind, destination FROM outbox")
    assert [row for row in found if row["kind"] in kinds and not row["destination"].startswith("person:")] == []
    for channel in ("#acme", "#globex", "#cs-team"):
        assert "asks" not in str(book.slack.messages(channel, priya.id))
    book.allow_messages()


def audit_of_marks(world):
    found = world.rows("SELECT action FROM audit WHERE subject LIKE 'manager_review:%' ORDER BY id")
    return [row["action"] for row in found]
