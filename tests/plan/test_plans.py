"""Success plans with the area on: begun, written, given objectives, submitted, qualified, returned, taken back."""

from tests.account.books import audit
from tests.plan.conftest import objective, rows, standing, write


def green(world):
    write(world)
    return objective(world)


def test_a_plan_is_begun_and_says_what_it_lacks(book):
    page = book.as_("maya").command("/success plan Acme")
    assert "no success plan" in page.text
    said = write(book)
    assert "yellow: nothing open" in said.text
    (plan,) = rows(book)
    assert (plan["kind"], plan["state"], plan["shared_on"]) == ("roi", "active", "2026-11-20")
    assert plan["due_on"] == "2027-11-23"
    assert "no success plan" not in book.as_("maya").command("/account Acme").text
    assert audit(book) == ["plan.edit"]


def test_an_objective_turns_it_green_and_it_is_submitted_and_qualified(book):
    said = green(book)
    assert "plan green" in said.text
    said.message.click("Submit")
    assert standing(book).waits
    form = book.as_("priya").command("/success qualify Acme").modal
    assert "The strategy is why they bought" in form.text
    form.submit().expect("qualified until Tue 23 Nov 2027")
    assert standing(book).qualified
