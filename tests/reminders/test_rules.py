"""Every sentence of DOMAIN.md about what is posted when, as a rehearsal says it. Times are UTC unless a zone is named.

One long file, in the order of DOMAIN.md, so that the two are read side by side.
"""

from __future__ import annotations

import pytest

from tests.reminders.factory import at, coming, said

REVIEW, ON_THE_DAY, HELD = "renewal_review", "renewal_review_scheduled", "renewal_review_held"
NUDGE, EBR_HELD, PLAN, MORNING = "ebr_nudge", "ebr_held", "monthly_plan", "cta_morning"
DEFERRED, SUMMARY = "deferred_cta", "weekly_summary"


@pytest.fixture
def ann(book):
    return book.person("ann@example.com", "UTC")


# Renewal reviews


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
def test_review_reminders(book, ann, renewal_on, known_at, now, expected):
    known = {"known_at": at(known_at)} if known_at else {}
    book.account("Acme", ann, renewal_on=renewal_on, **known)
    found = said(coming(book, now, "2027-12-31"), REVIEW)
    assert [line[1:] for line in found] == expected


def test_the_later_review_says_that_the_earlier_one_was_missed(book, ann):
    book.account("Acme", ann, renewal_on="2027-04-30", known_at=at("2027-02-10 12:00"))
    (line,) = [x for x in coming(book, "2027-02-10 12:00", "2027-03-01") if x.kind == REVIEW]
    assert line.why == "three months before renewal; the five-month review was missed"


def test_a_review_comes_at_nine_where_its_csm_is(make_book):
    for zone, expected in (
        ("America/New_York", "2026-11-30T09:00:00-05:00"),
        ("Asia/Kolkata", "2026-11-30T09:00:00+05:30"),
        ("Australia/Sydney", "2026-11-30T09:00:00+11:00"),
        ("America/Santiago", "2026-11-30T09:00:00-03:00"),
    ):
        book = make_book()
        book.account("Acme", book.person("ann@example.com", zone), renewal_on="2027-04-30")
        line = next(x for x in coming(book, "2026-11-20 00:00", "2026-12-01") if x.kind == REVIEW)
        assert line.post_at.isoformat() == expected


def test_holidays_move_a_reminder_as_weekends_do(make_book):
    book = make_book(holidays_country="US", timezone="America/New_York")
    book.account("Acme", None, renewal_on="2027-04-25")  # five months before: Thanksgiving week's Wednesday
    book.account("Globex", None, renewal_on="2027-04-26")  # Thanksgiving itself
    assert said(coming(book, "2026-11-20 00:00", "2026-12-01"), REVIEW) == [
        (REVIEW, "2026-11-25 09:00", "2026-11-25", 5, False),
        (REVIEW, "2026-11-27 09:00", "2026-11-26", 5, False),
    ]


@pytest.mark.parametrize("state", ["held", "skipped"])
def test_a_review_held_or_skipped_is_not_reminded(book, ann, state):
    account = book.account("Acme", ann, renewal_on="2027-04-30")
    book.review(account, 5, state)
    assert said(coming(book, "2026-11-01 00:00", "2027-12-31"), REVIEW) == [
        (REVIEW, "2027-02-01 09:00", "2027-01-30", 3, False)
    ]


def test_a_scheduled_review_is_reminded_on_its_day_and_asked_about_the_next_business_day(book, ann):
    """Any scheduled day replaces the offset's own reminder; unanswered for five business days it is due again."""
    account = book.account("Acme", ann, renewal_on="2027-04-30")
    book.review(account, 5, "scheduled", scheduled_on="2026-12-04")
    assert said(coming(book, "2026-11-01 00:00", "2026-12-31"), REVIEW, ON_THE_DAY, HELD) == [
        (ON_THE_DAY, "2026-12-04 09:00", "2026-12-04", 5, False),
        (HELD, "2026-12-07 09:00", "2026-12-05", 5, False),
        (REVIEW, "2026-12-14 09:00", "2026-11-30", 5, True),
    ]


def test_one_scheduled_early_and_not_held_is_reminded_on_its_own_day(book, ann):
    account = book.account("Acme", ann, renewal_on="2027-04-30")
    book.review(account, 5, "scheduled", scheduled_on="2026-11-05")
    assert said(coming(book, "2026-11-01 00:00", "2026-12-31"), REVIEW, HELD) == [
        (HELD, "2026-11-06 09:00", "2026-11-06", 5, False),
        (REVIEW, "2026-11-30 09:00", "2026-11-30", 5, False),
    ]


