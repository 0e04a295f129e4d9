"""A source that moves the renewal date on has renewed the account, or not: the rule's edges, and the way back."""

from datetime import UTC, date, datetime

import pytest

from storage.account import store as accounts
from storage.importing.undo import undo as undo_import
from storage.renewal import forecast, outcomes
from tests.account.books import account
from tests.cta.conftest import MAYA

NOW = datetime(2026, 11, 30, 20, 0, tzinfo=UTC)  # Monday evening in New York: nobody is written to
LAPSED, TODAY, NEAR, FAR = "2026-10-01", "2026-11-30", "2027-02-28", "2027-03-01"


def load(world, renewal, **more):
    world.book("accounts", {"name": "Acme", "crm_id": "A", "csm": MAYA, "renewal_date": renewal, **more})


def decided(world):
    return outcomes.latest(world.db, account(world).id)


@pytest.fixture
def evening(world):
    world.start_at(NOW)
    yield world
    world.allow_messages()


@pytest.mark.parametrize(
    ("was", "now", "has_renewed"),
    [
        (LAPSED, "2027-04-01", True),  # six months later to the day
        (LAPSED, "2027-03-31", False),
        (TODAY, "2027-05-30", True),
        (NEAR, "2027-08-28", True),  # 90 days ahead
        (NEAR, "2027-08-27", False),
        (FAR, "2028-03-01", False),  # 91 days ahead: somebody corrected it
        ("2026-08-31", "2027-02-28", True),  # clamped to the month's end
        (LAPSED, "2026-10-31", False),
        (LAPSED, "2025-10-01", False),
        (LAPSED, "", False),
    ],
)
def test_by_how_much_and_how_near(evening, was, now, has_renewed):
    load(evening, was)
    load(evening, now)
    found = decided(evening)
    assert (found is not None) is has_renewed
    if found:
        assert (found.source, str(found.renewal_on), str(found.next_renewal_on)) == ("import", was, now)


def test_nobody_is_asked_and_nobody_was_to_be(evening):
    load(evening, "2026-12-03")
    load(evening, "2027-12-03")
    evening.jump(datetime(2026, 12, 4, 15, 0, tzinfo=UTC))
    assert evening.rows("SELECT 1 FROM outbox WHERE kind = 'renewal_outcome'") == []


def test_the_new_arr_is_what_the_file_gives_else_unknown(evening):
    load(evening, LAPSED, arr="100")
    load(evening, "2027-10-01")
    assert (decided(evening).arr_before_cents, decided(evening).arr_cents) == (10000, None)
    load(evening, LAPSED)
    load(evening, "2027-10-01", arr="120")
    assert (decided(evening).arr_cents, decided(evening).more_by) == (12000, 2000)


@pytest.mark.parametrize("by", ["the file before", "undo of the import"])
def test_what_was_expected_ends_with_it_and_is_so_again_where_it_did_not_renew(evening, by):
    load(evening, LAPSED)
    with evening.unit() as unit:
        forecast.set_outlook(unit, account(evening).id, "at_risk", line="sponsor left", expected_cents=5000)
    load(evening, "2027-10-01")
    assert account(evening).outlook is None
    assert forecast.entered(evening.db, account(evening).id) == (None, None)
    if by == "undo of the import":
        with evening.unit() as unit:
            undo_import(unit)
    else:
        load(evening, LAPSED)
    assert decided(evening) is None
    assert (account(evening).renewal_on, account(evening).outlook) == (date(2026, 10, 1), "at_risk")
    assert forecast.entered(evening.db, account(evening).id) == (5000, "sponsor left")


@pytest.mark.parametrize("gone", ["archived", "churned"])
def test_an_account_that_is_gone_does_not_renew_by_a_file(evening, gone):
    load(evening, LAPSED)
    with evening.unit() as unit:
        if gone == "archived":
            accounts.archive(unit, account(evening).id)
        else:
            outcomes.churn(unit, account(evening).id, reason="price")
    load(evening, "2027-10-01")
    assert outcomes.history(evening.db, account(evening).id)[:1] == [r for r in [decided(evening)] if r]
    assert decided(evening) is None or decided(evening).outcome == "churned"


def test_what_was_renewed_here_is_not_renewed_again_by_the_file_that_says_so_too(evening):
    load(evening, LAPSED)
    with evening.unit() as unit:
        outcomes.renew(unit, account(evening).id, date(2027, 10, 1))
    load(evening, "2027-10-01")
    assert [(r.source, str(r.renewal_on)) for r in outcomes.history(evening.db, account(evening).id)] == [
        ("person", LAPSED)
    ]
