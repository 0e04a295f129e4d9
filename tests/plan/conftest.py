"""The small book, with success plans switched on; 23 November 2026 is a Monday."""

import pytest

from tests.account.books import account


@pytest.fixture
def book(make_book):
    """Maya's Acme and Globex (commercial), Tom's Hooli; Priya manages both."""
    book = make_book("plans")
    yield book
    book.allow_messages()


WHOLE = {
    "Where is it?": "Active",
    "Strategy: why did they buy?": "Ship twice a week",
    "Highlights: what came of it so far, what comes next": "The pilot team does",
    "When did the customer see it?": "2026-11-20",
}
GOAL = {
    "What is to be reached?": "Releases twice a week",
    "Why does the customer want it?": "Their market moves",
    "By what will everybody see it?": "8 releases in March",
}


def fill(form, said):
    for label, value in said.items():
        form.fill(label, value)
    return form


def write(world, name="Acme", who="maya", **said):
    """Begin or edit a plan through its form."""
    page = world.as_(who).command(f"/success plan {name}").message
    page.click("Begin the plan" if not rows(world) else "Edit the plan")
    title = "Success plan"
    return fill(world.as_(who).expect_modal(title), said or WHOLE).submit().expect("saved")


def objective(world, name="Acme", who="maya", **said):
    return fill(world.as_(who).command(f"/success objective {name} add").modal, said or GOAL).submit().expect("plan ")


def rows(world, table="plans"):
    return world.rows(f"SELECT * FROM {table} ORDER BY id")


def standing(world, name="Acme", today=None):
    from storage.plan import store

    return store.standing_of(world.db, world.store.policy, account(world, name), today or world.now.date())