def test_on_its_day_a_review_is_reminded_to_all_three_each_at_their_nine(book):
    ann, ben, eve = (
        book.person("ann@example.com", "Europe/Berlin"),
        book.person("ben@example.com", "America/New_York"),
        book.person("eve@example.com", "Asia/Kolkata"),
    )
    account = book.account("Acme", ann, ae_id=ben, sa_id=eve, renewal_on="2027-04-30")
    book.review(account, 5, "scheduled", scheduled_on="2026-12-05")  # a Saturday: their day all the same
    found = [x for x in coming(book, "2026-11-01 00:00", "2026-12-06") if x.kind == ON_THE_DAY]
    assert [(x.recipient, x.post_at.isoformat()) for x in found] == [
        ("eve@example.com", "2026-12-05T09:00:00+05:30"),
        ("ann@example.com", "2026-12-05T09:00:00+01:00"),
        ("ben@example.com", "2026-12-05T09:00:00-05:00"),
    ]
    assert found[0].dedupe_key == f"{ON_THE_DAY}:{account}:2027-04-30:5:2026-12-05:eve@example.com"


def test_a_review_scheduled_for_today_after_nine_is_not_reminded_but_asked_about(book, ann):
    account = book.account("Acme", ann, renewal_on="2027-04-30")
    known_at = at("2026-12-03 11:00")
    book.review(account, 5, "scheduled", scheduled_on="2026-12-03", scheduled_known_at=known_at)
    assert said(coming(book, "2026-12-03 11:00", "2026-12-05"), ON_THE_DAY, HELD) == [
        (HELD, "2026-12-04 09:00", "2026-12-04", 5, False)
    ]


def test_while_the_later_review_is_scheduled_the_earlier_one_is_history(book, ann):
    account = book.account("Acme", ann, renewal_on="2027-04-30", known_at=at("2027-02-10 12:00"))
    book.review(account, 3, "scheduled", scheduled_on="2027-02-20")
    assert said(coming(book, "2027-02-10 12:00", "2027-02-21"), REVIEW) == []


def test_a_changed_renewal_date_arms_both_reviews_and_says_nothing_of_the_old_one(book, ann):
    account = book.account("Acme", ann, renewal_on="2027-04-30")
    book.review(account, 5, "held")
    book.update("accounts", account, renewal_on="2027-05-15", renewal_known_at=at("2026-12-20 10:00"))
    found = [x for x in coming(book, "2026-12-20 10:00", "2027-12-31") if x.kind == REVIEW]
    assert [(x.dedupe_key, f"{x.post_at:%Y-%m-%d}", x.late) for x in found] == [
        (f"{REVIEW}:{account}:2027-05-15:5", "2026-12-21", True),
        (f"{REVIEW}:{account}:2027-05-15:3", "2027-02-15", False),
    ]


@pytest.mark.parametrize("gone", [{"archived_at": at("2026-10-01 00:00")}, {"churned_on": "2026-10-01"}])
def test_nothing_of_accounts_archived_or_churned(book, ann, gone):
    book.account("Acme", ann, renewal_on="2027-04-30", customer_since="2025-01-01", **gone)
    assert coming(book, "2026-11-01 00:00", "2027-12-31") == []


def test_without_a_csm_it_goes_to_operations_in_the_policys_zone(make_book):
    book = make_book(timezone="Europe/Berlin")
    book.account("Acme", None, renewal_on="2027-04-30")
    line = next(x for x in coming(book, "2026-11-10 00:00", "2026-11-30") if x.kind == REVIEW)
    assert (line.recipient, line.post_at.isoformat()) == ("operations", "2026-11-30T09:00:00+01:00")


# EBRs


