"""When renewal reviews are reminded and asked about, in the order of docs/domain.md, as a rehearsal says it. Times are UTC unless a zone is named."""

import pytest

from tests.reminders.factory import at, coming, said

REVIEW = "renewal_review"
ON_THE_DAY = "renewal_review_scheduled"
HELD = "renewal_review_held"


@pytest.mark.parametrize(
    ("renewal_on", "known_at", "now", "expected"),
    [
        # Five and three months before, at 09:00; the second falls on a Saturday and moves to Monday, not late.
        (
            "2027-04-30", None, "2026-11-01 00:00",
            [("2026-11-30 09:00", "2026-11-30", 5, False), ("2027-02-01 09:00", "2027-01-30", 3, False)],
        ),
        # 31 July - 5 months is 28 February, a Sunday.
        (
            "2027-07-31", None, "2027-01-01 00:00",
            [("2027-03-01 09:00", "2027-02-28", 5, False), ("2027-04-30 09:00", "2027-04-30", 3, False)],
        ),
        # An offset that passed before the account was known: once, at once, late; Friday 15:00 means Monday.
        (
            "2027-04-30", "2026-12-04 15:00", "2026-12-04 15:00",
            [("2026-12-07 09:00", "2026-11-30", 5, True), ("2027-02-01 09:00", "2027-01-30", 3, False)],
        ),
        # Known on the posting day before nine: in time. After nine: the next business day, late.
        (
            "2027-04-30", "2026-11-30 08:00", "2026-11-30 08:00",
            [("2026-11-30 09:00", "2026-11-30", 5, False), ("2027-02-01 09:00", "2027-01-30", 3, False)],
        ),
        (
            "2027-04-30", "2026-11-30 09:30", "2026-11-30 09:30",
            [("2026-12-01 09:00", "2026-11-30", 5, True), ("2027-02-01 09:00", "2027-01-30", 3, False)],
        ),
        # Both passed: one message, the one nearest to the renewal.
        ("2027-04-30", "2027-02-10 12:00", "2027-02-10 12:00", [("2027-02-11 09:00", "2027-01-30", 3, True)]),
        # Ahead up to and including its own day, judged on the posting day (30 April 2027 is a Friday).
        ("2027-04-30", "2027-04-30 08:00", "2027-04-30 08:00", [("2027-04-30 09:00", "2027-01-30", 3, True)]),
        ("2027-04-30", "2027-04-30 10:00", "2027-04-30 10:00", []),
        ("2027-05-01", "2027-04-30 10:00", "2027-04-30 10:00", []),  # a Saturday: over on Monday
        ("2027-01-15", "2027-02-10 12:00", "2027-02-10 12:00", []),  # a past renewal arms nothing
        # A bot that was away: on the posting day at once outside quiet hours, later the next morning.
        (
            "2027-04-30", None, "2026-11-30 14:20",
            [("2026-11-30 14:20", "2026-11-30", 5, False), ("2027-02-01 09:00", "2027-01-30", 3, False)],
        ),
        (
            "2027-04-30", None, "2026-11-30 20:00",
            [("2026-12-01 09:00", "2026-11-30", 5, True), ("2027-02-01 09:00", "2027-01-30", 3, False)],
        ),
    ],
)  # fmt: skip
def test_review_reminders(stored, ann, renewal_on, known_at, now, expected):
    known = {"known_at": at(known_at)} if known_at else {}
    stored.account("Acme", ann, renewal_on=renewal_on, **known)
    found = said(coming(stored, now, "2027-12-31"), REVIEW)
    assert [line[1:] for line in found] == expected


def test_the_later_review_says_that_the_earlier_one_was_missed(stored, ann):
    stored.account("Acme", ann, renewal_on="2027-04-30", known_at=at("2027-02-10 12:00"))
    (line,) = [x for x in coming(stored, "2027-02-10 12:00", "2027-03-01") if x.kind == REVIEW]
    assert line.why == "three months before renewal; the five-month review was missed"


def test_a_review_comes_at_nine_where_its_csm_is(make_stored):
    for zone, expected in (
        ("America/New_York", "2026-11-30T09:00:00-05:00"),
        ("Asia/Kolkata", "2026-11-30T09:00:00+05:30"),
        ("Australia/Sydney", "2026-11-30T09:00:00+11:00"),
        ("America/Santiago", "2026-11-30T09:00:00-03:00"),
    ):
        stored = make_stored()
        stored.account("Acme", stored.person("ann@example.com", zone), renewal_on="2027-04-30")
        line = next(x for x in coming(stored, "2026-11-20 00:00", "2026-12-01") if x.kind == REVIEW)
        assert line.post_at.isoformat() == expected


def test_holidays_move_a_reminder_as_weekends_do(make_stored):
    stored = make_stored(holidays_country="US", timezone="America/New_York")
    stored.account("Acme", None, renewal_on="2027-04-25")  # five months before: Thanksgiving week's Wednesday
    stored.account("Globex", None, renewal_on="2027-04-26")  # Thanksgiving itself
    assert said(coming(stored, "2026-11-20 00:00", "2026-12-01"), REVIEW) == [
        (REVIEW, "2026-11-25 09:00", "2026-11-25", 5, False),
        (REVIEW, "2026-11-27 09:00", "2026-11-26", 5, False),
    ]


