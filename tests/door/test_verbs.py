"""The sub-command that a mistyped word was meant to be."""

import pytest

from handlers.door.verbs import meant_verb

VERBS = ("escalate", "escalations", "call", "health", "list", "reopen")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("cal", "call"),
        ("esc", "escalate"),
        ("helth", "health"),
        ("reop", "reopen"),
        ("escalat", "escalate"),
        ("qqq", ""),
        ("clal", "call"),
        ("lsit", "list"),
    ],
)
def test_whose_beginning_it_is_comes_before_who_holds_it(said, meant):
    assert meant_verb(said, VERBS) == meant


@pytest.mark.parametrize(("said", "meant"), [("lgo", "log"), ("olg", "log"), ("ksip", "skip"), ("gol", "")])
def test_of_a_short_word_two_letters_in_the_other_order_are_a_slip(said, meant):
    assert meant_verb(said, ("log", "skip", "cadence")) == meant


def test_a_slip_of_a_short_word_is_offered_again(book):
    book.as_("maya").command("/ebr lgo Acme 12 Nov").expect("There is no /ebr lgo.", "/ebr log Acme 12 Nov")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("/renewals brief acme", ["/account brief acme", "/ebr brief acme"]),
        ("/ebr renewed Acme 30 Apr 2028", ["/renewals renewed Acme 30 Apr 2028"]),
        ("/account churned Acme", ["/renewals churned Acme"]),
    ],
)
def test_a_word_of_another_command_is_offered_there_not_taken_for_a_name(book, typed, offered):
    """With an account whose name is a little like the word, which was all that was offered."""
    book.book("accounts", {"name": "O'Brien", "csm": "maya@example.com"})
    command, word, *_ = typed.split()
    refused = book.as_("maya").command(typed).expect(f"There is no {command} {word}.", *offered)
    assert "O'Brien" not in refused.text


def test_what_there_is_of_playbooks_names_the_areas_that_are_on(make_book):
    book = make_book("onboarding")
    said = book.as_("maya").command("/playbooks sumary").expect("There is no", "summary, report", "onboarding")
    assert "adoption" not in said.text
    book.as_("maya").command("/playbooks onbording").expect("/playbooks onboarding")
