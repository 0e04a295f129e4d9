"""The ground of the customer's life: areas off and on, targets, stages, and the screens of `/success`."""

from datetime import date, timedelta

import pytest

from handlers.door.nouns import grammars, help_of
from handlers.terminal.manifest import FILE
from storage.account.sieve import Sieve
from storage.base.db import Store
from storage.base.dialect import lowered
from storage.base.errors import UserError
from storage.base.policy import Policy, policy_from
from storage.base.switches import area_on, covered
from storage.success.record import Life, stage
from storage.success.store import segments

ON = {"growth": {"enabled": True}}  # which has no part of an account's page
TODAY = date(2026, 11, 30)


def test_every_area_is_off_and_for_all_segments():
    names = ("onboarding", "plans", "usage", "health", "calls", "escalations", "surveys", "review", "sales", "growth")
    assert [area_on(Policy(), name) for name in names] == [False] * 10
    assert {Policy().area(name).segments for name in names} == {()}


def test_segments_are_compared_whatever_their_case():
    policy = policy_from({"calls": {"enabled": True, "segments": ["Strategic"]}})
    assert [covered(policy, "calls", s) for s in ("strategic", "commercial", None)] == [True, False, False]


@pytest.mark.parametrize("named", ["Größe", "GRÖSSE", "größe", "Élite", "ÉLITE", "öffentlich"])
@pytest.mark.parametrize("change", [str.lower, str.upper, str.title, str])
def test_the_database_compares_segments_as_the_policy_does(tmp_path, named, change):
    """SQL's `lower` leaves `Ö` as it is: what an area covers was left out of its counts."""
    policy = policy_from({"calls": {"enabled": True, "segments": [named]}})
    assert covered(policy, "calls", change(named))
    among = "WITH accounts(segment) AS (VALUES (CAST(? AS TEXT)), ('other')) SELECT segment FROM accounts WHERE"
    db = Store(tmp_path / "bot.db", policy=policy).connection()
    for condition, values in (
        segments(policy.area("calls").segments), Sieve(only=f"={lowered(change(named))}").condition(TODAY)
    ):  # fmt: skip
        assert [row[0] for row in db.execute(f"{among} {condition}", (change(named), *values))] == [change(named)]


@pytest.mark.parametrize("data", [{"calls": {"on": True}}, {"calls": {"enabled": "perhaps"}}, {"segments": 3}])
def test_a_faulty_table_is_refused(data):
    with pytest.raises(UserError, match=r"calls|segments"):
        policy_from(data)


@pytest.mark.parametrize(
    ("name", "for_all", "commercial"),
    [
        ("engage_days", 14, None),
        ("first_value_days", 30, None),
        ("onboard_days", 45, None),
        ("qualified_plans", 1.0, None),
        ("call_days", 35, 95),
        ("update_months", 1, 3),
    ],
)
def test_targets_by_default_for_all_and_for_commercial(name, for_all, commercial):
    """None: no target, so never late. The coverage of EBRs has a key of its own (below)."""
    policy = Policy()
    assert [policy.target(segment, name) for segment in ("strategic", "enterprise", "gold", None)] == [for_all] * 4
    assert [policy.target(segment, name) for segment in ("commercial", "Commercial")] == [commercial] * 2


def test_a_target_of_nought_is_none_and_that_of_all_stands_under_what_a_segment_does_not_name():
    policy = policy_from({"segments": {"default": {"call_days": 0, "engage_days": 7}, "strategic": {"call_days": 21}}})
    assert [policy.target(segment, "call_days") for segment in ("strategic", "enterprise", "commercial")] == [
        21,
        None,
        95,
    ]
    assert [policy.target(segment, "engage_days") for segment in ("strategic", "commercial")] == [7, None]


def test_a_target_that_is_named_stands_above_the_usual_one_alone():
    policy = policy_from({"segments": {"Commercial": {"call_days": 60}, "gold": {"engage_days": 3}}})
    assert [policy.target("commercial", name) for name in ("call_days", "engage_days", "update_months")] == [
        60,
        None,
        3,
    ]
    assert [policy.target("gold", name) for name in ("engage_days", "call_days")] == [3, 35]


def test_the_coverage_of_a_segment_is_the_ebr_coverage_target():
    policy = policy_from({"segments": {"strategic": {"ebr_coverage": 0.9}}})
    assert policy.coverage_targets == {"strategic": 0.9}
    assert policy.coverage_target == 0.75
    assert Policy().coverage_targets == {}


def life(**changes):
    facts = {
        "account_id": 1, "started_on": None, "by_hand": False, "churned": False, "territory": None, "tier": None,
        "intent": (), "original_licences": None, "entered": {}, "derived": {}, "adopted_on": None, "adopted_source": "",
        "will_churn_on": None, "call_days": None,
    }  # fmt: skip
    return Life(**facts | changes)


