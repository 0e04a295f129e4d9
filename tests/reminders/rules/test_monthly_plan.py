"""When the monthly plan comes, and of what, in the order of docs/domain.md, as a rehearsal says it. Times are UTC unless a zone is named."""

import pytest

from tests.reminders.factory import at, coming, said

PLAN = "monthly_plan"


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
def test_monthly_plans(stored, ann, renewal_on, known_at, now, expected):
    known = {"known_at": at(known_at)} if known_at else {}
    stored.account("Acme", ann, renewal_on=renewal_on, **known)
    assert [line[1:] for line in said(coming(stored, now, "2026-11-30"), PLAN)] == expected


def test_a_monthly_plan_needs_no_review_still_to_be_scheduled(stored, ann):
    account = stored.account("Acme", ann, renewal_on="2027-04-30")
    stored.review(account, 5, "held")
    stored.review(account, 3, "held")
    assert [x.dedupe_key for x in coming(stored, "2026-10-31 00:00", "2026-11-30")] == [
        "monthly_plan:ann@example.com:2026-11"
    ]


def test_one_plan_a_csm_and_month_and_one_for_accounts_without_a_csm(stored, ann):
    stored.account("Acme", ann, renewal_on="2027-02-28")
    stored.account("Globex", ann, renewal_on="2027-02-28")
    stored.account("Hooli", None, renewal_on="2027-02-28")
    assert [x.dedupe_key for x in coming(stored, "2026-10-31 00:00", "2026-12-31") if x.kind == PLAN] == [
        "monthly_plan:ann@example.com:2026-11",
        "monthly_plan:operations:2026-11",
        "monthly_plan:ann@example.com:2026-12",
        "monthly_plan:operations:2026-12",
    ]
