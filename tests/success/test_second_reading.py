"""What the bot answers to the rules of a customer's life, held against a second reading of their text.

Left out is what the text leaves open: what is fresh, or asked for, where `update_months` is 0.
"""

from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.success import answers
from tests.success import second_reading as reading

often = settings(max_examples=100)
DAYS = st.dates(date(2019, 1, 1), date(2033, 12, 31))
SEGMENTS = st.sampled_from(["enterprise", "mid_market", "commercial", ""])


def ages(*edges):
    """Days back: the edges, a day to each side of them, and anything else."""
    return st.one_of(st.sampled_from([edge + by for edge in edges for by in (-1, 0, 1)]), st.integers(0, 500))


def back(day, age):
    return None if age is None else day - timedelta(days=age)


@often
@given(
    today=DAYS,
    started=st.none() | ages(0, 120),
    onboarded=st.none() | ages(0),
    flags=st.fixed_dictionaries(dict.fromkeys(("by_hand", "churned", "will_churn", "adopted"), st.booleans())),
)
def test_stage(today, started, onboarded, flags):
    started, onboarded = back(today, started), back(today, onboarded and abs(onboarded))
    asked = flags | {name: today if flags[name] else None for name in ("will_churn", "adopted")}
    reached = {"onboarded": onboarded} if onboarded else {}
    assert answers.stage_of(started, today, reached, **asked) == reading.stage(started, today, onboarded, **flags)


@often
@given(DAYS, SEGMENTS)
def test_targets_and_nudges(started, segment):
    assert answers.targets(started, segment) == reading.targets(started, segment)
    assert answers.nudge_days(started, segment) == reading.nudges(reading.targets(started, segment))


@often
@given(DAYS, st.fixed_dictionaries({}, optional=dict.fromkeys(reading.TARGETS, st.integers(-40, 200))))
def test_days_until_a_milestone(started, reached):
    reached = {name: started + timedelta(days=days) for name, days in reached.items()}
    found = answers.standings(answers._life(started, reached), "enterprise", {}, answers.POLICY)
    assert {name: one.days for name, one in found.items() if one.days is not None} == {
        name: reading.days_until(started, day) for name, day in reached.items()
    }


@often
@given(
    st.sampled_from(["red", "yellow", "green", None]),
    st.none() | ages(31, 62, 93, 120, 124, 155),
    DAYS,
    st.integers(1, 6) | st.just(12),
)
def test_how_fresh_a_health_is(health, age, today, months):
    set_on = back(today, age)
    assert answers.health_is(health, set_on, today, months) == reading.freshness(health, set_on, today, months)


@often
@given(
    st.sampled_from(["red", "yellow", "green", None]),
    st.none() | ages(10),
    st.integers(-1, 1),
    st.booleans(),
    DAYS,
    st.integers(1, 14),
)
def test_who_a_round_asks(health, age, beside, at_edge, day, months):
    set_on = reading.asked_from(day, months) + timedelta(days=beside) if at_edge else back(day, age)
    assume(set_on is None or set_on <= day)
    assert answers.health_round_asks(health, set_on, day, months) == reading.round_asks(health, set_on, day, months)


@often
@given(DAYS, st.sampled_from(["red", "yellow"]))
def test_when_a_triage_is_due(last_on, colour):
    assert answers.triage_due(last_on, colour) == reading.triage_due(last_on, colour)


@often
@given(DAYS, st.sampled_from(["critical", "high", "medium", "low"]), st.sampled_from(["open", "monitoring"]))
def test_when_an_escalation_is_due(last_on, severity, state):
    assert answers.escalation_due(last_on, severity, state) == reading.escalation_due(last_on, severity, state)


@often
@given(
    DAYS,
    st.none() | ages(0, 10, 35, 60, 95),
    st.none() | ages(0, 10, 35, 60, 95),
    st.sampled_from([None, 0, 5, 35, 60]),
    st.sampled_from([None, 0, 35, 95]),
    st.booleans(),
)
def test_whether_a_call_is_late(today, last, started, own, segment_days, in_onboarding):
    asked = (back(today, last and abs(last)), back(today, started), today, own, segment_days)
    late = reading.call_late(*asked, in_onboarding=in_onboarding)
    assert answers.call_is_late(*asked, in_onboarding=in_onboarding) == late


@given(DAYS)
@settings(max_examples=5)
def test_every_age_up_to_half_a_year(today):
    for age in range(-2, 190):
        day = back(today, age)
        for by_hand in (True, False):
            assert answers.stage_of(day, today, by_hand=by_hand) == reading.stage(day, today, by_hand=by_hand)
        for months in range(1, 7):
            assert answers.health_is("red", day, today, months) == reading.freshness("red", day, today, months)
        for own, days, early in ((None, 35, True), (None, 35, False), (60, 35, True), (60, 35, False), (0, 35, True)):
            late = reading.call_late(day, None, today, own, days, in_onboarding=early)
            assert answers.call_is_late(day, None, today, own, days, in_onboarding=early) == late
            late = reading.call_late(None, day, today, own, days, in_onboarding=early)
            assert answers.call_is_late(None, day, today, own, days, in_onboarding=early) == late


def test_the_second_reading_knows_the_examples_of_the_text():
    found = reading.targets(date(2026, 11, 3), "enterprise")
    assert list(found.values()) == [date(2026, 11, 17), date(2026, 12, 3), date(2026, 12, 18)]
    assert reading.nudges(found) == {
        "engaged": [(date(2026, 11, 14), date(2026, 11, 16)), (date(2026, 11, 18), date(2026, 11, 18))],
        "first_value": [(date(2026, 11, 30), date(2026, 11, 30)), (date(2026, 12, 4), date(2026, 12, 4))],
        "onboarded": [(date(2026, 12, 15), date(2026, 12, 15)), (date(2026, 12, 19), date(2026, 12, 21))],
    }
    assert reading.triage_due(date(2026, 11, 6), "red") == date(2026, 11, 10)
    assert reading.triage_due(date(2026, 11, 7), "red") == date(2026, 11, 17)
    assert reading.asked_from(date(2027, 3, 1), 3) == date(2027, 1, 1)


def test_two_nudges_on_one_posting_day_are_the_later_milestone_s():
    friday, monday = date(2026, 11, 6), date(2026, 11, 9)  # one nudge after Friday, one before Wednesday
    told = reading.nudges({"engaged": friday, "first_value": monday + timedelta(days=2)})
    assert [posting for _, posting in told["engaged"]] == [date(2026, 11, 3)]
    assert [posting for _, posting in told["first_value"]] == [monday, date(2026, 11, 12)]
