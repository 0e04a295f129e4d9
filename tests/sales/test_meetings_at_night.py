"""Meetings of account teams while some of those in them have their night: it is two in the morning for Alex."""

import pytest

from tests.account.books import account, at


@pytest.fixture
def book(make_book):
    """The small book in default quiet hours; Omar's morning has come, Alex's is at 17:00 UTC."""
    book = make_book("sales")
    yield book
    book.allow_messages()


def states(book, handle):
    person = account(book).ae_id if handle == "alex" else account(book).sa_id
    rows = (
        f"SELECT state FROM outbox WHERE dedupe_key LIKE 'notice:team%' AND destination = 'person:{person}' ORDER BY id"
    )
    return [row["state"] for row in book.rows(rows)]


def test_what_was_taken_back_by_night_is_told_to_those_who_heard_of_it(book):
    """Seen failing: in the morning one was told that something is not, of which one had never heard."""
    said = book.as_("maya").command("/success meeting @alex @omar 3 Dec 15:00").message
    book.as_("omar").expect_dm("@maya invites you")
    book.posted()
    said.click("Undo")
    said.expect("taken back: not scheduled", "@omar is told")
    book.as_("omar").expect_dm("@maya took it back: the meeting of @maya and @alex is not 3 Dec")
    book.jump(at(11, 23, 18))
    book.posted()
    assert states(book, "alex") == ["cancelled"]


def test_one_that_would_begin_before_their_morning_is_moved_at_once(book):
    """Seen failing by the new time alone."""
    book.jump(at(11, 23, 18))
    book.as_("maya").command("/success meeting @alex tomorrow 10:00").expect()
    book.as_("alex").expect_dm("@maya invites you", "24 Nov 2026, 07:00 PST")
    book.jump(at(11, 24, 4))
    book.as_("maya").command("/success meeting @alex 3 Dec 10:00").expect()
    book.as_("alex").expect_dm("@maya invites you", "3 Dec 2026, 07:00 PST")


@pytest.mark.parametrize("what", ["another SA", "the area is off"])
def test_who_is_not_in_it_by_their_morning_or_cannot_open_it_is_not_invited(book, make_world, what):
    """Seen failing: each was invited."""
    book.jump(at(11, 24, 1))
    book.as_("maya").command("/success meeting @alex @omar 4 Dec 15:00").expect()
    book.posted()
    if what == "another SA":
        book.as_("maya").command("/success meeting @alex @lena 4 Dec 15:00").expect()
    else:
        book.stop()
        book = make_world()
    book.jump(at(11, 24, 9))
    book.posted()
    assert states(book, "omar") == ["cancelled"]
    book.allow_messages()
