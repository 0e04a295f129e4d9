"""An account that leaves: no reviews, EBRs and nudges from then on; taken back, what is due is said again, but not asked."""

from datetime import date

import pytest

from reminders.engine.planner import plan
from storage.renewal import outcomes
from tests.reminders.factory import at, coming, said

NOW, UNTIL = "2026-11-20 12:00", "2027-12-31"


@pytest.fixture
def customer(stored, ann):
    """A review and an EBR to come, a CTA that is soon due, one that comes back, and a meeting on its day."""
    account = stored.account("Acme", ann, renewal_on="2027-04-30", last_ebr_on="2026-01-31")
    stored.review(account, 5, "scheduled", scheduled_on="2026-11-26")
    stored.task(stored.cta(account, ann, due_on="2026-11-30", touched_on="2026-11-01"), "2026-11-25")
    closed = {"status": "closed_no_success", "closed_on": "2026-06-01", "reason": "deferred"}
    stored.cta(account, ann, revisit_on="2026-12-03", touched_on="2026-06-01", **closed)
    return account


def kinds(stored, now=NOW):
    return {line[0] for line in said(coming(stored, now, UNTIL))} - {"monthly_plan"}


def test_it_is_left_in_peace_until_its_effective_day_and_after_it(stored, customer):
    everything = kinds(stored)
    assert everything >= {"renewal_review", "renewal_review_scheduled", "renewal_review_held", "renewal_outcome"}
    assert everything >= {"ebr_nudge", "cta_morning", "deferred_cta"}
    with stored.store.write(at(NOW)) as unit:
        assert outcomes.churn(unit, customer, reason="price").churned_on == date(2027, 4, 30)
    assert kinds(stored) == set()
    assert kinds(stored, "2027-05-10 12:00") == set()
    with stored.store.write(at(NOW)) as unit:
        outcomes.take_back(unit, customer)
    assert kinds(stored) == everything


@pytest.mark.parametrize("ended", ["renewed", "churned"])
def test_taken_back_after_its_day_it_is_lapsed_and_not_asked_again(stored, customer, ended):
    passed = "2027-05-05 12:00"
    with stored.store.write(at(passed)) as unit:
        if ended == "renewed":
            outcomes.renew(unit, customer, date(2028, 4, 30))
        else:
            outcomes.churn(unit, customer, reason="price")
    with stored.store.write(at("2027-05-06 12:00")) as unit:
        outcomes.take_back(unit, customer)
    condition, values = outcomes.undecided(stored.policy, date(2027, 5, 6))
    assert [row[0] for row in stored.db.execute(f"SELECT id FROM accounts WHERE {condition}", values)] == [customer]
    assert "renewal_outcome" not in kinds(stored, "2027-05-06 12:00")


def test_taken_back_before_its_day_it_is_asked_about_like_any_other(stored, customer):
    with stored.store.write(at(NOW)) as unit:
        outcomes.churn(unit, customer, reason="price")
        outcomes.take_back(unit, customer)
    assert ("renewal_outcome", "2027-05-03 09:00") in [line[:2] for line in said(coming(stored, NOW, UNTIL))]


def test_an_upgrade_asks_about_no_renewal_day_that_passed_before_it(stored, ann):
    """The bot that learns to ask remembers the day on which it was upgraded."""
    stored.db.execute("INSERT INTO meta(key, value) VALUES ('outcomes_since', '')")
    stored.account("Before", ann, renewal_on="2026-12-06")
    stored.account("On the day", ann, renewal_on="2026-12-07")
    stored.account("After", ann, renewal_on="2026-12-08")
    found = coming(stored, "2026-12-07 08:00", "2027-02-01")
    assert [line.account for line in found if line.kind == "renewal_outcome"] == ["On the day", "After"]
    plan(stored.store, at("2026-12-07 08:00"))
    plan(stored.store, at("2026-12-07 09:00"))
    rows = stored.rows("kind = 'renewal_outcome'")
    assert [(row["state"], row["error"]) for row in rows] == [("cancelled", "missed: it passed before the upgrade")]
    later = coming(stored, "2026-12-10 08:00", "2027-02-01")
    assert {line.account for line in later if line.kind == "renewal_outcome"} == {"On the day", "After"}