@pytest.mark.parametrize(
    ("facts", "now", "expected"),
    [
        # 90, 30, 0 and -30 days; negative after the date. 1 October is a Thursday, 29 January a Friday.
        (
            {"last_ebr_on": "2025-12-30"}, "2026-09-01 00:00",
            [
                ("2026-10-01 09:00", "2026-10-01", 90, False),
                ("2026-11-30 09:00", "2026-11-30", 30, False),
                ("2026-12-30 09:00", "2026-12-30", 0, False),
                ("2027-01-29 09:00", "2027-01-29", -30, False),
            ],
        ),
        # Never held: customer since + cadence; the account's own cadence first.
        ({"customer_since": "2026-06-30", "ebr_cadence_months": 6}, "2026-12-01 00:00", [
            ("2026-12-01 09:00", "2026-11-30", 30, True),
            ("2026-12-30 09:00", "2026-12-30", 0, False),
            ("2027-01-29 09:00", "2027-01-29", -30, False),
        ]),
        # Known 20 days before the due date: the 30-day nudge late, once; the 90 does not.
        ({"last_ebr_on": "2025-12-30", "known_at": at("2026-12-10 12:00")}, "2026-12-10 12:00", [
            ("2026-12-11 09:00", "2026-11-30", 30, True),
            ("2026-12-30 09:00", "2026-12-30", 0, False),
            ("2027-01-29 09:00", "2027-01-29", -30, False),
        ]),
        # Long overdue: the -30 late, once.
        ({"last_ebr_on": "2024-01-10", "known_at": at("2026-12-10 12:00")}, "2026-12-10 12:00", [
            ("2026-12-11 09:00", "2025-02-09", -30, True),
        ]),
        # Neither known: no nudge.
        ({}, "2026-12-01 00:00", []),
        # A renewal date in the past does not stop them.
        ({"last_ebr_on": "2024-01-10", "renewal_on": "2026-01-01"}, "2026-12-10 08:00", [
            ("2026-12-10 09:00", "2025-02-09", -30, True),
        ]),
    ],
)  # fmt: skip
def test_ebr_nudges(book, ann, facts, now, expected):
    book.account("Globex", ann, **facts)
    assert [line[1:] for line in said(coming(book, now, "2027-12-31"), NUDGE)] == expected


def test_the_cadence_of_the_segment_holds_where_the_account_has_none(make_book):
    book = make_book(ebr_cadence_months={"strategic": 6})
    book.account("Acme", None, segment="strategic", last_ebr_on="2026-06-15")
    book.account("Globex", None, segment="commercial", last_ebr_on="2026-06-15")
    days = {x.account: x.due_on for x in coming(book, "2026-06-16 00:00", "2028-01-01") if x.step == 0}
    assert {k: str(v) for k, v in days.items()} == {"Acme": "2026-12-15", "Globex": "2027-06-15"}


def test_a_nudge_names_what_was_missed(book, ann):
    book.account("Globex", ann, last_ebr_on="2025-12-30", known_at=at("2026-12-10 12:00"))
    line = coming(book, "2026-12-10 12:00", "2026-12-11")[0]
    assert line.why == (
        "30 days before the EBR date 30 Dec 2026; last one 30 Dec 2025, yearly; missed: 90 days before"
    )


def test_an_ebr_logged_counts_from_wherever_it_was_recorded(book, ann):
    account = book.account("Globex", ann, last_ebr_on="2025-01-10")
    book.ebr(account, "held", held_on="2026-11-12")
    book.ebr(account, "held", held_on="2026-05-01")
    assert [x.dedupe_key for x in coming(book, "2026-11-20 00:00", "2027-08-30") if x.kind == NUDGE] == [
        f"ebr_nudge:{account}:2027-11-12:90"
    ]


def test_no_nudges_while_an_ebr_is_scheduled_then_held_then_due_again(book, ann):
    account = book.account("Globex", ann, last_ebr_on="2025-12-30")
    book.ebr(account, "scheduled", scheduled_on="2026-12-11")  # a Friday
    assert said(coming(book, "2026-11-20 00:00", "2027-01-10"), NUDGE, EBR_HELD) == [
        (EBR_HELD, "2026-12-14 09:00", "2026-12-12", None, False),
        (NUDGE, "2026-12-21 09:00", "2026-11-30", 30, True),
        (NUDGE, "2026-12-30 09:00", "2026-12-30", 0, False),
    ]


def test_a_changed_cadence_counts_as_known_from_then_on(book, ann):
    book.account("Globex", ann, last_ebr_on="2026-06-30", ebr_cadence_months=6, ebr_known_at=at("2026-12-04 15:00"))
    assert said(coming(book, "2026-12-04 15:00", "2026-12-31"), NUDGE) == [
        (NUDGE, "2026-12-07 09:00", "2026-11-30", 30, True),
        (NUDGE, "2026-12-30 09:00", "2026-12-30", 0, False),
    ]


# The monthly plan


