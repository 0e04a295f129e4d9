"""A manager's review: what it finds, seen, asked, noted, taken back; the question and its answer; the month's call."""

import json

import pytest

from reminders.engine.kinds import PeriodRule, kinds
from storage.base.exports import records
from storage.base.reminder import is_final
from tests.account.books import MAYA, PRIYA, account, at, notices
from tests.forging import click, submit

HOSTILE = "<!channel> *b* <@U1|x>"


def marks(world):
    return world.rows("SELECT * FROM manager_reviews ORDER BY id")


def section(world, name="Health and triage"):
    shown = world.as_("priya").command("/success review").message
    shown.click("Open", row=name)
    shown.expect(name, "All sections")
    return shown


def test_the_sections_say_what_was_found_and_the_rest_is_in_order(book):
    said = book.as_("priya").command("/success review").text
    assert "Review of November 2026" in said
    assert "your team" in said
    for name in ("Assignment", "Onboarding", "Old CTAs", "Health and triage", "Renewals"):
        assert name in said
    assert "✓ Assignment · 3 in order" in said
    assert "Health and triage · 3 of 3 left" in said  # nobody has said their health


def test_a_section_whose_areas_are_off_is_absent_and_so_is_a_signal(make_book):
    book = make_book("review")
    said = book.as_("priya").command("/success review").text
    assert "Onboarding" not in said
    assert "riage" not in said
    shown = section(book, "Customers at risk")
    assert "health" not in shown.text.casefold()
    assert "no EBR on record" in shown.text  # Hooli
    assert "Globex" not in shown.text  # its last one is eleven months old
    book.allow_messages()


def test_seen_rest_seen_and_a_note_are_recorded_and_the_section_is_done(book):
    shown = section(book)
    shown.click("Seen", row="Acme")
    shown.expect("2 left", "✓ Acme")
    shown.click("Note", row="Globex")
    book.as_("priya").expect_modal("Note").fill("Note", HOSTILE).submit()
    shown.expect("Globex · noted in your review", "✓ Globex", "1 left")  # the page it was opened from, drawn anew
    assert "<!channel>" not in json.dumps(shown.blocks)
    shown.click("Rest seen")
    shown.expect("all looked at")
    found = [(one["section"], one["state"], one["month"], bool(one["note"])) for one in marks(book)]
    assert sorted(found) == [("triage", "seen", "2026-11", False)] * 2 + [("triage", "seen", "2026-11", True)]
    assert "✓ Health and triage" in book.as_("priya").command("/success review").text


def test_rest_seen_is_taken_back_in_one_click_and_a_mark_by_itself(book):
    shown = section(book)
    shown.click("Seen", row="Acme")
    shown.expect("2 left")
    book.jump(at(11, 23, 16))
    shown.click("Rest seen")
    shown.expect("all looked at")
    shown.click("Undo")
    shown.expect("2 left")
    assert [one["account_id"] for one in marks(book)] == [account(book).id]
    shown.click("Take back", row="Acme")
    shown.expect("3 left")
    assert marks(book) == []


def ask(world, words="why is nobody there?", row="Acme"):
    shown = section(world)
    shown.click("Ask Maya Rosen", row=row)
    world.as_("priya").expect_modal("Ask").fill("What do you ask Maya Rosen?", words).submit()
    return shown.expect(f"{row} · @maya is asked on the next morning", f"✓ {row}", "asked @maya today")


def test_a_question_stands_in_the_next_morning_and_its_answer_comes_back(book):
    ask(book, HOSTILE)
    ask(book, "and this one?", row="Globex")
    row = book.rows("SELECT dedupe_key, kind, due_on, not_before, expires_at FROM outbox WHERE kind = 'review_ask'")
    assert row == [
        {
            "dedupe_key": f"review_ask:{PRIYA}:{MAYA}:2026-11-23",
            "kind": "review_ask",
            "due_on": "2026-11-24",
            "not_before": "2026-11-24T14:00:00Z",
            "expires_at": "2026-12-08T05:00:00Z",
        }
    ]
    book.jump(at(11, 24))
    told = book.as_("maya").expect_dm("@priya asks", "health is not set")
    assert "<!channel>" not in json.dumps(told.blocks)
    told.click("Answer", row="Acme")
    book.as_("maya").expect_modal("Answer").fill("Your answer", "they <moved>").submit()
    book.as_("maya").expect_ephemeral("answered", "@priya is told")
    book.as_("priya").expect_dm("@maya about", "they", "You asked")
    told.expect("question of a review: answered")
    assert notices(book, "review_answer") == [PRIYA]
    assert "answer: “they" in section(book).text
    first, second = marks(book)
    assert (first["answer"], second["answer"]) == ("they <moved>", None)
    click(book, "maya", "review.answer", str(first["id"]))
    assert "answered already" in book.as_("maya").expect_dm().text


