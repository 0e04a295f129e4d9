"""The last look before sending: cancelled, re-addressed, put off, or as planned."""

from __future__ import annotations

import pytest

from reminders.engine.planner import plan
from reminders.engine.recheck import still_due
from storage.base import outbox
from tests.reminders.factory import at

NOON = "2026-11-30 12:00"


@pytest.fixture
def due_today(stored):
    """Everything is due on 30 November 2026, planned at nine."""
    ann = stored.person("ann@example.com", "UTC")
    acme = stored.account("Acme", ann, renewal_on="2027-04-30", last_ebr_on="2025-12-30")
    other = stored.account("Globex", ann)
    stored.cta(other, ann, due_on="2026-12-01", touched_on="2026-11-20")
    stored.cta(other, ann, due_on="2026-11-20", touched_on="2026-11-20")
    deferred = {"status": "closed_no_success", "closed_on": "2026-10-01", "reason": "deferred"}
    stored.cta(other, ann, revisit_on="2026-11-30", **deferred)
    meeting = stored.account("Hooli", ann, renewal_on="2027-06-30")
    stored.review(meeting, 5, "scheduled", scheduled_on="2026-11-30")
    asked = stored.account("Initech", ann, renewal_on="2027-06-30", last_ebr_on="2026-06-01")
    stored.review(asked, 5, "scheduled", scheduled_on="2026-11-27")
    stored.ebr(asked, "scheduled", scheduled_on="2026-11-27")
    plan(stored.store, at("2026-11-30 09:00"))
    stored.acme, stored.ann = acme, ann
    return stored


KINDS = (
    "renewal_review", "renewal_review_scheduled", "renewal_review_held", "ebr_nudge", "ebr_held", "monthly_plan",
    "cta_morning", "deferred_cta",
)  # fmt: skip


REVIEW = (
    "INSERT INTO reviews(account_id, renewal_on, offset_months, state, scheduled_on, scheduled_known_at, updated_at)"
    " VALUES (1, '2027-04-30', 5, '{}', {}, '2026-11-30T11:00:00Z', '2026-11-30T11:00:00Z')"
)


def row_of(stored, kind):
    number = stored.rows(f"kind = '{kind}' AND state = 'pending'")[0]["id"]
    return outbox.get(stored.db, number)


def verdict(stored, kind, now=NOON):
    return still_due(stored.db, stored.policy, row_of(stored, kind), at(now))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_still_true_is_sent(due_today, kind):
    found = verdict(due_today, kind)
    assert (found.outcome, found.recipient.address, found.lost_news) == ("ok", "ann@example.com", ())


@pytest.mark.parametrize(
    ("kind", "change", "reason"),
    [
        ("renewal_review", "UPDATE accounts SET renewal_on = '2027-05-30'", "the renewal date has changed"),
        ("renewal_review", "UPDATE accounts SET churned_on = '2026-11-30'", "the account is archived or churned"),
        ("renewal_review", REVIEW.format("held", "NULL"), "the review was held or skipped"),
        ("renewal_review", REVIEW.format("scheduled", "'2026-12-03'"), "not due before 11 Dec 2026"),
        (
            "renewal_review_scheduled",
            "UPDATE reviews SET scheduled_on = '2026-12-03' WHERE scheduled_on = '2026-11-30'",
            "the day has changed",
        ),
        ("renewal_review_held", "UPDATE reviews SET state = 'held'", "the review was held or skipped"),
        ("ebr_nudge", "UPDATE accounts SET last_ebr_on = '2026-11-29' WHERE id = 1", "the EBR date has changed"),
        ("ebr_held", "DELETE FROM ebrs", "the day has changed"),
        ("monthly_plan", "UPDATE accounts SET renewal_on = NULL", "nothing renews"),
        ("monthly_plan", "UPDATE accounts SET csm_id = NULL", "no active accounts"),
        ("cta_morning", "UPDATE ctas SET due_on = '2027-03-01'", "nothing of it is true any more"),
        ("cta_morning", "UPDATE ctas SET snoozed_until = '2027-03-01'", "nothing of it is true any more"),
        ("deferred_cta", "UPDATE ctas SET revisit_on = '2027-03-01' WHERE id = 3", "no longer deferred to that day"),
        (
            "deferred_cta",
            "UPDATE ctas SET status = 'new', closed_on = NULL WHERE id = 3",
            "no longer deferred to that day",
        ),
        ("deferred_cta", "UPDATE ctas SET linked_to = 3 WHERE id = 1", "back already"),
    ],
)
def test_what_is_no_longer_due_is_cancelled_with_the_reason(due_today, kind, change, reason):
    due_today.db.execute(change)
    found = verdict(due_today, kind)
    assert (found.outcome, found.reason) == ("cancelled", reason)