@pytest.mark.parametrize(
    ("renewal_on", "known_at", "now", "expected"),
    [
        # The first business day: 1 November 2026 is a Sunday.
        ("2027-04-30", None, "2026-10-31 00:00", [("2026-11-02 09:00", "2026-11-02", None, False)]),
        # Posting day <= renewal date <= posting day + 6 months, both included.
        ("2027-05-02", None, "2026-10-31 00:00", [("2026-11-02 09:00", "2026-11-02", None, False)]),
        ("2027-05-03", None, "2026-10-31 00:00", []),
        ("2026-11-02", None, "2026-10-31 00:00", [("2026-11-02 09:00", "2026-11-02", None, False)]),
        ("2026-11-01", None, "2026-10-31 00:00", []),
        # Missed on its day it goes out late, once, still in its month; judged on that day.
        ("2027-04-30", None, "2026-11-10 12:00", [("2026-11-11 09:00", "2026-11-02", None, True)]),
        ("2026-11-10", None, "2026-11-10 12:00", []),
        ("2027-05-10", None, "2026-11-10 12:00", [("2026-11-11 09:00", "2026-11-02", None, True)]),
        ("2027-04-30", "2026-11-17 12:00", "2026-11-17 12:00", [("2026-11-18 09:00", "2026-11-02", None, True)]),
        # It expires when the month ends: 30 November 2026 is a Monday.
        ("2027-04-30", None, "2026-11-30 18:00", []),
        ("2027-04-30", None, "2026-11-28 10:00", [("2026-11-30 09:00", "2026-11-02", None, True)]),
    ],
)
def test_monthly_plans(book, ann, renewal_on, known_at, now, expected):
    known = {"known_at": at(known_at)} if known_at else {}
    book.account("Acme", ann, renewal_on=renewal_on, **known)
    assert [line[1:] for line in said(coming(book, now, "2026-11-30"), PLAN)] == expected


def test_a_monthly_plan_needs_no_review_still_to_be_scheduled(book, ann):
    account = book.account("Acme", ann, renewal_on="2027-04-30")
    book.review(account, 5, "held")
    book.review(account, 3, "held")
    assert [x.dedupe_key for x in coming(book, "2026-10-31 00:00", "2026-11-30")] == [
        "monthly_plan:ann@example.com:2026-11"
    ]


def test_one_plan_a_csm_and_month_and_one_for_accounts_without_a_csm(book, ann):
    book.account("Acme", ann, renewal_on="2027-02-28")
    book.account("Globex", ann, renewal_on="2027-02-28")
    book.account("Hooli", None, renewal_on="2027-02-28")
    assert [x.dedupe_key for x in coming(book, "2026-10-31 00:00", "2026-12-31") if x.kind == PLAN] == [
        "monthly_plan:ann@example.com:2026-11",
        "monthly_plan:operations:2026-11",
        "monthly_plan:ann@example.com:2026-12",
        "monthly_plan:operations:2026-12",
    ]


# CTA news


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        # Due within 3 days: told once, on the first business day of the three; overdue: once, after.
        ({"due_on": "2026-12-10"}, [("2026-12-07 09:00", "1 due soon"), ("2026-12-11 09:00", "1 overdue")]),
        ({"due_on": "2026-12-15"}, [("2026-12-14 09:00", "1 due soon"), ("2026-12-16 09:00", "1 overdue")]),
        ({"due_on": "2026-11-20"}, [("2026-12-01 09:00", "1 overdue")]),
        # Idle for 60 days.
        ({"touched_on": "2026-10-10"}, [("2026-12-09 09:00", "1 idle")]),
        ({"touched_on": "2026-10-14"}, [("2026-12-14 09:00", "1 idle")]),
        # Snoozed: hidden until that day.
        ({"due_on": "2026-12-03", "snoozed_until": "2026-12-18"}, [("2026-12-18 09:00", "1 overdue")]),
        ({"due_on": "2026-12-10", "snoozed_until": "2026-12-09"}, [
            ("2026-12-09 09:00", "1 due soon"), ("2026-12-11 09:00", "1 overdue"),
        ]),
        # Closed ones never.
        ({"due_on": "2026-12-10", "status": "closed_success", "closed_on": "2026-11-01"}, []),
        ({"due_on": "2026-12-10", "status": "withdrawn"}, []),
        # Known after a morning: the next one.
        ({"due_on": "2026-11-20", "known_at": at("2026-12-04 15:00")}, [("2026-12-07 09:00", "1 overdue")]),
    ],
)  # fmt: skip
def test_cta_news(book, ann, facts, expected):
    now = "2026-12-04 15:00" if "known_at" in facts else "2026-12-01 00:00"
    book.cta(book.account("Acme"), ann, **facts)
    found = [x for x in coming(book, now, "2026-12-31") if x.kind == MORNING]
    assert [(f"{x.post_at:%Y-%m-%d %H:%M}", x.why) for x in found] == expected


