"""Slack says that it had trouble though the bot did it: who sends the form once more has it done once."""

import pytest

FORMS = {
    "/success escalate Acme high it is down": ({"What has to be so for it to end?": "it builds"}, "escalations"),
    "/success call Acme": ({"Note": "met their CTO"}, "calls"),
    "/success survey Acme nps": ({"What was the answer?": "9", "Who answered?": "champion"}, "survey_answers"),
    "/success objective Acme add Releases twice a week": ({"Why does the customer want it?": "speed"}, "objectives"),
    "/account note Acme": ({"Note": "met their CTO"}, "audit WHERE action = 'account.note'"),
}


@pytest.fixture
def book(make_book):
    return make_book("calls", "health", "escalations", "plans", "surveys")


def sent_in_trouble(book, form):
    book.slack.allow("unacked")
    sockets = book.slack.sandbox.sockets
    sockets.ack_seconds = 0
    try:
        form.submit()
    finally:
        sockets.ack_seconds = 3.0
    book.after_acks()


def test_a_form_that_is_sent_again_after_trouble_is_carried_out_once(book):
    maya = book.as_("maya")
    for command, (filled, table) in FORMS.items():
        form = maya.command(command).modal
        for field, said in filled.items():
            form.fill(field, said)
        count = f"SELECT count(*) FROM {table}"
        before = book.db.execute(count).fetchone()[0]
        sent_in_trouble(book, form)
        assert form.is_open
        form.submit()
        book.after_acks()
        assert not form.is_open
        assert book.db.execute(count).fetchone()[0] == before + 1, command
        book.allow_messages()


def test_a_form_that_is_sent_again_with_other_words_is_carried_out_with_them(book):
    form = book.as_("maya").command("/account note Acme").modal.fill("Note", "met the CTO")
    sent_in_trouble(book, form)
    book.as_("maya").expect_ephemeral("met the CTO")  # Slack gave up at once: it may not have begun yet
    form.fill("Note", "met the CIO").submit()
    book.after_acks()
    notes = book.rows("SELECT after FROM audit WHERE action = 'account.note' ORDER BY id")
    assert ["CTO" in notes[0]["after"], "CIO" in notes[1]["after"]] == [True, True]
    book.allow_messages()
