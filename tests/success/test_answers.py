"""The examples that the rules of onboarding, health and triage come with, asked of the bot in plain values."""

from datetime import date

from tests.success import answers

STARTED = date(2026, 11, 3)  # a Tuesday


def test_targets_and_nudges_of_a_start_on_3_november():
    assert list(answers.targets(STARTED).values()) == [date(2026, 11, 17), date(2026, 12, 3), date(2026, 12, 18)]
    posted = {name: [day for _, day in days] for name, days in answers.nudge_days(STARTED).items()}
    assert posted == {
        "engaged": [date(2026, 11, 16), date(2026, 11, 18)],
        "first_value": [date(2026, 11, 30), date(2026, 12, 4)],
        "onboarded": [date(2026, 12, 15), date(2026, 12, 21)],
    }


def test_updates_of_a_red_account_and_the_round_of_march():
    assert answers.triage_due(date(2026, 11, 6), "red") == date(2026, 11, 10)
    assert answers.triage_due(date(2026, 11, 7), "red") == date(2026, 11, 17)
    march = date(2027, 3, 1)
    assert answers.health_round_asks("green", date(2026, 12, 31), march, 3)
    assert not answers.health_round_asks("green", date(2027, 1, 1), march, 3)


def test_the_edges_of_each_answer():
    assert answers.health_is("green", date(2026, 10, 3), STARTED, 1) == "fresh"
    assert answers.health_is("green", date(2026, 10, 2), STARTED, 1) == "stale"
    assert answers.health_is("green", date(2026, 7, 5), STARTED, 1) == "unknown"
    assert answers.escalation_due(date(2026, 11, 6), "critical") == date(2026, 11, 9)
    assert answers.escalation_due(date(2026, 11, 6), "low", "monitoring") == date(2026, 11, 13)
    assert answers.call_is_late(None, STARTED, date(2026, 11, 14), None, 35, in_onboarding=True)
    assert not answers.call_is_late(None, STARTED, date(2026, 11, 13), None, 35, in_onboarding=True)
    assert answers.stage_of(STARTED, date(2027, 3, 3)) == "onboarding"
    assert answers.stage_of(STARTED, date(2027, 3, 4)) == "adoption"