def test_tasks_due_today_and_on_the_days_off_before(book, ann):
    cta = book.cta(book.account("Acme"), ann)
    for due_on in ("2026-12-02", "2026-12-05", "2026-12-06", "2026-12-07"):
        book.task(cta, due_on)
    book.task(cta, "2026-12-08", state="done")
    found = [x for x in coming(book, "2026-12-01 00:00", "2026-12-31") if x.kind == MORNING]
    assert [(str(x.due_on), x.why) for x in found] == [("2026-12-02", "1 due today"), ("2026-12-07", "3 due today")]


def test_a_task_of_somebody_else_is_news_for_them(book, ann):
    ben = book.person("ben@example.com", "UTC")
    cta = book.cta(book.account("Acme"), ann)
    book.task(cta, "2026-12-02", assignee_id=ben)
    assert [x.recipient for x in coming(book, "2026-12-01 00:00", "2026-12-31")] == ["ben@example.com"]


def test_one_morning_tells_all_that_is_new_to_an_owner(book, ann):
    account = book.account("Acme", ann)
    book.cta(account, ann, due_on="2026-11-20")
    book.cta(account, None, due_on="2026-12-02")  # of nobody: the account's CSM
    book.cta(book.account("Hooli"), None, due_on="2026-12-02")  # of nobody at all: operations
    found = [x for x in coming(book, "2026-12-01 00:00", "2026-12-01") if x.kind == MORNING]
    assert [(x.recipient, x.why, x.account, x.step) for x in found] == [
        ("ann@example.com", "1 overdue, 1 due soon", None, None),
        ("operations", "1 due soon", None, None),
    ]


def test_archived_accounts_have_no_news(book, ann):
    book.cta(book.account("Acme", archived_at=at("2026-10-01 00:00")), ann, due_on="2026-12-02")
    assert coming(book, "2026-12-01 00:00", "2026-12-31") == []


def test_a_bot_back_in_the_day_tells_its_news_unless_the_cta_was_worked_on_today(book, ann):
    account = book.account("Acme", ann)
    book.cta(account, ann, due_on="2026-12-02", touched_on="2026-11-01")
    assert said(coming(book, "2026-12-01 11:00", "2026-12-01"), MORNING) == [
        (MORNING, "2026-12-01 11:00", "2026-12-01", None, False)
    ]
    book.db.execute("UPDATE ctas SET touched_on = '2026-12-01'")
    assert said(coming(book, "2026-12-01 11:00", "2026-12-02"), MORNING) == [
        (MORNING, "2026-12-02 09:00", "2026-12-02", None, False)
    ]


def test_a_deferred_cta_comes_back_as_an_item_of_its_own(book, ann):
    account = book.account("Acme", ann, crm_id="A1")
    cta = book.cta(
        account, ann, status="closed_no_success", closed_on="2026-10-01", reason="deferred", revisit_on="2026-12-05"
    )
    assert said(coming(book, "2026-12-01 00:00", "2026-12-31")) == [
        (DEFERRED, "2026-12-07 09:00", "2026-12-05", None, False)
    ]
    book.cta(account, ann, linked_to=cta, due_on="2027-06-01")
    assert said(coming(book, "2026-12-01 00:00", "2026-12-31")) == []


def test_a_deferred_cta_whose_place_is_taken_stays_away(book, ann):
    account = book.account("Acme", ann)
    closed = {"status": "closed_no_success", "closed_on": "2026-10-01", "reason": "deferred"}
    book.cta(account, ann, motion="expand", revisit_on="2026-12-05", **closed)
    book.cta(account, ann, motion="expand", due_on="2027-06-01")
    assert said(coming(book, "2026-12-01 00:00", "2026-12-31"), DEFERRED) == []


# The weekly summary


