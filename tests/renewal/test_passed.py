"""Renewal dates that passed long ago, or had passed when they became known: one item, last of all, and its list."""

import re
from datetime import UTC, date, datetime

import pytest

from storage.account.lists import Whose
from storage.renewal import outcomes
from storage.renewal.lists import undecided
from tests.account.books import PEOPLE, account
from tests.cta.conftest import ALEX, MAYA, TOM

NOW = datetime(2026, 11, 30, 14, 30, tzinfo=UTC)
EVENING = datetime(2026, 11, 27, 23, 0, tzinfo=UTC)
DAYS = {
    "Acme": "2026-01-31",
    "Globex": "2026-11-26",
    "Hooli": "2025-06-30",
    "Initech": "2027-01-10",
    "Umbra": "2026-09-01",
}


@pytest.fixture
def book(world):
    """Three of maya's dates had passed at the import, and one of tom's; a fifth is ahead and without a review."""
    world.start_at(EVENING)
    rows = [{"name": name, "renewal_date": day, "csm": MAYA, "ae": ALEX} for name, day in DAYS.items()]
    rows[-1]["csm"] = TOM
    world.book("accounts", *rows)
    world.jump(NOW)
    world.morning = world.as_("maya").expect_dm("Good morning")
    yield world
    world.allow_messages()


def test_it_is_the_last_item_and_opens_its_list_where_each_row_acts(book):
    maya = book.as_("maya")
    home = maya.open_home().text
    assert home.index("Initech") < home.index("3 renewal dates have passed")
    assert not re.search(r"^(Acme|Globex|Hooli) ·", home, re.MULTILINE)
    listed = maya.open_home().click("Go through them").modal
    assert "3 renewal dates have passed" in listed.text
    assert [name for name in DAYS if name in listed.text] == ["Acme", "Globex", "Hooli"]
    form = listed.overflow("Renewed until …", row="Acme").modal
    form.fill("Next renewal date", "2027-01-31").submit()
    book.after_acks()
    assert "2 renewal dates have passed" in maya.open_home().text


def test_it_stands_in_the_message_that_goes_out_anyway_and_makes_none_by_itself(book):
    text = book.morning.text
    assert text.index("Initech") < text.index("3 renewal dates have passed")
    assert (
        book.rows("SELECT kind FROM outbox WHERE recipient = ? AND kind <> 'told' AND state <> 'cancelled'", TOM) == []
    )
    assert "1 renewal date has passed" in book.as_("tom").open_home().text


def test_nobody_is_asked_about_them(book):
    assert book.rows("SELECT 1 FROM outbox WHERE kind = 'renewal_outcome'") == []


def test_what_was_to_be_signed_and_is_not_stands_by_itself_however_old(book):
    with book.unit() as unit:
        outcomes.sign_late(unit, account(book, "Hooli").id, datetime(2026, 12, 4, tzinfo=UTC).date())
    assert "2 renewal dates have passed" in book.as_("maya").open_home().text
    book.jump(datetime(2026, 12, 7, 14, 30, tzinfo=UTC))
    home = book.as_("maya").open_home().text
    assert "Hooli · in signature, was to be signed by Fri 4 Dec" in home
    assert "2 renewal dates have passed" in home


def test_the_day_on_which_it_became_known_is_the_teams(make_world):
    world = make_world(timezone="America/Santiago")
    world.start_at(datetime(2026, 11, 27, 2, 0, tzinfo=UTC))  # in Santiago it is still the 26th
    world.book("accounts", {"name": "Globex", "renewal_date": "2026-11-26", "csm": MAYA})
    world.jump(datetime(2026, 11, 27, 14, 30, tzinfo=UTC))
    world.as_("maya").expect_dm("Globex's renewal day was yesterday")
    home = world.as_("maya").open_home().text
    assert "Globex" in home
    assert "passed" not in home


def test_no_button_opens_the_very_list_that_stands_there(book):
    maya = book.as_("maya")
    assert "Passed long ago 3" not in maya.command("/renewals lapsed").message.buttons
    passed = maya.open_home().click("Go through them").modal
    assert "Lapsed 3" not in passed.buttons


@pytest.fixture
def lapsed(world):
    """A large one that had passed at the import, and a small one that lapsed since."""
    world.start_at(EVENING)
    world.book("people", *PEOPLE)
    days = {"Acme": ("2026-01-31", "900000"), "Globex": ("2026-11-28", "1000")}
    rows = ({"name": n, "renewal_date": day, "arr": arr, "csm": MAYA, "ae": ALEX} for n, (day, arr) in days.items())
    world.book("accounts", *rows)
    world.jump(NOW)
    world.as_("maya").expect_dm("Good morning")
    world.as_("priya").expect_dm("Your team this week")
    yield world
    world.allow_messages()


DOORS = {
    "command": lambda world: world.as_("maya").command("/renewals lapsed").text,
    "manager's list": lambda world: world.as_("priya").open_home().click("Open", row="@maya").modal.text,
    "report's list": lambda world: (
        world.as_("priya").command("/playbooks summary").message.click("2 lapsed").modal.text
    ),
    "terminal": lambda world: " ".join(
        one.name for one in undecided(world.db, world.store.policy, Whose("all"), date(2026, 11, 30), limit=9)[0]
    ),
}


@pytest.mark.parametrize("door", DOORS)
def test_what_passed_long_ago_stands_last_in_every_list_of_what_lapsed(lapsed, door):
    listed = DOORS[door](lapsed)
    assert -1 < listed.index("Globex") < listed.index("Acme")
