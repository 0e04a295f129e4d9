"""ARR at the month's end: kept by itself, in silence, as it was on that day, whether the area is on or not."""

from datetime import UTC, date, datetime

import pytest

from reminders.outbox.housekeeping import keep_house
from storage.account import store as accounts
from storage.base.exports import records
from storage.growth.record import is_open, kept_on
from tests.account.books import account


@pytest.fixture
def book(make_book):
    book = make_book()
    book.bot.machine.stop()  # whose own house-keeping would come in between
    yield book
    book.allow_messages()


def kept(world):
    rows = world.rows(
        "SELECT as_of, name, arr_snapshots.arr_cents AS arr FROM arr_snapshots JOIN accounts ON id = account_id"
    )
    return sorted((row["as_of"], row["name"], row["arr"]) for row in rows)


def night(world, *day, hour=23):
    keep_house(world.store, datetime(*day, hour, 17, tzinfo=UTC))


def test_every_account_is_kept_on_the_last_day_as_it_is_at_its_end(book):
    night(book, 2026, 11, 29)
    assert kept(book) == []
    night(book, 2026, 11, 30, hour=9)
    with book.unit() as unit:
        accounts.edit(unit, account(book).id, {"arr_cents": 25_000_000})
    night(book, 2026, 11, 30)
    night(book, 2026, 11, 30)
    assert kept(book) == [
        ("2026-11-30", "Acme", 25_000_000), ("2026-11-30", "Globex", 9_900_000), ("2026-11-30", "Hooli", None),
    ]  # fmt: skip
    with book.unit() as unit:
        accounts.edit(unit, account(book).id, {"arr_cents": 1})
    night(book, 2026, 12, 1)
    assert ("2026-11-30", "Acme", 25_000_000) in kept(book)
    assert book.rows("SELECT 1 FROM audit WHERE action LIKE 'arr%'") == []


def test_a_bot_that_was_away_keeps_it_once_while_the_month_is_open(book):
    night(book, 2026, 12, 3)
    night(book, 2026, 12, 4)
    assert [row[0] for row in kept(book)] == ["2026-11-30"] * 3


def test_after_the_eighth_it_is_too_late(book):
    night(book, 2026, 12, 9)
    assert kept(book) == []


@pytest.mark.parametrize(("day", "found"), [
    ((2027, 2, 28), (date(2027, 2, 28), True)), ((2028, 2, 28), None), ((2028, 2, 29), (date(2028, 2, 29), True)),
    ((2026, 12, 1), (date(2026, 11, 30), False)), ((2026, 12, 8), (date(2026, 11, 30), False)), ((2026, 12, 9), None),
])  # fmt: skip
def test_which_month_is_kept(day, found):
    assert kept_on(date(*day), 8) == found


def test_it_is_open_until_the_eighth():
    days = [date(2026, 11, 30), date(2026, 12, 8), date(2026, 12, 9)]
    assert [is_open(date(2026, 11, 30), day, 8) for day in days] == [True, True, False]


def test_the_export_has_amounts_in_currency_units_and_says_what_is_open(book):
    night(book, 2026, 11, 30)
    fields, found = records(book.db, "arr", book.store.policy, date(2026, 12, 9))
    assert fields == ("account", "crm_id", "as_of", "arr", "currency", "tier", "segment", "territory", "source", "open")
    first = next(iter(found))
    assert (first["account"], str(first["arr"]), first["open"], first["source"]) == ("Acme", "240000.00", False, "bot")