@pytest.mark.parametrize("state", ["held", "skipped"])
def test_a_review_held_or_skipped_is_not_reminded(stored, ann, state):
    account = stored.account("Acme", ann, renewal_on="2027-04-30")
    stored.review(account, 5, state)
    assert said(coming(stored, "2026-11-01 00:00", "2027-12-31"), REVIEW) == [
        (REVIEW, "2027-02-01 09:00", "2027-01-30", 3, False)
    ]


def test_a_scheduled_review_is_reminded_on_its_day_and_asked_about_the_next_business_day(stored, ann):
    """Any scheduled day replaces the offset's own reminder; unanswered for five business days it is due again."""
    account = stored.account("Acme", ann, renewal_on="2027-04-30")
    stored.review(account, 5, "scheduled", scheduled_on="2026-12-04")
    assert said(coming(stored, "2026-11-01 00:00", "2026-12-31"), REVIEW, ON_THE_DAY, HELD) == [
        (ON_THE_DAY, "2026-12-04 09:00", "2026-12-04", 5, False),
        (HELD, "2026-12-07 09:00", "2026-12-05", 5, False),
        (REVIEW, "2026-12-14 09:00", "2026-11-30", 5, True),
    ]


def test_one_scheduled_early_and_not_held_is_reminded_on_its_own_day(stored, ann):
    account = stored.account("Acme", ann, renewal_on="2027-04-30")
    stored.review(account, 5, "scheduled", scheduled_on="2026-11-05")
    assert said(coming(stored, "2026-11-01 00:00", "2026-12-31"), REVIEW, HELD) == [
        (HELD, "2026-11-06 09:00", "2026-11-06", 5, False),
        (REVIEW, "2026-11-30 09:00", "2026-11-30", 5, False),
    ]


def test_on_its_day_a_review_is_reminded_to_all_three_each_at_their_nine(stored):
    ann, ben, eve = (
        stored.person("ann@example.com", "Europe/Berlin"),
        stored.person("ben@example.com", "America/New_York"),
        stored.person("eve@example.com", "Asia/Kolkata"),
    )
    account = stored.account("Acme", ann, ae_id=ben, sa_id=eve, renewal_on="2027-04-30")
    stored.review(account, 5, "scheduled", scheduled_on="2026-12-05")  # a Saturday: their day all the same
    found = [x for x in coming(stored, "2026-11-01 00:00", "2026-12-06") if x.kind == ON_THE_DAY]
    assert [(x.recipient, x.post_at.isoformat()) for x in found] == [
        ("eve@example.com", "2026-12-05T09:00:00+05:30"),
        ("ann@example.com", "2026-12-05T09:00:00+01:00"),
        ("ben@example.com", "2026-12-05T09:00:00-05:00"),
    ]
    assert found[0].dedupe_key == f"{ON_THE_DAY}:{account}:2027-04-30:5:2026-12-05:eve@example.com"


def test_a_review_scheduled_for_today_after_nine_is_not_reminded_but_asked_about(stored, ann):
    account = stored.account("Acme", ann, renewal_on="2027-04-30")
    known_at = at("2026-12-03 11:00")
    stored.review(account, 5, "scheduled", scheduled_on="2026-12-03", scheduled_known_at=known_at)
    assert said(coming(stored, "2026-12-03 11:00", "2026-12-05"), ON_THE_DAY, HELD) == [
        (HELD, "2026-12-04 09:00", "2026-12-04", 5, False)
    ]


def test_while_the_later_review_is_scheduled_the_earlier_one_is_history(stored, ann):
    account = stored.account("Acme", ann, renewal_on="2027-04-30", known_at=at("2027-02-10 12:00"))
    stored.review(account, 3, "scheduled", scheduled_on="2027-02-20")
    assert said(coming(stored, "2027-02-10 12:00", "2027-02-21"), REVIEW) == []


def test_a_changed_renewal_date_arms_both_reviews_and_says_nothing_of_the_old_one(stored, ann):
    account = stored.account("Acme", ann, renewal_on="2027-04-30")
    stored.review(account, 5, "held")
    stored.update("accounts", account, renewal_on="2027-05-15", renewal_known_at=at("2026-12-20 10:00"))
    found = [x for x in coming(stored, "2026-12-20 10:00", "2027-12-31") if x.kind == REVIEW]
    assert [(x.dedupe_key, f"{x.post_at:%Y-%m-%d}", x.late) for x in found] == [
        (f"{REVIEW}:{account}:2027-05-15:5", "2026-12-21", True),
        (f"{REVIEW}:{account}:2027-05-15:3", "2027-02-15", False),
    ]


@pytest.mark.parametrize("gone", [{"archived_at": at("2026-10-01 00:00")}, {"churned_on": "2026-10-01"}])
def test_nothing_of_accounts_archived_or_churned(stored, ann, gone):
    stored.account("Acme", ann, renewal_on="2027-04-30", customer_since="2025-01-01", **gone)
    assert coming(stored, "2026-11-01 00:00", "2027-12-31") == []


def test_without_a_csm_it_goes_to_operations_in_the_policys_zone(make_stored):
    stored = make_stored(timezone="Europe/Berlin")
    stored.account("Acme", None, renewal_on="2027-04-30")
    line = next(x for x in coming(stored, "2026-11-10 00:00", "2026-11-30") if x.kind == REVIEW)
    assert (line.recipient, line.post_at.isoformat()) == ("operations", "2026-11-30T09:00:00+01:00")
