"""What was done to an account by mistake is taken back: exactly, audited, and not where something newer stands on it."""

from datetime import timedelta

import pytest

from tests.account.books import account, audit, told
from tests.forging import click


@pytest.fixture
def book(open_book):
    return open_book


MOVES_BY_ITSELF = {"look_at", "updated_at", "renewal_known_at", "ebr_known_at", "id"}
DOINGS = [
    ("/account health Acme red", "/account undo Acme", "its health", "account"),
    ("/renewals renewed Acme 30 Apr 2028", "/renewals undo Acme", "that it renewed", "renewal"),
    ("/renewals churned Acme 20 Nov price", "/renewals undo Acme", "that it churned", "renewal"),
    ("/ebr log Acme 12 Nov", "/ebr undo Acme", "the EBR that was logged", "ebr"),
    ("/ebr cadence Acme 6", "/ebr undo Acme", "how often it has an EBR", "ebr"),
]


def state(world):
    """All that could be another than it was."""
    tables = ("accounts", "renewals", "ebrs", "reviews")
    found = {table: world.rows(f"SELECT * FROM {table} ORDER BY 1") for table in tables}
    found["renewals"] = [row for row in found["renewals"] if row["undone_at"] is None]
    return {
        table: [{name: value for name, value in row.items() if name not in MOVES_BY_ITSELF} for row in rows]
        for table, rows in found.items()
    }


def done(world, command):
    """The command, and its form if it asks for one: what is said at the end."""
    maya = world.as_("maya")
    reply = maya.command(command)
    return (maya.modal.submit() if maya.modal else reply).message


@pytest.mark.parametrize(("command", "undo", "what", "noun"), DOINGS)
def test_undo_in_the_answer_restores_exactly_what_was(book, command, undo, what, noun):
    before = state(book)
    answer = done(book, command)
    assert state(book) != before
    answer.click("Undo")
    answer.expect(f"Acme · taken back: {what}")
    assert state(book) == before
    assert audit(book)[-1] == f"{noun}.undo"
    del undo


@pytest.mark.parametrize(("command", "undo", "what", "noun"), DOINGS)
def test_so_does_the_command_which_says_what_it_took_back(book, command, undo, what, noun):
    before = state(book)
    assert "Acme" in done(book, command).text
    assert f"Acme · taken back: {what}" in book.as_("maya").command(undo).text
    assert state(book) == before
    again = book.as_("maya").command(undo).text
    assert "Nothing was changed." in again
    assert state(book) == before
    assert noun in audit(book)[-1]


@pytest.mark.parametrize(("command", "undo", "what", "noun"), DOINGS)
def test_a_second_click_and_a_stranger_change_nothing(book, command, undo, what, noun):
    answer = done(book, command)
    now = state(book)
    value = str(book.rows("SELECT max(id) AS id FROM audit")[0]["id"])
    click(book, "lena", "account.undo", value)
    assert "Only the account team of Acme" in book.as_("lena").expect_dm().text
    assert state(book) == now
    answer.click("Undo")
    answer.expect("taken back")
    before = state(book)
    click(book, "maya", "account.undo", value)
    assert "was taken back already" in book.as_("maya").expect_dm().text
    assert state(book) == before
    del undo, what, noun


def test_a_scheduled_ebr_that_the_logged_one_ended_is_scheduled_again(book):
    maya = book.as_("maya")
    assert "EBR on" in maya.command("/ebr schedule Acme 3 Dec 15:00").text
    before = state(book)
    book.jump(book.now + timedelta(minutes=1))
    assert "logged" in maya.command("/ebr log Acme 23 Nov").text
    assert book.rows("SELECT state FROM ebrs") == [{"state": "held"}]
    assert "taken back" in maya.command("/ebr undo Acme").text
    assert state(book) == before


@pytest.mark.parametrize(
    ("first", "newer", "words"),
    [
        ("/account health Acme red", "/account health Acme yellow", "was changed again since"),
        ("/ebr cadence Acme 6", "/ebr cadence Acme 9", "was changed again since"),
        ("/renewals renewed Acme 30 Apr 2028", "/renewals renewed Acme 30 Apr 2029", "was changed again since"),
        ("/renewals churned Acme 20 Nov price", "/renewals renewed Acme 30 Apr 2028", "was changed again since"),
        ("/ebr log Acme 12 Nov", "/ebr schedule Acme 3 Dec 15:00", "has a newer EBR since"),
        ("/renewals renewed Acme 30 Apr 2028", "/renewals schedule Acme 3 Dec 15:00", "next renewal is recorded"),
    ],
)
def test_refused_where_something_newer_stands_on_it(book, first, newer, words):
    answer = done(book, first)
    book.jump(book.now + timedelta(minutes=1))
    assert "Acme" in done(book, newer).text
    now = state(book)
    assert words in answer.click("Undo").text
    assert state(book) == now
    if "/renewals schedule" in newer:
        told(book, "alex", "omar", words="invites you")


def test_setting_what_is_so_already_offers_no_undo_of_something_else(book):
    maya = book.as_("maya")
    assert "Undo" in maya.command("/account health Acme red").message.buttons
    book.jump(book.now + timedelta(minutes=1))
    assert "Undo" not in maya.command("/account health Acme red").message.buttons


def test_who_was_told_of_a_rhythm_stays_told(book):
    form = book.as_("maya").command("/ebr cadence Acme 3").modal
    answer = form.fill("Who agreed?", "Priya, Alex").submit().message if "Who agreed?" in form.labels else None
    if answer is None:
        answer = form.fill(form.labels[-1], "Priya, Alex").submit().message
    told(book, "alex", "priya", words="Acme")
    answer.click("Undo")
    answer.expect("taken back")
    book.expect_nothing_more()
    row = book.rows("SELECT ebr_cadence_months, ebr_cadence_agreed_by FROM accounts WHERE name = 'Acme'")[0]
    assert row == {"ebr_cadence_months": None, "ebr_cadence_agreed_by": None}


def test_the_history_says_that_it_was_taken_back(book):
    maya = book.as_("maya")
    assert "red" in maya.command("/account health Acme red").text
    assert "taken back" in maya.command("/account undo Acme").text
    assert "took back what was set: health none (was red)" in maya.command("/account history Acme").text
    assert account(book).health is None
