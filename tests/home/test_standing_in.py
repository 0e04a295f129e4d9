"""What stands on Home after somebody stood in, and after an account changed hands; and what a stand-in can do."""

import re

import pytest

from tests.account.books import TOM, at

REVIEW = "first renewal review"  # of Acme


@pytest.fixture
def book(make_book):
    book = make_book()
    yield book
    book.allow_messages()


def go(book, *times):
    for time in times:
        book.jump(time)
        book.after_acks()
        book.posted()


def away(book, until, backup):
    book.as_("maya").command(f"/account away until {until} @{backup}").expect()
    book.as_(backup).expect_dm("you stand in")


def home(book, who):
    return book.as_(who).open_home().text


def test_what_a_stand_in_left_undone_is_on_the_home_of_who_is_back(book):
    """Seen failing: it stayed on the stand-in's, and the CSM's said "All clear"."""
    away(book, "1 Dec", "tom")
    go(book, at(11, 30, 15))
    book.as_("tom").expect_dm("things today")
    assert REVIEW in home(book, "tom")
    go(book, at(12, 2, 15))
    assert REVIEW in home(book, "maya")
    assert REVIEW not in home(book, "tom")


@pytest.mark.parametrize("how", ["handover", "edit", "import"])
def test_what_was_reminded_is_on_the_home_of_the_new_csm(book, how):
    """Seen failing: it was on nobody's."""
    go(book, at(11, 30, 15))
    book.as_("maya").expect_dm("things today")
    assert REVIEW in home(book, "maya")
    go(book, at(12, 1, 15))
    if how == "handover":
        book.as_("priya").command("/account handover @maya @tom").modal.submit().expect()
    elif how == "edit":
        book.as_("priya").command("/account edit Acme").modal.fill("CSM", "tom").submit().expect()
    else:
        book.book("accounts", {"name": "Acme", "crm_id": "A1", "csm": TOM})
    book.after_acks()
    book.posted()
    assert REVIEW in home(book, "tom")
    assert REVIEW not in home(book, "maya")


def test_a_stand_in_of_no_team_acts_on_what_they_are_sent_until_who_is_away_is_back(book):
    """Seen failing: "Only the account team of Acme and managers can change this"."""
    away(book, "30 Nov", "lena")
    go(book, at(11, 30, 15))
    message = book.as_("lena").expect_dm("things today", "renewal review")
    count = int(re.search(r"(\d+) things today", message.text)[1])
    listed = book.as_("lena").command("/cta").message.click("My day").modal
    assert len([block for block in listed.blocks if block["type"] == "section"]) == count
    modal = message.click("Pick a time", row="Acme").modal
    modal.fill("Day", at(12, 3).date()).fill("Time", "15:00").submit()
    book.after_acks()
    book.posted()
    assert "renewal review on Thu 3 Dec" in message.expect("✓ Acme").text
    go(book, at(12, 1, 15))
    refused = book.as_("lena").command("/account note Globex a line")
    assert "Only the account team of Globex and managers can change this." in refused.text


def test_what_a_stand_in_put_off_comes_to_who_is_back(book):
    """Seen failing: it came to who had stood in."""
    away(book, "1 Dec", "tom")
    go(book, at(11, 30, 15))
    book.as_("tom").expect_dm("renewal review")
    book.as_("tom").command("/renewals later Acme 3 Dec").expect()
    book.after_acks()
    assert REVIEW not in home(book, "tom")
    go(book, at(12, 2, 15))
    assert REVIEW not in home(book, "maya")
    go(book, at(12, 3, 15))
    book.as_("maya").expect_dm("Acme", "renewal review")
    assert home(book, "maya").count(REVIEW) == 1
    assert REVIEW not in home(book, "tom")
