"""What a command says into a form may be longer than its field: it is cut where one sees it, and nobody gets a reference."""

import pytest

FIELD = 3000
LONG = "long words " * 400


@pytest.mark.parametrize(
    "command",
    [
        "/renewals outlook Acme",
        "/renewals churned Acme",
        "/success survey Acme nps",
        "/success escalate Acme",
        "/success escalate Acme high",
        "/playbooks play add",
        "/playbooks play add lack_of_budget 8 5 7",
    ],
)
def test_words_that_are_too_long_for_a_field_are_cut_where_one_sees_it(make_book, command):
    """Seen failing: Slack refused the form."""
    book = make_book("surveys", "escalations", "growth")
    modal = book.as_("maya").command(f"{command} {LONG}").modal
    drawn = [block["element"].get("initial_value", "") for block in modal.source.body["blocks"] if "element" in block]
    assert [len(text) <= FIELD for text in drawn if text.endswith("…")] == [True]


def test_what_is_no_longer_than_its_field_stands_there_whole(book):
    modal = book.as_("maya").command(f"/renewals outlook Acme {LONG[: FIELD - 1]}x").modal
    assert modal.value("Why?").endswith("x")
