"""Small answers about renewals have a next step, and forms say who hears of it."""

import pytest

from tests.account.books import fill

COMMANDS = [
    "/renewals schedule Acme 3 Dec 15:00",
    "/renewals ask Acme",
    "/renewals later Acme Thursday",
    "/renewals signing Acme 18 Dec with legal",
    "/renewals outlook Acme at risk sponsor is leaving",
    "/renewals skip Acme champion is leaving",
    "/renewals renewed Acme 30 Apr 2028",
    "/renewals churned Acme price",
]


@pytest.fixture
def book(world):
    fill(world)
    yield world
    world.allow_messages()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_answer_has_a_next_step(book, command):
    message = book.as_("maya").command(command).message
    assert any(block["type"] == "actions" or "accessory" in block for block in message.blocks)


def test_who_was_asked_is_said_once(book):
    text = book.as_("maya").command("/renewals ask Acme").text
    assert text.count("ask") == 1
    assert "@alex, @omar are asked for a time" in text


@pytest.mark.parametrize(("name", "told"), [("Acme", "@alex, @omar are told."), ("Globex", "@sofia is told.")])
def test_the_form_of_a_held_review_names_who_is_told(book, name, told):
    assert told in book.as_("maya").command(f"/renewals held {name}").modal.text


def test_the_form_of_a_churn_names_who_is_alerted_but_for_who_does_it(book):
    assert "@priya, @alex are told." in book.as_("maya").command("/renewals churned Acme").modal.text
    assert "@alex is told." in book.as_("priya").command("/renewals churned Acme").modal.text


def test_where_the_policy_wants_no_alerts_it_names_nobody(make_world):
    world = fill(make_world(alerts=False))
    assert "told" not in world.as_("maya").command("/renewals churned Acme").modal.text
    world.allow_messages()


def test_what_is_signed_late_is_not_signed_before_its_renewal_day(book):
    form = book.as_("maya").command("/renewals signing Acme").modal
    assert form.value("Signed by") == "2027-05-04"  # two business days after Friday 30 April
