"""What was noted on an account, its CTAs, reviews and EBRs: one timeline, where one looks for it."""

from datetime import timedelta

import pytest

from storage.account import notes as timeline
from storage.base.nouns import handed_in
from storage.call.settings import CallArea
from tests.account.books import account, audit, told


@pytest.fixture
def book(open_book):
    return open_book


HOSTILE = "<!channel> *bold* <@U1> & `code` \N{ZERO WIDTH SPACE}it's"


def done(actor, command):
    assert "Only" not in actor.command(command).text


def notes(world):
    return [row["text"] for row in world.rows("SELECT text FROM account_notes ORDER BY id")]


def test_a_note_is_typed_in_one_line_and_stands_on_card_history_and_brief_with_author_and_day(book):
    maya = book.as_("maya")
    answer = maya.command("/account note Acme met the new CTO, who likes CI")
    assert "Acme · noted: met the new CTO, who likes CI" in answer.text
    for shown in (
        maya.command("/account Acme").text,
        maya.command("/account history Acme").text,
        maya.command("/account brief Acme").modal.text,
    ):
        line = next(line for line in shown.splitlines() if "met the new CTO" in line)
        assert "today" in line
        assert "Maya" in line
    assert audit(book) == ["account.note"]


def test_what_was_noted_anywhere_is_one_timeline_newest_first(book):
    maya = book.as_("maya")
    done(maya, "/cta open Acme expand ci due 18 Dec note pilot with the platform team")
    done(maya, "/cta note 1 demo went well")
    done(maya, "/cta snooze 1 until 3 Jan waiting for legal")
    done(maya, "/ebr log Acme 20 Nov")
    book.db.execute("UPDATE ebrs SET note = 'they want SSO'")
    book.jump(book.now + timedelta(minutes=1))
    done(maya, "/account note Acme reorganisation ahead")
    found, total = timeline.of_account(book.db, book.store.policy, account(book).id, "UTC", limit=10)
    assert [(n.about, n.text) for n in found] == [
        ("", "reorganisation ahead"),
        ("Expand: CI", "waiting for legal"),
        ("Expand: CI", "demo went well"),
        ("Expand: CI", "pilot with the platform team"),
        ("EBR", "they want SSO"),
    ]
    assert total == 5
    card = maya.command("/account Acme").text
    assert "reorganisation ahead" in card
    assert "demo went well" in card
    assert "they want SSO" not in card
    history = maya.command("/account history Acme").text
    assert all(words in history for words in ("reorganisation ahead", "waiting for legal", "demo went well"))
    shown = maya.command("/cta show 1").text
    assert all(words in shown for words in ("reorganisation ahead", "waiting for legal", "demo went well"))


def test_notes_on_another_cta_do_not_stand_on_this_one(book):
    maya = book.as_("maya")
    done(maya, "/cta open Acme expand ci due 18 Dec")
    done(maya, "/cta open Acme expand scm due 18 Dec")
    done(maya, "/cta note 2 only about SCM")
    assert "only about SCM" not in maya.command("/cta show 1").text
    assert "only about SCM" in maya.command("/cta show 2").text


def test_the_brief_has_the_notes_since_the_last_review_that_day_included(book):
    maya = book.as_("maya")
    done(maya, "/account note Acme before it")
    book.db.execute("UPDATE account_notes SET at = '2026-11-22T10:00:00Z'")
    form = maya.command("/renewals held Acme").modal
    form.fill("Health", "Green").fill("Outlook", "Renews").fill("Next step", "send the quote").submit().expect()
    told(book, "alex", "omar", words="five-month review")
    done(maya, "/account note Acme after it")
    brief = maya.command("/account brief Acme").modal.text
    assert "Noted since the last review" in brief
    assert "after it" in brief
    assert "5-month review: send the quote" in brief
    assert "before it" not in brief
    assert "before it" in maya.command("/account history Acme").text


def test_without_words_a_form_asks_and_from_the_card_too(book):
    maya = book.as_("maya")
    form = maya.command("/account note Acme").modal
    assert "noted: by the form" in form.fill("Note", "by the form").submit().text
    maya.command("/account Acme").message.overflow("Add a note")
    maya.expect_modal("Add a note").fill("Note", "from the card").submit().expect()
    assert notes(book) == ["by the form", "from the card"]


