"""The list of renewals is cut in SQL: its order is that of `place_of`, whatever the reviews, notices and days are."""

from datetime import date, timedelta
from random import Random

import pytest

from storage.account import lists as account_lists
from storage.account.sieve import Sieve
from storage.base.dialect import ALL
from storage.base.order import in_order
from storage.base.policy import policy_from
from storage.renewal.lists import renewing, with_reviews
from storage.renewal.place import place_of
from tests.reminders.factory import Book

EVERYBODY = account_lists.Whose("all")
DAYS = (date(2026, 11, 30), date(2027, 1, 31), date(2028, 2, 29))


def filled(folder, rng):
    """Renewals and reviews around each of the days, of names, ARRs and dates that are often the same."""
    book = Book(folder)
    for number in range(300):
        renewal_on = rng.choice(DAYS) + timedelta(days=rng.choice([*range(0, 190, 3), 28, 29, 30, 31, 89, 90, 91, 92]))
        account_id = book.account(
            rng.choice(("Acme", "acme", "Öl", "Zoo")) + f" {number % 7}", renewal_on=renewal_on,
            arr_cents=rng.choice((None, 0, 500, 900)), notice_days=rng.choice((None, None, 0, 30, 61)),
            health=rng.choice((None, "red")), churned_on=rng.choice((None, None, None, renewal_on)),
        )  # fmt: skip
        for months in (6, 5, 3, 1):
            state = rng.choice((None, None, None, "held", "skipped", "scheduled"))
            if state:
                book.insert(
                    "reviews", account_id=account_id, offset_months=months, state=state, updated_at="",
                    renewal_on=renewal_on - timedelta(days=rng.choice((0, 0, 0, 365))),
                    scheduled_on=rng.choice(DAYS) + timedelta(days=rng.choice((-1, 0, 1))) if state == "scheduled" else None,
                )  # fmt: skip
    book.db.execute("ANALYZE")
    return book


@pytest.mark.parametrize("months", [(5, 3), (6,), (6, 5, 3, 1), ()])
def test_the_order_in_sql_is_that_of_all_that_is_due(tmp_path, months):
    book = filled(tmp_path, Random(str(months)))
    policy = policy_from({"renewal_review_months": months})
    for today in DAYS:
        for which, sieve in (("renewing", Sieve()), ("no-review", Sieve()), ("renewing", Sieve(only="red"))):
            read, many = account_lists.page(book.db, policy, EVERYBODY, which, today, limit=ALL, sieve=sieve)
            rows = in_order(with_reviews(book.db, policy, read, today), lambda row: place_of(row, today, policy))  # noqa: B023
            pages = [
                renewing(book.db, policy, EVERYBODY, today, limit=30, offset=start, which=which, sieve=sieve)
                for start in range(0, many, 30)
            ]
            assert [row for found, _ in pages for row in found] == rows
            assert {total for _, total in pages} == {many}
            assert many > 10
    book.close()