@pytest.mark.parametrize(
    ("schedule", "now", "expected"),
    [
        ({}, "2026-12-06 00:00", ["2026-12-07T09:00:00+00:00", "2026-12-14T09:00:00+00:00"]),
        (
            {"timezone": "Australia/Sydney"},
            "2026-12-06 00:00",
            ["2026-12-07T09:00:00+11:00", "2026-12-14T09:00:00+11:00"],
        ),
        ({"day": "friday", "time": "16:30"}, "2026-12-04 12:00", ["2026-12-04T16:30:00+00:00", "2026-12-11T16:30:00+00:00"]),
        # Missed: on its day at once, later the next morning, until the next Monday.
        ({}, "2026-12-07 11:00", ["2026-12-07T11:00:00+00:00", "2026-12-14T09:00:00+00:00"]),
        ({}, "2026-12-09 11:00", ["2026-12-10T09:00:00+00:00", "2026-12-14T09:00:00+00:00"]),
        ({}, "2026-12-12 11:00", ["2026-12-14T09:00:00+00:00"]),
    ],
)
def test_weekly_summaries(make_book, schedule, now, expected):
    book = make_book(summaries=[{"channel": "#cs", **schedule}])
    assert [x.post_at.isoformat() for x in coming(book, now, "2026-12-15")] == expected


def test_a_summary_comes_on_holidays_too_and_is_about_the_week_before(make_book):
    book = make_book(summaries=[{"name": "all", "channel": "C1"}], holidays_country="GB")
    found = coming(book, "2026-12-27 00:00", "2027-01-05")
    assert [(x.dedupe_key, str(x.due_on), x.recipient, x.late) for x in found] == [
        ("weekly_summary:all:C1:2026-W52", "2026-12-28", "C1", False),
        ("weekly_summary:all:C1:2026-W53", "2027-01-04", "C1", False),
    ]


def test_no_channel_in_the_policy_no_summary(book):
    assert coming(book, "2026-12-01 00:00", "2027-12-31") == []


# Who is reminded


def test_mutes_leave_a_kind_out_for_its_person(book, ann):
    book.account("Acme", ann, renewal_on="2027-04-30", last_ebr_on="2025-12-30")
    book.insert("mutes", person_id=ann, kind=NUDGE, muted_at=at("2026-11-01 00:00"))
    kinds = {x.kind for x in coming(book, "2026-11-01 00:00", "2027-12-31")}
    assert kinds == {REVIEW, PLAN}


def test_somebody_away_is_stood_in_for_at_the_backups_nine(book):
    ben = book.person("ben@example.com", "America/New_York")
    ann = book.person("ann@example.com", "Europe/Berlin", away_until="2026-12-04", backup_id=ben)
    book.account("Acme", ann, renewal_on="2027-04-30", last_ebr_on="2025-12-30")
    found = [x for x in coming(book, "2026-11-29 00:00", "2026-12-31") if x.kind != PLAN]
    assert [(x.kind, x.recipient, x.post_at.isoformat()) for x in found] == [
        (NUDGE, "ben@example.com", "2026-11-30T09:00:00-05:00"),
        (REVIEW, "ben@example.com", "2026-11-30T09:00:00-05:00"),
        (NUDGE, "ann@example.com", "2026-12-30T09:00:00+01:00"),
    ]


def test_what_is_due_for_somebody_gone_goes_to_the_manager_else_to_operations(book):
    boss = book.person("boss@example.com", "UTC")
    gone = book.person("gone@example.com", "UTC", deactivated=1, manager_id=boss)
    lost = book.person("lost@example.com", "UTC", deactivated=1)
    book.account("Acme", gone, renewal_on="2027-04-30")
    book.account("Globex", lost, renewal_on="2027-04-30")
    found = {x.account: x.recipient for x in coming(book, "2026-11-29 00:00", "2026-11-30") if x.kind == REVIEW}
    assert found == {"Acme": "boss@example.com", "Globex": "operations"}


def test_lines_come_in_posting_order_with_ties_by_recipient_kind_account_and_step(book, ann):
    ben = book.person("ben@example.com", "UTC")
    for name, csm in (("Zeta", ann), ("Acme", ann), ("Beta", ben)):
        book.account(name, csm, renewal_on="2027-04-30", last_ebr_on="2025-12-30")
    found = coming(book, "2026-11-29 00:00", "2026-12-01")
    assert [(x.day.day, x.recipient[:3], x.kind, x.account) for x in found] == [
        (30, "ann", NUDGE, "Acme"),
        (30, "ann", NUDGE, "Zeta"),
        (30, "ann", PLAN, None),
        (30, "ann", REVIEW, "Acme"),
        (30, "ann", REVIEW, "Zeta"),
        (30, "ben", NUDGE, "Beta"),
        (30, "ben", PLAN, None),
        (30, "ben", REVIEW, "Beta"),
        (1, "ann", PLAN, None),
        (1, "ben", PLAN, None),
    ]
