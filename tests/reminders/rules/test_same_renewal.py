"""A renewal date that moves a little is the same renewal; what lies before a recorded renewal is not armed."""

from datetime import date

import pytest

from handlers.account.actions import edit
from reminders.engine.planner import plan
from storage.account import store as accounts
from storage.renewal import outcomes, store
from tests.reminders.factory import at, coming, said
from tests.reminders.sending import deliver

REVIEW = "renewal_review"
HELD = "renewal_review_held"
LATE = "2027-12-31"


@pytest.fixture
def customer(stored, ann):
    return stored.account("Acme", ann, renewal_on="2027-04-30")


def move(stored, account, day, now):
    with stored.store.write(at(now)) as unit:
        edit(unit, accounts.get(unit.db, account), {"renewal_on": day})


def reviews(stored, now):
    return [(line[1][:10], line[3], line[4]) for line in said(coming(stored, now, LATE), REVIEW)]


@pytest.mark.parametrize(
    ("day", "same"),
    [("2027-06-14", True), ("2027-06-15", False), ("2027-03-16", True), ("2027-03-15", False)],
)
@pytest.mark.parametrize("state", ["held", "skipped"])
def test_what_was_done_stands_up_to_so_many_days(stored, customer, day, same, state):
    stored.review(customer, 5, state)
    move(stored, customer, day, "2026-12-07 08:00")
    assert (5 in [step for _, step, _ in reviews(stored, "2026-12-07 08:00")]) is not same
    assert [r.state for r in store.of_account(stored.db, customer) if str(r.renewal_on) == day] == [state] * same


@pytest.mark.parametrize(("days", "again"), [(45, False), (5, True), (0, True)])
def test_how_many_days_is_for_the_policy_to_say(make_stored, days, again):
    stored = make_stored(renewal_same_days=days)
    customer = stored.account("Acme", stored.person("ann@example.com"), renewal_on="2027-04-30")
    stored.review(customer, 5, "held")
    move(stored, customer, "2027-05-10", "2026-12-01 08:00")
    assert (5 in [step for _, step, _ in reviews(stored, "2026-12-01 08:00")]) is again


@pytest.mark.parametrize("day", ["2027-05-20", "2027-04-10"])
def test_what_was_asked_is_not_asked_again(stored, customer, day):
    plan(stored.store, at("2026-11-30 09:00"))
    deliver(stored, at("2026-11-30 09:00"))
    assert [(row["step"], row["state"]) for row in stored.rows(f"kind = '{REVIEW}'")] == [(5, "sent")]
    move(stored, customer, day, "2026-12-02 12:00")
    assert [step for _, step, _ in reviews(stored, "2026-12-02 12:00")] == [3]


def test_what_was_not_asked_yet_follows_the_new_date(stored, customer):
    move(stored, customer, "2027-05-20", "2026-11-20 12:00")
    assert reviews(stored, "2026-11-20 12:00") == [("2026-12-21", 5, False), ("2027-02-22", 3, False)]


def test_a_date_that_moves_on_and_on_is_one_renewal_and_moves_back_too(stored, customer):
    stored.review(customer, 5, "held")
    for day in ("2027-06-10", "2027-07-20", "2027-06-10", "2027-04-30"):
        move(stored, customer, day, "2026-12-02 12:00")
        assert [step for _, step, _ in reviews(stored, "2026-12-02 12:00")] == [3]


def test_held_asked_for_once_is_not_asked_again_and_goes_unanswered_from_then(stored, customer):
    stored.review(customer, 5, "scheduled", scheduled_on="2026-12-03")
    for day in ("2026-12-03", "2026-12-04"):
        plan(stored.store, at(f"{day} 09:00"))
        deliver(stored, at(f"{day} 09:00"))
    assert [row["state"] for row in stored.rows(f"kind = '{HELD}'")] == ["sent"]
    move(stored, customer, "2027-05-05", "2026-12-07 12:00")
    lines = coming(stored, "2026-12-07 12:00", LATE)
    assert said(lines, HELD) == []
    # Five business days after Friday the 4th: the review is due again, as it would have been.
    assert reviews(stored, "2026-12-07 12:00")[0] == ("2026-12-11", 5, True)


def test_what_was_put_off_still_comes(stored, customer, ann):
    plan(stored.store, at("2026-11-30 09:00"))
    deliver(stored, at("2026-11-30 09:00"))
    key = f"{REVIEW}:{customer}:2027-04-30:5:later:2026-12-10:{ann}"
    row = dict(dedupe_key=key, kind=REVIEW, destination=f"person:{ann}", recipient="ann@example.com", step=5)  # noqa: C408
    times = dict.fromkeys(("not_before", "post_at", "created_at", "updated_at"), at("2026-12-10 09:00"))
    stored.insert("outbox", **row, **times, account_id=customer, due_on="2026-11-30", why="", payload='{"later": true}')
    move(stored, customer, "2027-05-20", "2026-12-02 12:00")
    deliver(stored, at("2026-12-10 09:00"))
    assert [row["state"] for row in stored.rows(f"dedupe_key = '{key}'")] == ["sent"]


def test_a_signature_stands_too(stored, customer):
    with stored.store.write(at("2027-04-20 12:00")) as unit:
        outcomes.sign_late(unit, customer, date(2027, 5, 20))
    move(stored, customer, "2027-05-05", "2027-04-21 12:00")
    assert outcomes.signing(stored.db, accounts.get(stored.db, customer)).sign_by == date(2027, 5, 20)


@pytest.mark.parametrize(
    ("decided", "until", "expected"),
    [
        # A short bridge: both reviews would have been before the day on which it was renewed.
        ("2027-05-03 12:00", "2027-07-31", []),
        # The day itself counts: five months before 3 October is 3 May.
        ("2027-05-03 12:00", "2027-10-03", [("2027-07-05", 3, False)]),
        ("2027-05-03 12:00", "2027-10-04", [("2027-05-04", 5, False), ("2027-07-05", 3, False)]),
        # Early: a review after it is one of the next renewal.
        ("2026-12-14 12:00", "2027-06-10", [("2027-01-11", 5, False), ("2027-03-10", 3, False)]),
    ],
)
def test_a_review_on_or_before_the_day_of_the_last_recorded_renewal_is_not_armed(
    stored, customer, decided, until, expected
):  # fmt: skip
    with stored.store.write(at(decided)) as unit:
        outcomes.renew(unit, customer, date.fromisoformat(until))
    assert reviews(stored, decided) == expected


def test_a_recorded_renewal_is_another_one_however_near_and_its_undo_brings_the_old_one_back(stored, customer):
    stored.review(customer, 5, "held")
    stored.review(customer, 3, "held")
    with stored.store.write(at("2027-04-26 12:00")) as unit:
        outcomes.renew(unit, customer, date(2027, 5, 31))
    assert [r.renewal_on for r in store.of_account(stored.db, customer)] == [date(2027, 4, 30)] * 2
    with stored.store.write(at("2027-04-27 12:00")) as unit:
        outcomes.take_back(unit, customer)
    assert reviews(stored, "2027-04-27 12:00") == []


def test_taken_back_a_renewal_bars_no_review(stored, customer):
    with stored.store.write(at("2026-11-16 12:00")) as unit:
        outcomes.renew(unit, customer, date(2028, 4, 30))
        outcomes.take_back(unit, customer)
    assert [step for _, step, _ in reviews(stored, "2026-11-16 12:00")] == [5, 3]
