"""A reminder that waits, or was put off, goes to whose it is by then, and is theirs to do."""

import time

import pytest

from tests.account.books import TOM, account, at


def said(book, who):
    return "\n".join(message.text for message in book.messages("dm", who))


def acme(book):
    return account(book).id


def give_acme_to_tom(book):
    book.book("accounts", {"name": "Acme", "crm_id": "A1", "csm": TOM})
    book.after_acks()


@pytest.fixture
def book(book):
    yield book
    book.allow_messages()


def test_what_waits_while_an_account_gets_another_csm_is_theirs_to_do(book):
    """Seen failing: it came as done, "handed on", and stood on nobody's Home."""
    book.jump(at(11, 30, 23))  # away over Monday morning, back by night
    for _ in range(3000):
        if book.rows(
            "SELECT 1 FROM outbox WHERE kind = 'renewal_review' AND state = 'pending' AND account_id = ?", acme(book)
        ):
            break
        time.sleep(0.01)
    give_acme_to_tom(book)
    book.jump(at(12, 1, 14))
    book.as_("tom").expect_dm("first renewal review")
    assert "handed on" not in said(book, "tom")
    assert "renewal review" in book.as_("tom").open_home().text


def put_off(book, who):
    book.jump(at(11, 30, 14))
    book.as_("maya").expect_dm("things today")
    book.posted()
    book.as_(who).command("/renewals later Acme 2 Dec").expect()
    book.after_acks()


def test_what_a_csm_put_off_goes_where_the_account_goes(book):
    """Seen failing: it came to who was the CSM as "handed on", and to nobody else."""
    put_off(book, "maya")
    give_acme_to_tom(book)
    book.jump(at(12, 2, 15))
    book.as_("tom").expect_dm("Acme", "renewal review")
    assert "handed on" not in said(book, "maya")


def test_what_a_csm_put_off_goes_to_who_stands_in(book):
    """Seen failing: it went to who was away."""
    put_off(book, "maya")
    book.as_("maya").command("/account away until 8 Jan @tom").expect()
    book.jump(at(12, 2, 15))
    book.as_("tom").expect_dm("Acme", "renewal review")


def test_what_a_manager_put_off_comes_to_them(book):
    """Seen failing: it came as "handed on"."""
    put_off(book, "priya")
    book.jump(at(12, 2, 15))
    book.as_("priya").expect_dm("Acme", "renewal review")
    assert "handed on" not in said(book, "priya")
