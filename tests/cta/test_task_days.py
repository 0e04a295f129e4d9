"""A CTA's tasks fall on business days, at its opening and when its due date moves."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.importing.actions import import_file
from storage.base.business_days import BusinessDays
from storage.base.policy import Policy
from storage.cta import life as cta_life
from storage.cta import store as ctas
from storage.cta import tasks
from storage.cta import work as cta_work
from storage.cta.task_days import moved_day, opening_days
from tests.cta.conftest import Book, open_one

MONDAY = date(2026, 11, 23)
FRIDAY, SATURDAY, SUNDAY, NEXT_MONDAY = (MONDAY + timedelta(days) for days in (4, 5, 6, 7))
NO_HOLIDAYS, GERMAN = BusinessDays(""), BusinessDays("DE")
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


def days_of(stored: Book, cta_id: int) -> list[date | None]:
    return [task.due_on for task in ctas.tasks_of(stored.db, cta_id)]


@pytest.mark.parametrize(
    ("due_days", "due_on", "business", "expected"),
    [
        ([0, 5, 6, 7], None, NO_HOLIDAYS, [MONDAY, NEXT_MONDAY, NEXT_MONDAY, NEXT_MONDAY]),
        ([32, 33], None, GERMAN, [date(2026, 12, 28), date(2026, 12, 28)]),  # Christmas, then a weekend
        ([32], None, NO_HOLIDAYS, [date(2026, 12, 25)]),
        ([0, 10, 20], FRIDAY, NO_HOLIDAYS, [MONDAY, MONDAY + timedelta(2), FRIDAY]),  # floor(d x 4 / 20)
        ([1, 2, 3], SUNDAY, NO_HOLIDAYS, [MONDAY + timedelta(1), MONDAY + timedelta(2), MONDAY + timedelta(3)]),
        ([5, 9, 12], SUNDAY, NO_HOLIDAYS, [MONDAY + timedelta(2), FRIDAY, SUNDAY]),  # none after the due date
        ([7, 14], MONDAY, NO_HOLIDAYS, [MONDAY, MONDAY]),
        ([], None, NO_HOLIDAYS, []),
    ],
)
def test_where_the_tasks_of_an_opening_fall(due_days, due_on, business, expected):
    assert opening_days(due_days, MONDAY, due_on, business) == expected


@pytest.mark.parametrize(
    ("day", "by", "due_on", "expected"),
    [
        (FRIDAY, 1, NEXT_MONDAY, NEXT_MONDAY),
        (FRIDAY, 2, SUNDAY, SUNDAY),  # not after the due date
        (FRIDAY, -30, NEXT_MONDAY, MONDAY),  # not before today
        (MONDAY - timedelta(3), 10, NEXT_MONDAY, MONDAY - timedelta(3)),  # overdue already: stays
        (MONDAY - timedelta(3), -2, NEXT_MONDAY, MONDAY),  # the due date moves back: not before today
        (FRIDAY, -30, MONDAY - timedelta(3), FRIDAY),  # a due date before today moves no task
        (MONDAY - timedelta(9), -30, MONDAY - timedelta(3), MONDAY - timedelta(9)),
    ],
)
def test_where_a_moved_due_date_takes_a_task(day, by, due_on, expected):
    assert moved_day(day, timedelta(by), MONDAY, due_on, NO_HOLIDAYS) == expected


@given(st.lists(st.integers(0, 120), max_size=8), DAYS, st.none() | st.integers(0, 120))
def test_no_task_falls_before_today_after_its_cta_or_on_a_free_day_that_it_need_not(due_days, today, ahead):
    due_on = None if ahead is None else today + timedelta(ahead)
    for day in opening_days(due_days, today, due_on, GERMAN):
        assert day >= today
        assert due_on is None or day <= due_on
        assert GERMAN.includes(day) or day == due_on


@given(DAYS, st.integers(-60, 60), st.integers(-60, 60), st.integers(-60, 60))
def test_moving_a_due_date_never_moves_a_task_into_the_past(today, task, before, after):
    day, due_on = today + timedelta(task), today + timedelta(after)
    by = timedelta(after - before)
    moved = moved_day(day, by, today, due_on, GERMAN)
    if due_on < today or (task < 0 and after > before):
        assert moved == day
    else:
        assert today <= moved <= due_on
        assert moved in {today, due_on} or (GERMAN.includes(moved) and 0 <= (moved - day - by).days <= 10)


def test_an_opening_and_its_due_date_miss_weekends_and_holidays(stored):
    stored.store.policy = Policy(holidays_country="DE")
    playbook = stored.playbook()
    # Opened so that the playbook's last task would fall on Christmas Day.
    last = max(task.due_days for task in playbook.tasks)
    opened = date(2026, 12, 25) - timedelta(last)
    with stored.unit(now=stored.now.replace(month=opened.month, day=opened.day)) as unit:
        cta = cta_life.open_cta(unit, account=stored.account(), playbook=playbook)
    assert cta.due_on == date(2026, 12, 28)
    assert all(GERMAN.includes(day) for day in days_of(stored, cta.id))


def test_a_near_due_date_squeezes_the_tasks(stored):
    cta = open_one(stored, due_on=NEXT_MONDAY)
    days = days_of(stored, cta.id)
    assert days == sorted(days)
    assert days[-1] == NEXT_MONDAY
    assert not {SATURDAY, SUNDAY} & set(days)


def test_a_moved_due_date_takes_open_tasks_to_business_days_and_overdue_ones_nowhere(stored):
    cta = open_one(stored)
    with stored.unit() as unit:
        tasks.set_states(unit, cta.id, {1: "done"})
        unit.db.execute("UPDATE tasks SET due_on = ? WHERE position = 2", (MONDAY - timedelta(4),))
    done, overdue, *rest = days_of(stored, cta.id)
    with stored.unit() as unit:
        cta_work.move_due(unit, cta.id, cta.due_on + timedelta(5))
    assert days_of(stored, cta.id) == [
        done,
        overdue,
        *(min(NO_HOLIDAYS.next_from(day + timedelta(5)), cta.due_on + timedelta(5)) for day in rest),
    ]
    with stored.unit() as unit:
        cta_work.edit(unit, cta.id, owner_id=None, due_on=MONDAY, priority="low", success_plan="roi")
    # Back, what was overdue is due today, as all else; no task lies in the past but what was done there.
    assert days_of(stored, cta.id) == [done, *[MONDAY] * (len(rest) + 1)]


def test_a_due_date_brought_back_does_not_bring_clipped_tasks_back(stored):
    cta = open_one(stored)
    first = days_of(stored, cta.id)
    assert len(set(first)) > 2
    for due_on in (NEXT_MONDAY, cta.due_on):
        with stored.unit() as unit:
            cta_work.move_due(unit, cta.id, due_on)
    by = cta.due_on - NEXT_MONDAY
    clipped = [max(MONDAY, min(NO_HOLIDAYS.next_from(day - by), NEXT_MONDAY)) for day in first]
    expected = [min(NO_HOLIDAYS.next_from(day + by), cta.due_on) for day in clipped]
    assert days_of(stored, cta.id) == expected != first


def test_a_due_date_that_an_import_moves_takes_the_open_tasks_along(stored):
    cta = open_one(stored)
    days = days_of(stored, cta.id)
    line = f"Acme,{cta.playbook},new,{cta.opened_on},{{}}"
    for moved, expected in (
        (cta.due_on, days),
        (cta.due_on + timedelta(7), [NO_HOLIDAYS.next_from(day + timedelta(7)) for day in days]),
        (MONDAY - timedelta(14), [NO_HOLIDAYS.next_from(day + timedelta(7)) for day in days]),  # before today: none
    ):
        data = f"account,playbook,status,opened_on,due_on\n{line.format(moved)}\n".encode()
        import_file(stored.store, "ctas", data, "ctas.csv", now=stored.now)
        assert ctas.get(stored.db, cta.id).due_on == moved
        assert days_of(stored, cta.id) == expected
