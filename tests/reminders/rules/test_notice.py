"""Where notice is given before the renewal day, reviews count from the day of notice; everything else from the renewal day."""

import pytest

from tests.reminders.factory import at, coming, said

REVIEW, OUTCOME = "renewal_review", "renewal_outcome"


@pytest.mark.parametrize(
    ("notice", "now", "expected"),
    [
        # 30 April less 60 days is 1 March: five and three months before that.
        (60, "2026-09-01 00:00", [("2026-10-01 09:00", 5, False), ("2026-12-01 09:00", 3, False)]),
        (0, "2026-09-01 00:00", [("2026-11-30 09:00", 5, False), ("2027-02-01 09:00", 3, False)]),
        # Ahead up to and including the day of notice (Monday 1 March 2027), judged on the posting day.
        (60, "2027-03-01 08:00", [("2027-03-01 09:00", 3, True)]),
        (60, "2027-03-01 10:00", []),
    ],
)
def test_reviews_count_from_the_day_of_notice(stored, ann, notice, now, expected):
    stored.account("Acme", ann, renewal_on="2027-04-30", notice_days=notice, known_at=at(now))
    lines = said(coming(stored, now, "2027-12-31"), REVIEW)
    assert [(line[1], line[3], line[4]) for line in lines] == expected


def test_it_says_so(stored, ann):
    stored.account("Acme", ann, renewal_on="2027-04-30", notice_days=60)
    (line, _) = [x for x in coming(stored, "2026-09-01 00:00", "2027-12-31") if x.kind == REVIEW]
    assert line.why == "five months before the day of notice"


def test_the_renewal_day_itself_is_asked_about(stored, ann):
    stored.account("Acme", ann, renewal_on="2027-04-30", notice_days=60)
    assert said(coming(stored, "2027-04-01 00:00", "2027-12-31"), OUTCOME)[0][1] == "2027-05-03 09:00"


def test_a_meeting_after_the_day_of_notice_is_reminded_and_asked_about(stored, ann):
    account = stored.account("Acme", ann, renewal_on="2027-04-30", notice_days=60)
    stored.review(account, 3, "scheduled", scheduled_on="2027-03-10")
    found = [line[:2] for line in said(coming(stored, "2027-03-05 00:00", "2027-04-30"))]
    assert ("renewal_review_scheduled", "2027-03-10 09:00") in found
    assert ("renewal_review_held", "2027-03-11 09:00") in found
    assert REVIEW not in [kind for kind, _ in found]  # unanswered it would be due again, but it is decided by then