def test_a_note_that_is_empty_or_too_long_is_refused_and_what_was_typed_stays(book):
    form = book.as_("maya").command("/account note Acme").modal
    form.fill("Note", "   ").submit()
    assert "What should the note say?" in form.errors["Note"]
    long = book.as_("maya").command("/account note Acme " + "x" * 3001)
    assert "3,001 characters; 3,000 is the most" in long.text
    assert notes(book) == []


def test_what_would_steer_a_terminal_is_not_kept_of_what_somebody_typed_or_pasted(book):
    """Such as an escape sequence, or the vertical tab between two lines of a slide; an import would refuse them."""
    book.as_("maya").command("/account note Acme one\x0btwo \x1b[2Jthree\x7f\ufffe")
    book.as_("maya").command("/account note Acme").modal.fill("Note", "four\n\x9bfive\x85six\x07").submit()
    book.after_acks()
    assert notes(book) == ["one two [2Jthree", "four\nfive six"]
    book.allow_messages()


@pytest.mark.parametrize("words", ["note Acme a secret", "note Acme"])
def test_only_the_team_and_managers_note(book, words):
    refused = book.as_("lena").command(f"/account {words}")
    assert "Only the account team of Acme and managers can change this." in refused.text
    assert notes(book) == []


def test_a_form_kept_open_is_authorised_again(book):
    form = book.as_("alex").command("/account note Acme").modal
    book.db.execute("UPDATE accounts SET ae_id = NULL WHERE name = 'Acme'")
    form.fill("Note", "not mine any more").submit()
    assert "Only the account team of Acme" in str(form.errors)
    assert notes(book) == []


def test_what_is_typed_is_kept_as_typed_and_shown_harmless(book):
    maya = book.as_("maya")
    maya.command("/account note Acme").modal.fill("Note", HOSTILE).submit().expect()
    assert notes(book) == [HOSTILE.strip()]
    card = maya.command("/account Acme").message
    assert "<!channel>" not in str(card.blocks)
    assert "&lt;!channel&gt;" in str(card.blocks)


def test_in_an_account_channel_the_account_need_not_be_named(book):

    book.db.execute("UPDATE accounts SET channel_id = ? WHERE name = 'Acme'", (book.channel_id("general"),))
    said = book.as_("maya").command("/account note met the new CTO", channel="general")
    assert "Acme · noted: met the new CTO" in said.text


def test_a_long_history_is_paged_so_that_every_note_is_read(book):
    maya = book.as_("maya")
    for i in range(12):
        assert "noted" in maya.command(f"/account note Acme note number {i:02}").text
    first = maya.command("/account history Acme").message
    assert "1 to 10 of 13" in first.text
    assert "note number 11" in first.text
    first.click("Next")
    first.expect("note number 00").click("Previous")
    first.expect("1 to 10 of 13")


def test_what_belongs_to_an_area_that_is_off_stands_in_no_timeline(make_book):
    """Seen failing: notes of calls stood on card and brief, whoever had switched calls off since."""
    book = make_book("calls")
    maya = book.as_("maya")
    maya.command("/success call Acme 20 Nov met the sponsor").expect()
    for is_on in (True, False):
        policy = book.bot.services.policy.model_copy(update={"calls": CallArea(enabled=is_on)})
        book.bot.services.adopt(policy, book.bot.services.renderer)
        brief = maya.command("/account brief Acme").modal
        assert ("on Call: met the sponsor" in brief.text) == is_on
        brief.close(everything=True)
        assert ("on Call: met the sponsor" in maya.command("/account Acme").text) == is_on


def test_each_timeline_of_an_area_says_so():
    settings = {
        noun.__name__.split(".")[1]: noun.AREAS for noun in handed_in("storage", "settings") if hasattr(noun, "AREAS")
    }
    for noun in handed_in("storage", "timeline"):
        areas = settings.get(
            noun.__name__.split(".")[1], {"health": None} if noun.__name__ == "storage.triage.timeline" else {}
        )
        assert getattr(noun, "AREA", None) in (areas or (None,)), noun
