"""A clock that stood ahead for one plan, and is right again: nothing of the time between is lost in silence."""

from datetime import timedelta

import pytest

from reminders.engine.planner import plan
from reminders.outbox.housekeeping import keep_house
from storage.base import sending
from tests.reminders.factory import at


@pytest.mark.parametrize("ahead", [timedelta(days=365), timedelta(days=40), timedelta(hours=3)])
def test_what_a_clock_ahead_planned_is_planned_anew_at_its_time(make_stored, ahead):
    stored = make_stored(operations_channel="#ops")
    ann = stored.person("ann@example.com", "UTC")
    for number in range(5):
        stored.account(f"Account {number}", ann, renewal_on="2027-04-30", last_ebr_on="2026-01-15")
    stored.cta(stored.account("Globex", ann), ann, due_on="2026-12-01")
    now = at("2026-11-20 08:00")
    for step in range(30):
        plan(stored.store, now + timedelta(days=step))
    expected = {row["dedupe_key"] for row in stored.rows("kind NOT IN ('card', 'notice') AND state = 'pending'")}
    assert len(expected) > 5

    stored = make_stored(operations_channel="#ops")
    ann = stored.person("ann@example.com", "UTC")
    for number in range(5):
        stored.account(f"Account {number}", ann, renewal_on="2027-04-30", last_ebr_on="2026-01-15")
    stored.cta(stored.account("Globex", ann), ann, due_on="2026-12-01")
    plan(stored.store, now + ahead)
    for step in range(30):
        plan(stored.store, now + timedelta(days=step))
    found = {row["dedupe_key"] for row in stored.rows("kind NOT IN ('card', 'notice') AND state = 'pending'")}
    assert found == expected
    told = [row["why"] for row in stored.rows("kind = 'notice'")]
    assert len(told) == 1
    assert "The clock stood at" in told[0]


def test_what_was_put_off_or_claimed_while_the_clock_stood_ahead_waits_no_longer(make_stored):
    """A card that Slack did not take in that hour, a note of a deed, a claim whose process died: none is for next year."""
    stored = make_stored()
    now, ahead = at("2026-11-20 08:00"), at("2027-11-20 08:00")
    rows = [
        ("retried", "card", "pending", now, ahead, ahead),
        ("noted", "notice", "pending", ahead, ahead, ahead),
        ("later", "notice", "pending", now, at("2026-11-21 08:00"), now),
        ("claimed", "card", "sending", now, now, ahead),
    ]
    for key, kind, state, made, due, written in rows:
        stored.insert(
            "outbox", dedupe_key=key, kind=kind, state=state, created_at=made, not_before=due, post_at=due,
            updated_at=written, claimed_at=written if state == "sending" else None, destination="channel:C1",
            recipient="",
        )  # fmt: skip
    plan(stored.store, ahead)
    plan(stored.store, now)
    stored_as = {row["dedupe_key"]: row for row in stored.rows("destination = 'channel:C1'")}
    waits = {key: row["not_before"] for key, row in stored_as.items()}
    text = "2026-11-20T08:00:00Z"
    assert waits == {"retried": text, "noted": text, "later": "2026-11-21T08:00:00Z", "claimed": text}
    assert stored_as["claimed"]["claimed_at"] == text


def test_a_clock_that_wanders_by_seconds_is_no_matter(make_stored):
    stored = make_stored(operations_channel="#ops")
    stored.account("Acme", stored.person("ann@example.com", "UTC"), renewal_on="2027-04-30")
    plan(stored.store, at("2026-11-30 09:00"))
    plan(stored.store, at("2026-11-30 09:00") - timedelta(seconds=90))
    assert stored.rows("kind = 'notice'") == []


