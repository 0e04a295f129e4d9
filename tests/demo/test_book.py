"""The demo's sample book: days relative to today, and something always due."""

from collections import Counter
from datetime import date

import pytest

from handlers.demo import book

DAYS = [date(2026, 11, 23), date(2027, 2, 28), date(2028, 2, 29), date(2026, 12, 31), date(2027, 5, 31)]


@pytest.mark.parametrize(
    ("relative", "day"),
    [
        ("+0d", date(2026, 8, 31)),
        ("+6m", date(2027, 2, 28)),
        ("-6m", date(2026, 2, 28)),
        ("+2w", date(2026, 9, 14)),
        ("-1y", date(2025, 8, 31)),
        ("+30d-12m", date(2025, 9, 30)),
    ],
)
def test_relative_days(relative, day):
    assert book.resolve(relative, date(2026, 8, 31)) == day


@pytest.mark.parametrize("wrong", ["5m", "+5", "soon", "+5m "])
def test_what_is_no_relative_day_is_refused(wrong):
    with pytest.raises(ValueError, match="not a relative date"):
        book.resolve(wrong, date(2026, 8, 31))


@pytest.mark.parametrize("today", DAYS)
def test_something_is_always_due(today):
    accounts, ctas = book.accounts(today), book.ctas(today)
    assert len(accounts) == 40
    assert len({row["crm_id"] for row in accounts}) == 40
    assert book.resolve("+5m", today).isoformat() in {row["renewal_date"] for row in accounts}
    assert all(today.isoformat() < row["renewal_date"] <= book.resolve("+1y", today).isoformat() for row in accounts)
    assert any(row["last_ebr"] == book.resolve("+30d-12m", today).isoformat() for row in accounts)
    open_ctas = [row for row in ctas if not row["closed_on"]]
    assert any(row["due_on"] == today.isoformat() for row in open_ctas)
    assert any(row["due_on"] < today.isoformat() for row in open_ctas)


@pytest.mark.parametrize("today", DAYS)
def test_the_book_is_one_that_an_import_takes(sandbox, slack, today):
    accounts, ctas = book.accounts(today), book.ctas(today)
    people = {person.email for person in sandbox.workspace.people.values() if not person.deleted}
    assert {row["email"] for row in book.people(today)} <= people
    names = {row["name"] for row in accounts}
    for row in accounts:
        assert {row["csm"], row["ae"], row["sa"]} <= people
        assert row["last_ebr"] <= today.isoformat()
    for row in ctas:
        assert row["account"] in names
        assert row["owner"] in people
        assert row["opened_on"] <= (row["closed_on"] or today.isoformat()) <= today.isoformat()
        assert bool(row["reason"]) == (row["status"] == "closed_no_success")
    assert len({(row["account"], row["playbook"], row["opened_on"]) for row in ctas}) == len(ctas)
    open_ones = Counter((row["account"], row["playbook"]) for row in ctas if not row["closed_on"])
    assert max(open_ones.values()) == 1
    assert len({row["reason"] for row in ctas}) >= 10
