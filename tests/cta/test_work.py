"""The work on a CTA as it is kept: tasks, due dates, owners, notes and snoozes."""

from datetime import date, timedelta

import pytest

from storage.base.errors import Stale, UserError
from storage.cta import life as cta_life
from storage.cta import store as ctas
from storage.cta import tasks
from storage.cta import work as cta_work
from storage.cta.closing_checks import Closing
from tests.cta.conftest import TODAY, close_one, open_one


def test_the_first_tick_or_note_begins_the_work(stored):
    ticked, noted, skipped = open_one(stored), open_one(stored, "Expand: CD"), open_one(stored, "Expand: SCM")
    with stored.unit() as unit:
        assert tasks.set_states(unit, ticked.id, {2: "done"}).status == "work_in_progress"
        assert cta_work.add_note(unit, noted.id, "hello").status == "work_in_progress"
        assert tasks.set_states(unit, skipped.id, {1: "skipped"}, "no need").status == "new"


def test_a_tick_that_changes_nothing_is_not_audited(stored):
    cta = open_one(stored)
    for _ in range(2):
        with stored.unit() as unit:
            tasks.set_states(unit, cta.id, {1: "done"})
    assert stored.audit(cta.id) == ["cta.open", "cta.task"]


def test_tasks_are_added_and_changed(stored):
    cta = open_one(stored)
    count = len(ctas.tasks_of(stored.db, cta.id))
    with stored.unit() as unit:
        tasks.add(unit, cta.id, "Book the  demo", due_on=TODAY, assignee_id=stored.person("alex").id)
        tasks.edit(
            unit,
            cta.id,
            count + 1,
            title="Hold the demo",
            due_on=None,
            assignee_id=None,
            state="done",
            skip_reason=None,
        )
    added = ctas.tasks_of(stored.db, cta.id)[-1]
    assert (added.title, added.due_on, added.state, added.done_on) == ("Hold the demo", None, "done", TODAY)
    with stored.unit() as unit, pytest.raises(UserError) as refusal:
        tasks.edit(unit, cta.id, 1, title="x", due_on=None, assignee_id=None, state="skipped", skip_reason="")
    assert refusal.value.field == "skip_reason"


def test_moving_the_due_date_moves_open_tasks_by_the_same_days(stored):
    cta = open_one(stored)
    with stored.unit() as unit:
        tasks.set_states(unit, cta.id, {1: "done"})
    before = ctas.tasks_of(stored.db, cta.id)
    with stored.unit() as unit:
        moved = cta_work.move_due(unit, cta.id, cta.due_on + timedelta(10))
    assert moved.due_on == cta.due_on + timedelta(10)
    after = ctas.tasks_of(stored.db, cta.id)
    assert [(new.due_on - old.due_on).days for old, new in zip(before, after, strict=True)] == [0] + [10] * (
        len(before) - 1
    )


def test_assigning_takes_the_open_tasks_along(stored):
    cta = open_one(stored)
    ann, alex, bob = (stored.person(name).id for name in ("ann", "alex", "bob"))
    stored.db.execute("UPDATE tasks SET assignee_id = ? WHERE cta_id = ? AND position = 1", (ann, cta.id))
    stored.db.execute("UPDATE tasks SET assignee_id = ? WHERE cta_id = ? AND position = 2", (alex, cta.id))
    with stored.unit() as unit:
        assert cta_work.assign(unit, cta.id, bob).owner_id == bob
    assert [t.assignee_id for t in ctas.tasks_of(stored.db, cta.id)][:3] == [bob, alex, None]


def test_one_that_is_handed_over_stays_idle(stored):
    cta = open_one(stored)
    stored.db.execute("UPDATE ctas SET touched_on = '2026-09-01'")
    with stored.unit() as unit:
        assert cta_work.assign(unit, cta.id, stored.person("bob").id).touched_on == date(2026, 9, 1)
    assert ctas.get(stored.db, cta.id).touched_on == date(2026, 9, 1)


def test_outsiders_own_nothing(stored):
    cta = open_one(stored)
    stored.db.execute("UPDATE people SET guest = 1 WHERE email = 'bob@example.com'")
    with stored.unit() as unit, pytest.raises(UserError, match="can't own"):
        cta_work.assign(unit, cta.id, stored.person("bob").id)


def test_snooze_lies_ahead_and_ends_with_a_close(stored):
    cta = open_one(stored)
    with stored.unit() as unit, pytest.raises(UserError, match="ahead"):
        cta_work.snooze(unit, cta.id, TODAY)
    with stored.unit() as unit:
        assert cta_work.snooze(
            unit, cta.id, TODAY + timedelta(5), "waiting for legal"
        ).snoozed_until == TODAY + timedelta(5)
    assert close_one(stored, cta).snoozed_until is None


@pytest.mark.parametrize(
    "work",
    [
        lambda unit, i: cta_work.snooze(unit, i, TODAY + timedelta(3)),
        lambda unit, i: cta_work.assign(unit, i, 1),
        lambda unit, i: cta_work.move_due(unit, i, TODAY + timedelta(3)),
        lambda unit, i: tasks.set_states(unit, i, {1: "done"}),
        lambda unit, i: tasks.add(unit, i, "more"),
        lambda unit, i: cta_life.close(unit, ctas.get(unit.db, i), Closing("success")),
    ],
)
def test_a_closed_cta_says_what_became_of_it(stored, work):
    cta = open_one(stored)
    close_one(stored, cta)
    with pytest.raises(Stale, match="Lack of budget"), stored.unit() as unit:
        work(unit, cta.id)
    assert stored.audit(cta.id) == ["cta.open", "cta.close"]


def test_every_change_has_the_planner_look_again(stored):
    cta = open_one(stored)
    stored.db.execute("UPDATE ctas SET look_at = '2030-01-01T00:00:00Z', touched_on = '2026-01-01'")
    with stored.unit() as unit:
        tasks.set_states(unit, cta.id, {1: "done"})
    assert tuple(stored.db.execute("SELECT look_at, touched_on FROM ctas").fetchone()) == ("", "2026-11-23")