def test_what_waited_for_the_morning_goes_out_though_it_expired_by_a_clock_ahead(make_stored):
    """Seen failing while only rows put in ahead were dropped: the summary of the week was never posted."""
    stored = make_stored(summaries=[{"channel": "#cs", "day": "monday", "time": "09:00"}])
    ann = stored.person("ann@example.com", "UTC")
    stored.cta(stored.account("Globex", ann), ann, due_on="2026-12-01")
    now, ahead = at("2026-11-24 18:00"), at("2027-01-20 12:00")
    plan(stored.store, now)
    stored.insert(
        "outbox", dedupe_key="told:1:2", kind="told", state="pending", created_at=now, updated_at=now, post_at=now,
        not_before=at("2026-11-25 09:00"), expires_at=at("2026-12-01 18:00"), destination="person:1", recipient="",
        payload='{"by":2,"deed":1,"whats":["due"]}',
    )  # fmt: skip
    waits = {
        row["dedupe_key"]: row["not_before"] for row in stored.rows("state = 'pending' AND expires_at IS NOT NULL")
    }
    assert len(waits) > 2
    with stored.store.write(ahead) as unit:
        sending.expire(unit)
    plan(stored.store, ahead)
    assert {row["state"] for row in stored.rows() if row["dedupe_key"] in waits} <= {"expired", "cancelled"}
    plan(stored.store, now)
    found = {row["dedupe_key"]: row["not_before"] for row in stored.rows("state = 'pending'")}
    assert waits.items() <= found.items()


def test_what_the_hourly_housekeeping_gives_up_by_a_clock_ahead_is_taken_back(make_stored):
    """Seen failing: only delivery noted by which clock it had given something up, and nothing was due to be planned."""
    stored = make_stored()
    now, ahead = at("2026-11-20 08:00"), at("2026-11-20 11:17")
    plan(stored.store, now)
    stored.insert(
        "outbox", dedupe_key="told:1:2", kind="told", state="pending", created_at=now, updated_at=now, post_at=now,
        not_before=now, expires_at=at("2026-11-20 10:00"), destination="person:1", recipient="",
        payload='{"by":2,"deed":1,"whats":["due"]}',
    )  # fmt: skip
    keep_house(stored.store, ahead)
    plan(stored.store, now)
    assert [row["state"] for row in stored.rows() if row["dedupe_key"] == "told:1:2"] == ["pending"]


def test_what_people_did_by_a_clock_ahead_is_told(make_stored):
    """Seen failing while only cards and notices counted as such: the owner never heard of it, nor did who was to be reminded."""
    stored = make_stored()
    now, ahead = at("2026-11-20 08:00"), at("2026-11-20 11:00")
    stored.account("Globex", stored.person("ann@example.com", "UTC"), renewal_on="2027-04-30", last_ebr_on="2026-01-15")
    payloads = {
        "told": '{"by":2,"deed":1,"whats":["due"]}', "alert": '{"by":2,"deed":1,"matter":"health"}',
        "renewal_review": '{"later":true}',
    }  # fmt: skip
    for kind, payload in payloads.items():
        stored.insert(
            "outbox", dedupe_key=f"{kind}:by hand", kind=kind, state="pending", created_at=ahead, updated_at=ahead,
            post_at=ahead, not_before=ahead, destination="person:1", recipient="", payload=payload,
        )  # fmt: skip
    plan(stored.store, ahead)
    plan(stored.store, now)
    kept = {row["kind"] for row in stored.rows("state = 'pending'") if row["dedupe_key"].endswith(":by hand")}
    assert kept == set(payloads)


@pytest.mark.parametrize("ahead", [timedelta(minutes=3), timedelta(hours=20)])
def test_what_somebody_had_wait_for_a_day_waits_for_it(make_stored, ahead):
    """Seen failing: set back by three minutes, "remind me on Wednesday" came at once, and so did "Ann is back"."""
    stored = make_stored()
    now, chosen = at("2026-11-20 08:00"), at("2026-11-25 09:00")
    for kind, payload in {"renewal_review": '{"later":true}', "notice": '{"notice":"away_over"}'}.items():
        stored.insert(
            "outbox", dedupe_key=f"{kind}:by hand", kind=kind, state="pending", created_at=now + ahead, post_at=chosen,
            updated_at=now + ahead, not_before=chosen, destination="person:1", recipient="", payload=payload,
        )  # fmt: skip
    plan(stored.store, now + ahead)
    plan(stored.store, now)
    waits = [row["not_before"] for row in stored.rows() if row["dedupe_key"].endswith(":by hand")]
    assert waits == ["2026-11-25T09:00:00Z"] * 2