def ago(days):
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"churned": True}, "churned"),
        ({"will_churn_on": TODAY, "started_on": ago(3)}, "will_churn"),
        ({"churned": True, "will_churn_on": TODAY}, "churned"),
        ({"started_on": TODAY}, "onboarding"),
        ({"started_on": ago(120)}, "onboarding"),
        ({"started_on": ago(121)}, "adoption"),
        ({"started_on": ago(500), "by_hand": True}, "onboarding"),
        ({"started_on": ago(3), "entered": {"onboarded": TODAY}}, "adoption"),
        ({"started_on": ago(3), "derived": {"onboarded": (TODAY, "the checklist")}}, "adoption"),
        ({"started_on": ago(200), "adopted_on": TODAY}, "growth"),
        ({"started_on": ago(20), "adopted_on": TODAY}, "onboarding"),
    ],
)
def test_the_stage_is_the_first_that_holds(changes, expected):
    assert stage(life(**changes), TODAY, 120) == expected


def test_an_entered_day_beats_one_that_is_worked_out_and_both_name_their_source():
    derived = {"engaged": (ago(3), "the first call")}
    assert life(derived=derived).reached("engaged") == ago(3)
    assert life(derived=derived).source("engaged") == "the first call"
    both = life(derived=derived, entered={"engaged": ago(9)})
    assert (both.reached("engaged"), both.source("engaged")) == (ago(9), "entered")
    assert (life().reached("engaged"), life().source("engaged")) == (None, "")


def test_off_there_is_no_word_of_it_in_help():
    assert "/success" not in grammars(Policy())
    assert "/success" in grammars(policy_from(ON))
    assert "success" not in str(help_of("/account", Policy()))
    assert "success" in str(help_of("/account", policy_from(ON)))


@pytest.fixture
def off(make_world):
    world = make_world()
    world.book("accounts", {"name": "Acme", "csm": "maya@example.com"})
    return world


@pytest.fixture
def on(make_world):
    world = make_world(**ON)
    world.book("accounts", {"name": "Acme", "csm": "maya@example.com"})
    return world


@pytest.mark.parametrize("command", ["/success", "/success Acme", "/success help", "/account success Acme"])
def test_off_it_is_refused_with_the_key_that_switches_it_on(off, command):
    said = off.as_("maya").command(command).text
    assert "switched off" in said
    assert "enabled = true below one of [onboarding]" in said


def test_off_the_help_of_a_dm_says_nothing_of_it(off):
    assert "success" not in off.as_("maya").says("help").text


def test_off_an_account_of_that_name_is_found_as_ever(off):
    off.book("accounts", {"name": "Success Factors", "csm": "maya@example.com"})
    assert "Success Factors" in off.as_("maya").command("/account Success Factors").text
    assert "Success Factors" in off.as_("maya").command("/account success").text


def test_on_an_account_of_that_name_is_found_by_its_whole_name(on):
    on.book("accounts", {"name": "Success Factors", "csm": "maya@example.com"})
    assert "no renewal date" in on.as_("maya").command("/account Success Factors").text
    assert "Nothing is late" in on.as_("maya").command("/account success").text


def test_on_the_bare_command_says_what_is_late(on):
    assert "Nothing is late: your accounts." in on.as_("maya").command("/success").text
    shown = on.as_("maya").command("/success").message
    shown.click("All")
    shown.expect("Nothing is late: all accounts.")


def test_on_it_has_a_page_for_an_account_and_help(on):
    shown = on.as_("maya").command("/success acme")
    assert "Acme · stage not known" in shown.text
    assert "Nothing is recorded here yet." in shown.text
    assert "one account's page" in on.as_("maya").command("/success help").text
    assert "Acme" in on.as_("maya").command("/account success Acme").text
    assert "and a page for each account" in on.as_("maya").says("help").text


def test_slack_is_told_of_the_command_once_an_area_is_on(capsys):
    from types import SimpleNamespace

    from handlers.terminal import manifest

    asked = SimpleNamespace(card_replies=False, request_url=None)
    for policy, there in ((Policy(), False), (policy_from(ON), True)):
        manifest.run(asked, SimpleNamespace(policy=policy))
        assert ('"/success"' in capsys.readouterr().out) is there
    assert '"/success"' in FILE.read_text()


def test_what_burns_stands_first_however_long_the_rest_is_late(make_book):
    """Seen failing while the longest late came first."""
    book = make_book("health", "plans", "calls")
    maya = book.as_("maya")
    maya.command("/account health Globex red").expect()
    book.jump(book.now + timedelta(days=10))
    late = maya.command("/success").text
    assert 0 < late.index("triage: red") < late.index("plan")
    assert late.index("plan") < late.index("call")
    book.allow_messages()
