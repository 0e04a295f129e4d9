"""Every setting of a health is remembered once, whatever sets it; a file that says what it said sets nothing."""

from datetime import UTC, date, datetime

import pytest

from storage.account import health_history
from storage.account.health_history import Setting, health_at
from tests.account.books import MAYA, account


def history(world, name="Acme"):
    """The settings that stand, the newest first, as (day, health, by, note, source)."""
    found = health_history.of_account(world.db, account(world, name).id)
    names = {row["id"]: row["email"] for row in world.rows("SELECT id, email FROM people")}
    return [(str(one.on), one.health, names.get(one.by_id), one.note, one.source) for one in found]


@pytest.fixture
def book(book):
    yield book
    book.allow_messages()


def by_command(world):
    world.as_("maya").command("/account health Acme yellow")


def by_form(world):
    maya = world.as_("maya")
    maya.command("/account health Acme")
    maya.modal.fill("Health", "Yellow").submit()


def by_menu(world):
    maya = world.as_("maya")
    maya.command("/account Acme").message.select("Set health", "Yellow")


@pytest.mark.parametrize("way", [by_command, by_form, by_menu])
def test_what_a_person_says_is_kept_with_who_and_when_and_its_undo_forgets_it(book, way):
    assert history(book) == []
    way(book)
    assert history(book) == [("2026-11-23", "yellow", MAYA, None, "person")]
    book.as_("maya").command("/account undo Acme").expect("taken back")
    assert history(book) == []


def test_said_again_on_the_same_day_is_no_setting_on_another_it_is(book):
    by_command(book)
    by_command(book)
    assert len(history(book)) == 1
    book.jump(datetime(2026, 11, 26, 10, 30, tzinfo=UTC))
    by_command(book)
    assert [row[0] for row in history(book)] == ["2026-11-26", "2026-11-23"]


def test_a_held_review_sets_it_with_its_next_step_and_taking_it_back_forgets_it(book):
    maya = book.as_("maya")
    maya.command("/renewals held Acme")
    maya.modal.fill("Health", "Red").fill("Outlook", "Renews").fill("Next step", "sponsor left").submit()
    assert history(book) == [("2026-11-23", "red", MAYA, "sponsor left", "review")]
    maya.command("/renewals undo Acme").expect("Acme")
    assert history(book) == []
    book.allow_messages()  # to AE and SA: what is taken back before it was told is told of neither


def row(**more):
    return {"name": "Acme", "crm_id": "A1", **more}


def test_a_file_sets_it_once_its_unchanged_value_sets_nothing_and_its_undo_forgets_it(book):
    from storage.importing.undo import undo

    book.book("accounts", row(health="green", health_on="2026-11-23"))
    book.jump(datetime(2026, 11, 27, 10, 30, tzinfo=UTC))
    book.book("accounts", row(health="green", health_on="2026-11-23"))
    assert history(book) == [("2026-11-23", "green", None, None, "import")]
    book.book("accounts", row(health="red", health_on="2026-11-25"))
    assert history(book)[0] == ("2026-11-25", "red", None, None, "import")
    with book.unit() as unit:
        undo(unit)
    assert history(book) == [("2026-11-23", "green", None, None, "import")]


def test_a_new_account_of_a_file_or_a_form_begins_with_what_is_said_of_it(book):
    book.book("accounts", {"name": "Umbra", "csm": MAYA, "health": "yellow", "health_on": "2026-10-01"})
    assert history(book, "Umbra") == [("2026-10-01", "yellow", None, None, "import")]


def test_a_decided_conflict_is_a_setting_too(book):
    book.book("accounts", row(health="green"))
    by_command(book)
    book.book("accounts", row(health="red"))
    assert [line[1] for line in history(book)] == ["yellow", "green"]
    with book.unit() as unit:
        from storage.importing import conflicts

        conflicts.decide(unit, conflicts.list_conflicts(unit.db, unit.policy)[0].id, "theirs")
    assert [line[1] for line in history(book)] == ["red", "yellow", "green"]


def test_the_health_at_the_end_of_a_day_is_the_newest_of_that_day_or_before():
    settings = [
        Setting(1, date(2026, 11, 6), "red", None, None, "person"),
        Setting(1, date(2026, 11, 6), "green", None, None, "person"),
        Setting(1, date(2026, 10, 1), "yellow", None, None, "person"),
    ]
    days = [date(2026, 9, 30), date(2026, 10, 1), date(2026, 11, 5), date(2026, 11, 6), date(2026, 12, 1)]
    assert [health_at(settings, day) for day in days] == [None, "yellow", "yellow", "red", "red"]