def test_what_a_manager_notes_for_themselves_is_never_read_as_their_question(book):
    section(book).click("Note", row="Globex")
    book.as_("priya").expect_modal("Note").fill("Note", "she may leave us").submit()
    ask(book, "why is nobody there?")
    assert not section(book).has("Note", row="Acme")
    acme, globex = ({"where": f"triage:0:{account(book, name).id}"} for name in ("Acme", "Globex"))
    submit(book, "priya", "review.note", acme, {"note": "she may leave us"})  # forms that stood open meanwhile
    submit(book, "priya", "review.ask", globex, {"note": ""})
    book.after_acks()
    book.allow_messages()
    book.jump(at(11, 24))
    told = book.as_("maya").expect_dm("@priya asks", "why is nobody there?")
    assert "leave us" not in json.dumps(told.blocks)
    told.click("Answer", row="Acme")
    assert "leave us" not in book.as_("maya").expect_modal("Answer").text


def test_a_question_taken_back_is_asked_no_more(book):
    ask(book)
    shown = section(book)
    shown.click("Take back", row="Acme")
    shown.expect("3 left")
    book.jump(at(11, 24))
    book.posted()
    assert book.rows("SELECT state, error FROM outbox WHERE kind = 'review_ask'") == [
        {"state": "cancelled", "error": "it was taken back"}
    ]


def test_it_is_for_managers_and_the_answer_for_whom_it_concerns(book):
    for words in ("/success review", "/success review @tom"):
        assert "Only managers" in book.as_("maya").command(words).text
    ask(book)
    mark = marks(book)[0]["id"]
    for action, value in (("review.seen", f"triage:0:{account(book).id}"), ("review.rest_seen", "triage:0")):
        click(book, "maya", action, value)
        assert "Only managers" in book.as_("maya").expect_dm().text
    click(book, "lena", "review.answer", str(mark))
    assert "Only the team of Acme answers" in book.as_("lena").expect_dm().text


def test_one_csm_is_looked_at_for_a_talk_and_nothing_is_recorded(book):
    said = book.as_("priya").command("/success review @maya")
    assert "to talk about" in said.text
    assert "Nothing of this is recorded" in said.text
    shown = said.message
    shown.click("Open", row="Health and triage")
    shown.expect("Acme", "Globex", "All sections")
    assert "Hooli" not in shown.text
    assert "Seen" not in json.dumps(shown.blocks)
    assert marks(book) == []


def test_who_leads_nobody_is_told_so(book):
    book.book("people", {"email": "lena@example.com", "role": "manager", "manager": "", "team": ""})
    assert "You lead nobody here" in book.as_("lena").command("/success review").text


def test_the_manager_is_called_on_the_first_of_the_month_until_it_is_done(book):
    book.jump(at(12, 1))
    told = book.as_("priya").expect_dm("Your team's review of December 2026", "to look at")
    told.click("Open")
    book.as_("priya").expect_ephemeral("Review of December 2026")
    keys = book.rows("SELECT dedupe_key FROM outbox WHERE kind = 'manager_round'")
    assert keys == [{"dedupe_key": f"manager_round:{PRIYA}:2026-12"}]


@pytest.mark.parametrize("kind", ["review_ask", "manager_round"])
def test_both_can_be_muted(book, kind):
    with book.unit() as unit:
        unit.db.execute(
            "INSERT INTO mutes SELECT id, ?, NULL, ? FROM people WHERE email IN (?, ?)", (kind, unit.at, MAYA, PRIYA)
        )
    ask(book)
    book.jump(at(12, 1))
    book.posted()
    assert {row["state"] for row in book.rows("SELECT state FROM outbox WHERE kind = ?", kind)} == {"cancelled"}


def test_the_export_has_what_was_recorded(book):
    ask(book, "why?")
    fields, found = records(book.db, "manager_reviews", book.store.policy, book.now.date())
    (one,) = found
    assert list(fields)[:5] == ["account", "crm_id", "manager", "month", "section"]
    assert (one["account"], one["manager"], one["state"], one["note"], one["asked"]) == (
        "Acme",
        PRIYA,
        "asked",
        "why?",
        MAYA,
    )


def test_what_a_round_had_nothing_of_on_its_day_stays_so():
    rounds = {name: kind.rule.nothing for name, kind in kinds().items() if isinstance(kind.rule, PeriodRule)}
    assert [name for name, nothing in rounds.items() if not is_final(nothing)] == []
