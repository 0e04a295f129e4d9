import statistics
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from reminders.report import metrics, spread
from storage.report.tally import Outcome

DAYS = st.lists(st.integers(-3, 400), max_size=60)


@given(DAYS)
def test_median_and_mean_of_counts_are_those_of_the_values(values):
    counted = Counter(values)
    assert spread.median(counted) == (statistics.median(values) if values else None)
    assert spread.mean(counted) == (statistics.mean(values) if values else None)


@given(DAYS, st.integers(1, 99))
def test_a_percentile_is_the_smallest_value_that_enough_do_not_exceed(values, share):
    found = spread.percentile(Counter(values), share)
    enough = [v for v in values if sum(other <= v for other in values) * 100 >= share * len(values)]
    assert found == min(enough, default=None)


def test_win_rate_is_for_expand_alone():
    assert metrics.win_rate("expand", Outcome(1, 3)) == 0.25
    assert metrics.win_rate("expand", Outcome()) is None
    assert metrics.win_rate("enable", Outcome(3, 1)) is None


def test_change_needs_something_before():
    assert metrics.change(3, 2) == 0.5
    assert metrics.change(0, 2) == -1
    assert metrics.change(3, 0) is None