def test_a_step_that_waited_until_the_next_one_came_due_is_missed(due_today):
    assert verdict(due_today, "renewal_review", "2027-02-01 10:00").reason == "missed: a later step has come due"


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_muted_since_is_cancelled_as_muted(due_today, kind):
    due_today.insert("mutes", person_id=due_today.ann, kind=kind, muted_at=at(NOON))
    assert (verdict(due_today, kind).outcome, verdict(due_today, kind).reason) == ("cancelled", "muted")


@pytest.mark.parametrize("kind", ["renewal_review", "ebr_nudge", "cta_morning", "deferred_cta", "monthly_plan"])
def test_the_day_of_somebody_away_goes_to_the_backup(due_today, kind):
    ben = due_today.person("ben@example.com", "UTC")
    due_today.update("people", due_today.ann, away_until="2026-12-10", backup_id=ben)
    found = verdict(due_today, kind)
    assert (found.outcome, found.recipient.destination) == ("readdress", f"person:{ben}")


def test_a_new_csm_gets_what_still_waits(due_today):
    ben = due_today.person("ben@example.com", "UTC")
    due_today.update("accounts", due_today.acme, csm_id=ben)
    assert verdict(due_today, "renewal_review").recipient.address == "ben@example.com"
    assert verdict(due_today, "renewal_review").outcome == "readdress"


def test_a_row_that_went_to_the_next_in_line_stays_there(due_today):
    boss = due_today.person("boss@example.com", "UTC")
    row = row_of(due_today, "renewal_review")
    due_today.update("outbox", row.id, state="blocked", error="user_disabled")
    heir = due_today.insert(
        "outbox",
        dedupe_key=f"{row.dedupe_key}:boss@example.com",
        kind=row.kind,
        destination=f"person:{boss}",
        recipient="boss@example.com",
        account_id=row.account_id,
        step=5,
        due_on=row.due_on,
        post_at=row.post_at,
        not_before=row.not_before,
        created_at=row.post_at,
        updated_at=row.post_at,
    )
    assert still_due(due_today.db, due_today.policy, outbox.get(due_today.db, heir), at(NOON)).outcome == "ok"


@pytest.mark.parametrize(
    ("kind", "now", "outcome", "not_before"),
    [
        ("renewal_review", "2026-11-30 18:30", "postpone", "2026-12-01 09:00"),  # quiet hours
        ("renewal_review", "2026-12-02 11:00", "postpone", "2026-12-03 09:00"),  # down for days
        ("renewal_review", "2026-12-05 11:00", "postpone", "2026-12-07 09:00"),  # back on a Saturday
        ("cta_morning", "2026-11-30 18:30", "expired", None),
        ("cta_morning", "2026-12-01 09:00", "expired", None),
        ("renewal_review_scheduled", "2026-12-01 09:00", "expired", None),
        ("monthly_plan", "2026-12-01 09:00", "expired", None),
        ("ebr_nudge", "2026-12-29 18:30", "expired", None),
        ("ebr_held", "2027-12-29 11:00", "postpone", "2027-12-30 09:00"),  # never expires
    ],
)
def test_a_row_that_could_not_be_sent_in_time(due_today, kind, now, outcome, not_before):
    found = verdict(due_today, kind, now)
    assert (found.outcome, found.not_before) == (outcome, not_before and at(not_before))
    assert found.late is (outcome == "postpone")


def test_the_news_that_is_no_longer_true_drops_out_of_a_morning(due_today):
    due_today.update("ctas", 1, due_on="2027-03-01")
    found = verdict(due_today, "cta_morning")
    assert (found.outcome, found.lost_news) == ("ok", (("cta:1", "due_soon", "2026-12-01"),))


def test_a_summary_that_left_the_policy_is_cancelled(make_stored):
    stored = make_stored(summaries=[{"channel": "#cs"}])
    plan(stored.store, at("2026-11-30 09:00"))
    row = row_of(stored, "weekly_summary")
    assert still_due(stored.db, stored.policy, row, at(NOON)).outcome == "ok"
    bare = stored.policy.model_copy(update={"summaries": ()})
    assert still_due(stored.db, bare, row, at(NOON)).reason == "no longer among the policy's summaries"
