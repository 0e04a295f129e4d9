"""The rules of success plans: the examples, boundary days, and random histories against a second reading (oracle.py)."""

import random
from datetime import date, timedelta

import pytest

from storage.account.record import Account
from storage.plan.record import Objective, Plan, PlanFacts, Qualification, Update, Work, standing
from storage.plan.settings import PlanArea
from tests.plan import oracle

AREA = PlanArea()
DAY = timedelta(days=1)


def account(csm=1):
    fields = dict.fromkeys(Account.__dataclass_fields__)
    return Account(**fields | {"id": 7, "name": "Acme", "csm_id": csm})


def plan(**changes):
    fields = dict.fromkeys(Plan.__dataclass_fields__)
    usual = {"id": 1, "account_id": 7, "kind": "roi", "state": "active", "strategy": "why", "highlights": "so far"}
    days = {"shared_on": date(2026, 3, 1), "due_on": date(2027, 3, 1), "made_on": date(2026, 1, 5)}
    return Plan(**fields | usual | days | changes)


def goal(**changes):
    fields = dict.fromkeys(Objective.__dataclass_fields__)
    usual = {
        "id": 1,
        "plan_id": 1,
        "account_id": 7,
        "title": "fast",
        "why": "it pays",
        "criteria": "8",
        "status": "new",
    }
    return Objective(**fields | usual | changes)


def cta(**changes):
    usual = {"id": 1, "account_id": 7, "kind": "roi", "title": "Enable: CI", "use_case": "CI", "motion": "enable"}
    return Work(**usual | {"is_open": True, "due_on": None, "objective_id": None} | changes)


def stands(on, of=None, goals=None, work=(), updates=(), qualified=None, csm=1, month=1, area=AREA):
    goals = [goal()] if goals is None else goals
    found = Qualification(1, 1, 1, qualified, 9, None, None) if qualified else None
    days = tuple(Update(day, who) for day, who in updates)
    return standing(PlanFacts(account(csm), of or plan(), tuple(goals), tuple(work), days, found), on, area, month)


ON = date(2026, 3, 20)


@pytest.mark.parametrize(
    ("changes", "goals", "work", "expected"),
    [
        ({}, [goal()], [], ("green", ())),
        ({}, [], [cta()], ("green", ())),
        ({"state": "draft"}, [goal()], [], ("yellow", ("draft",))),
        ({"state": "closed"}, [goal()], [], ("red", ("closed",))),
        ({}, [], [], ("yellow", ("nothing_open",))),
        ({}, [goal(status="achieved")], [cta(is_open=False)], ("yellow", ("nothing_open",))),
        ({"shared_on": None}, [goal()], [], ("yellow", ("not_shared",))),
        ({"shared_on": date(2025, 9, 20)}, [goal()], [], ("green", ())),
        ({"shared_on": date(2025, 9, 19)}, [goal()], [], ("yellow", ("not_shared",))),
        ({"strategy": None}, [goal()], [], ("yellow", ("strategy",))),
        ({"highlights": ""}, [goal()], [], ("yellow", ("highlights",))),
        ({}, [goal(), goal(criteria=None)], [], ("yellow", ("criteria",))),
        ({}, [goal(), goal(why=None, status="dropped")], [], ("green", ())),
        ({"kind": "internal", "shared_on": None}, [goal()], [], ("green", ())),
    ],
)
def test_the_colour_and_what_keeps_it_from_green(changes, goals, work, expected):
    one = stands(ON, plan(**changes), goals, work)
    assert (one.colour, one.lacks) == expected


def test_without_a_plan_it_is_red_and_that_alone_is_what_it_needs():
    one = standing(PlanFacts(account(), None, (), (), (), None), ON, AREA, 1)
    assert (one.colour, one.needs, one.qualified) == ("red", ("no_plan",), False)


MARCH = date(2026, 3, 15)
FRESH = {"shared_on": date(2026, 6, 30)}


@pytest.mark.parametrize(
    ("on", "updates", "expected"),
    [
        (date(2026, 6, 30), [(MARCH, 1)], None),
        (date(2026, 7, 1), [(MARCH, 1)], (date(2026, 7, 1), "no_update")),  # the example
        (date(2026, 8, 9), [(MARCH, 1), (date(2026, 7, 2), 1)], (date(2026, 7, 1), "no_update")),
        (date(2026, 7, 1), [(date(2026, 4, 1), 1)], None),
        (date(2026, 7, 1), [(date(2026, 6, 30), 2)], None),
        (date(2026, 10, 1), [(date(2026, 6, 30), 2)], (date(2026, 10, 1), "no_update")),
    ],
)
def test_a_quarter_that_went_by_without_an_update_ends_it(on, updates, expected):
    assert stands(on, plan(**FRESH), updates=updates, qualified=MARCH).lapse == expected


