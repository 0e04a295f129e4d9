from collections import Counter
from datetime import date

import pytest

from reminders.report.stalls import Radar
from storage.base.policy import Policy
from storage.report.tally import Closings, Tally


def wins(motion, use_case, days):
    return Closings(motion, use_case, "closed_success", None, Counter(days))


TEN = range(10, 110, 10)
EVER = Tally(
    closed=(
        wins("expand", "CI", TEN),
        wins("expand", "SCM", [1] * 9),
        Closings("expand", "CI", "closed_no_success", "other", Counter([900] * 50)),
        wins("enable", "CI", [5] * 9),
    )
)


@pytest.mark.parametrize(
    ("motion", "use_case", "days", "words"),
    [
        # 80% of ten wins took 80 days or less; nos do not count.
        ("expand", "CI", 80, "slower than 80% of CI wins"),
        # Nine are too few: the motion's nineteen, of which the sixteenth took 70 days.
        ("expand", "SCM", 70, "slower than 80% of Expand wins"),
        ("expand", "Package", 70, "slower than 80% of Expand wins"),
        # Nine for the whole motion: the flat days.
        ("enable", "CI", 60, "more than 60 days"),
        (None, "Other", 60, "more than 60 days"),
    ],
)
def test_the_pace_is_that_of_the_use_case_else_the_motion_else_flat(motion, use_case, days, words):
    pace = Radar(EVER, Policy()).pace(motion, use_case)
    assert (pace.days, pace.words) == (days, words)


def test_as_old_as_the_pace_is_not_slower_yet():
    pace = Radar(EVER, Policy()).pace("expand", "CI")
    assert not pace.is_exceeded(date(2026, 1, 1), date(2026, 3, 22))
    assert pace.is_exceeded(date(2026, 1, 1), date(2026, 3, 23))


def test_the_policy_sets_share_minimum_and_flat_days():
    policy = Policy(stall_percentile=50, stall_minimum=9, cta_idle_days=30)
    radar = Radar(EVER, policy)
    assert radar.pace("expand", "CI").days == 50
    assert radar.pace("enable", "CI").days == 5
    assert Radar(Tally(), policy).pace("enable", "CI").words == "more than 30 days"
