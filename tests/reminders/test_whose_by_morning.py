"""What is told to people for their part in a record, and waits for the morning, goes to whose part it is by then."""

import pytest

from storage.base import people
from tests.account.books import ALEX, MAYA, PRIYA, SOFIA, at


@pytest.fixture
def book(make_book):
    """By night: three in the morning in London, for everybody."""
    book = make_book("sales")
    book.jump(at(11, 24, 3))
    book.after_acks()
    yield book
    book.allow_messages()


RED = "/account health Acme red sponsor left"
OUTLOOK = "/renewals outlook Acme at risk sponsor is leaving"


def said(who, line, **fields):
    def do(book):
        answer = book.as_(who).command(line)
        if fields:
            for label, value in fields.items():
                answer.modal.fill(label, value)
            answer = answer.modal.submit()
        answer.expect()
        book.after_acks()
        book.posted()

    return do


red = said("maya", RED)
quarterly = said("maya", "/ebr cadence Acme 3", **{"Who agreed?": "Ann and Bo"})


def another_ae(book):
    book.book("accounts", {"name": "Acme", "crm_id": "A1", "ae": SOFIA})
    return ALEX, SOFIA


def another_csm(book):
    book.book("people", {"email": "lena@example.com", "role": "csm", "manager": PRIYA, "team": "East"})
    book.book("accounts", {"name": "Acme", "crm_id": "A1", "csm": "lena@example.com"})
    return MAYA, "lena@example.com"


def another_manager(book):
    book.book("people", {"email": MAYA, "role": "csm", "manager": "lena@example.com", "team": "East"})
    return PRIYA, "lena@example.com"


def states(book, which, address):
    person = people.by_email(book.db, address)
    rows = book.rows(
        f"SELECT state FROM outbox WHERE dedupe_key LIKE '{which}%' AND destination = 'person:{person.id}' ORDER BY id"
    )
    return [row["state"] for row in rows]


@pytest.mark.parametrize(
    ("deed", "change", "which"),
    [
        (red, another_ae, "alert:"),
        (red, another_manager, "alert:"),
        (said("priya", RED), another_csm, "told:"),
        (said("priya", OUTLOOK), another_csm, "told:"),
        (quarterly, another_ae, "notice:ebr_cadence"),
        (said("alex", "/ebr cadence Acme 3", **{"Who agreed?": "Ann and Bo"}), another_csm, "notice:ebr_cadence"),
        (quarterly, another_manager, "notice:ebr_cadence"),
        (said("maya", "/renewals schedule Acme 3 Dec 15:00"), another_ae, "notice:review_scheduled"),
        (said("maya", "/renewals ask Acme"), another_ae, "notice:review_asked"),
        (said("maya", "/renewals skip Acme no need"), another_manager, "notice:review_skipped"),
    ],
)
def test_it_goes_to_whose_part_it_is_in_the_morning(book, deed, change, which):
    """Seen failing: it went to who had it the evening before."""
    deed(book)
    before, after = change(book)
    book.after_acks()
    assert states(book, which, before) == ["pending"]
    for hour in (9, 15, 18):
        book.jump(at(11, 24, hour))
        book.after_acks()
        book.posted()
    assert states(book, which, before) == ["cancelled"]
    assert states(book, which, after)[-1] == "sent"


def test_who_did_it_is_told_of_it_in_no_part(book):
    red(book)
    book.book("accounts", {"name": "Acme", "crm_id": "A1", "ae": MAYA})
    book.after_acks()
    for hour in (15, 18):
        book.jump(at(11, 24, hour))
        book.after_acks()
        book.posted()
    assert states(book, "alert:", ALEX) == ["cancelled"]
    assert states(book, "alert:", MAYA) == []