def test_a_fiscal_year_of_its_own_moves_the_quarters():
    updates = [(MARCH, 1)]
    assert stands(date(2026, 7, 31), plan(**FRESH), updates=updates, qualified=MARCH, month=2).lapse is None
    found = stands(date(2026, 8, 1), plan(**FRESH), updates=updates, qualified=MARCH, month=2).lapse
    assert found == (date(2026, 8, 1), "no_update")


@pytest.mark.parametrize(
    ("on", "updates", "lapses"),
    [
        (date(2026, 5, 30), [], False),
        (date(2026, 5, 31), [], True),
        (date(2026, 5, 31), [(date(2026, 5, 30), 2)], False),
        (date(2026, 6, 2), [(date(2026, 5, 31), 2)], True),
        (date(2026, 5, 31), [(date(2026, 4, 2), 1)], True),
    ],
)
def test_another_csm_confirms_it_within_sixty_days(on, updates, lapses):
    one = stands(on, plan(csm_since=date(2026, 3, 31)), updates=updates, qualified=MARCH, csm=2)
    assert one.lapse == ((date(2026, 5, 31), "other_csm") if lapses else None)


def test_an_account_without_a_csm_or_with_the_old_one_again_keeps_it():
    for csm in (None, 1):
        assert stands(date(2026, 6, 29), plan(csm_since=date(2026, 3, 31)), qualified=MARCH, csm=csm).qualified


def test_after_twelve_months_and_when_it_is_not_green():
    updates = [(MARCH + 30 * n * DAY, 1) for n in range(13)]
    fresh = plan(shared_on=date(2027, 3, 1))
    assert stands(date(2027, 3, 14), fresh, updates=updates, qualified=MARCH).qualified
    assert stands(date(2027, 3, 15), fresh, updates=updates, qualified=MARCH).lapse == (date(2027, 3, 15), "expired")
    old = plan(shared_on=date(2026, 3, 1))
    assert stands(date(2026, 9, 20), old, updates=updates, qualified=MARCH).lapse == (date(2026, 9, 2), "not_green")
    assert stands(ON, plan(strategy=None), qualified=MARCH).lapse == (ON, "not_green")


@pytest.mark.parametrize(
    ("made_on", "updates", "needs"),
    [
        (date(2026, 3, 1), [date(2026, 3, 31)], False),
        (date(2026, 1, 1), [date(2025, 12, 31), date(2026, 4, 1)], True),
        (date(2026, 4, 1), [date(2026, 4, 1)], False),
    ],
)
def test_not_updated_in_the_quarter_that_has_just_ended(made_on, updates, needs):
    one = stands(date(2026, 4, 1), plan(made_on=made_on), updates=[(day, 1) for day in updates], qualified=MARCH)
    assert ("not_updated" in one.needs) is needs


def one_history(luck):
    """Two years of days of one plan; each is judged by both readings, and what has lapsed stays so."""
    month, start = luck.choice([1, 2, 7]), date(2026, 1, 1) + luck.randrange(90) * DAY
    now = {"state": "active", "strategy": "why", "highlights": "so far", "shared_on": start, "kind": "roi"}
    csm, since, updates, status = 1, None, [(start, 1)], "new"
    qualified = start + luck.randrange(120) * DAY
    for number in range(480):
        on = start + number * DAY
        if luck.random() < 0.012:
            csm, since = luck.choice([1, 2, 3, None]), on
        if luck.random() < 0.015:
            updates.append((on, csm or luck.choice([1, 2])))
        if luck.random() < 0.02:
            now["shared_on"] = on
            updates.append((on, csm))
        if luck.random() < 0.001:
            now["strategy"] = ""
        if luck.random() < 0.001:
            status = "achieved"
        goals = [{"status": status, "why": "it pays", "criteria": "8"}]
        shade = oracle.colour(now, goals, [], on)
        seen = {"on": on, "colour": shade, "csm": csm, "csm_since": since, "updates": updates}
        of = plan(**now, made_on=start, csm_since=since)
        theirs = None if on < qualified else qualified
        one = stands(on, of, [goal(status=status)], updates=updates, qualified=theirs, csm=csm, month=month)
        yield on, one, shade, start, updates, month, qualified, seen


def test_random_histories_are_read_alike_until_they_lapse():
    luck, whys = random.Random(19), set()
    for _ in range(40):
        for on, one, shade, start, updates, month, qualified, seen in one_history(luck):
            assert one.colour == shade, on
            assert ("not_updated" in one.needs) is (shade != "red" and oracle.not_updated(start, updates, on, month)), (
                on
            )
            if on < qualified:
                continue
            expected = oracle.lapsed_on(qualified, 1, [seen], month)  # nor on any day before
            assert (one.lapse.on if one.lapse else None) == expected, (on, one.lapse, expected)
            if one.lapse:
                whys.add(one.lapse.why)
                break
    assert whys == {"not_green", "expired", "other_csm", "no_update"}
