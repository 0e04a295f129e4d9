"""Each kind of reminder is whole: whoever hands one in and forgets a part of it hears so here."""

import ast
from pathlib import Path

import pytest

from reminders.engine.kinds import AskedRule, AtOnceRule, NewsRule, PeriodRule, RecordRule, ScheduleRule, kinds
from storage.base.keys import Key, destination_of, key_of
from storage.base.permissions import Action
from storage.base.policy import Policy

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.name)
def test_a_kind_has_all_its_parts(kind):
    assert kind.words
    assert ":" not in kind.name
    at_once = isinstance(kind.rule, AtOnceRule)
    assert at_once or isinstance(kind.rule, RecordRule | NewsRule | PeriodRule | ScheduleRule | AskedRule)
    in_my_day = (kind.read is not None, kind.show is not None)
    own_message = kind.compose is not None or at_once
    assert in_my_day == ((False, False) if own_message else (True, True)), "a part of My day, or a message of its own"
    assert kind.policy_keys <= set(Policy.model_fields), "no such policy key"
    unmutable = kind.name == "escalation_late"
    assert kind.label or kind.compose or unmutable, "what reaches a person has a label under which it can be muted"
    assert kind.muted_by is None or kind.muted_by in Action.__args__


def test_the_kinds_of_today_are_handed_in():
    assert list(kinds()) == [
        "monthly_plan", "renewal_outcome", "renewal_review", "renewal_review_scheduled", "renewal_review_held", "ebr_nudge",
        "ebr_held", "cta_morning", "deferred_cta", "manager_week", "weekly_summary", "told", "alert",
        "health_round", "call_round", "triage_update", "risk_notice", "escalation_update",
        "escalation_late",
        "onboarding_nudge", "assignment", "plan_to_qualify", "plan_round", "review_ask", "manager_round",
        "team_meeting", "sales_daily", "sales_weekly",
        "survey_round", "survey_followup",
    ]  # fmt: skip


def test_no_room_but_its_noun_names_a_kind():
    """Whatever asks `is it this kind?` elsewhere would have to be found by whoever adds one."""
    found = []
    for path in [
        *ROOT.glob("reminders/*.py"),
        *ROOT.glob("reminders/engine/*.py"),
        *ROOT.glob("reminders/outbox/*.py"),
    ]:
        texts = {node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)}
        found += [f"{path.name}: {name}" for name in kinds() if name in texts]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "ebr_nudge:7:2027-04-30:-30",
        "monthly_plan:ann@example.com:2026-12",
        "renewal_review:7:2027-04-30:5:later:2026-12-03:ann@example.com",
    ],
)
def test_a_key_reads_back_as_it_was_written(text):
    assert str(key_of(text)) == text


def test_parts_of_a_key_and_of_a_destination():
    key = Key("renewal_review", (7, "2027-04-30", 5))
    assert str(key.day(1)) == "2027-04-30"
    assert key.day(0) is None
    assert key.part(9) == ""
    later = key.later(key.day(1), "ann@example.com")
    assert later.later_on == key.day(1)
    assert key.later_on is None
    assert destination_of("person:7").person_id == 7
    assert destination_of("channel:C1").channel == "C1"
    assert destination_of("operations").person_id is None
    assert str(destination_of("operations")) == "operations"
