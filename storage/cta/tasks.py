"""Tasks of a CTA: ticked, skipped, opened again, added, changed. Called by handlers, inside a unit of work.

A task belongs to its CTA: what happens to it is audited there and makes the CTA's card follow. The first task
ticked moves a new CTA to work in progress.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base import people
from storage.base.dialect import update_row
from storage.base.errors import NotFound, UserError
from storage.base.texts import text_of
from storage.cta.record import IN_PROGRESS, NEW
from storage.cta.settling import closes
from storage.cta.store import TASK_COLUMNS, change, named, task_from_row
from storage.cta.work import an_open_one

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from storage.base.db import Unit
    from storage.cta.record import Cta, Task

TITLE_LIMIT = 200
DONE, SKIPPED, OPEN = "done", "skipped", "open"
_WHOSE = {"skip_reason": "skipped_by", "answer": "answered_by"}
"""Words of a task, and who typed them."""


def numbered(unit: Unit, cta: Cta, position: int) -> Task:
    """The task of this number in a CTA; raises NotFound."""
    row = unit.db.execute(
        f"SELECT {TASK_COLUMNS} FROM tasks WHERE cta_id = ? AND position = ?", (cta.id, position)
    ).fetchone()
    if row is None:
        raise NotFound(f"{named(unit.db, cta)} has no task {position}.", f"/cta task {cta.id} lists them.")
    return task_from_row(row)


def set_states(unit: Unit, cta_id: int, states: Mapping[int, str], skip_reason: str | None = None) -> Cta:
    """Tick, skip or open tasks again, by their numbers; those that are so already stay as they are."""
    cta = an_open_one(unit, cta_id)
    before, after = {}, {}
    why = text_of(skip_reason, "skip_reason")
    for position, state in states.items():
        task = numbered(unit, cta, position)
        if task.state == state and (state != SKIPPED or task.skip_reason == why):
            continue
        unit.db.execute(
            "UPDATE tasks SET state = ?, skip_reason = ?, skipped_by = ?, done_on = ? WHERE id = ?",
            (
                state,
                why if state == SKIPPED else None,
                unit.actor_id if why and state == SKIPPED else None,
                unit.today.isoformat() if state == DONE else None,
                task.id,
            ),
        )
        before[str(position)] = task.state
        after[str(position)] = state
    if not after:
        return cta
    extra_after: dict[str, Any] = {"tasks": after}
    if why and SKIPPED in after.values():
        extra_after["why"] = why
    if answers := _answered(unit, cta, states, why):
        extra_after["answers"] = answers
    ends = closes(unit, cta)
    begins = {"status": IN_PROGRESS} if cta.status == NEW and DONE in after.values() else {}
    return change(
        unit,
        cta,
        "cta.close" if ends else "cta.task",
        ends or begins,
        extra_before={"tasks": before},
        extra_after=extra_after,
    )


def _answered(unit: Unit, cta: Cta, states: Mapping[int, str], words: str | None) -> dict[str, str]:
    """Keep what was said with a tick for a task that asks for it; words for a tick that asks nothing are left out."""
    done = [position for position, state in states.items() if state == DONE]
    if not words or len(done) != 1 or not numbered(unit, cta, done[0]).asks:
        return {}
    unit.db.execute(
        "UPDATE tasks SET answer = ?, answered_by = ? WHERE cta_id = ? AND position = ?",
        (words, unit.actor_id, cta.id, done[0]),
    )
    return {str(done[0]): words}


def add(unit: Unit, cta_id: int, title: str, *, due_on: date | None = None, assignee_id: int | None = None) -> Cta:
    """Add a task at the end."""
    cta = an_open_one(unit, cta_id)
    _check_assignee(unit, assignee_id)
    kept = _title(title)
    position = unit.db.execute(
        "INSERT INTO tasks(cta_id, position, title, due_on, assignee_id)"
        " SELECT ?, coalesce(max(position), 0) + 1, ?, ?, ? FROM tasks WHERE cta_id = ? RETURNING position",
        (cta.id, kept, due_on.isoformat() if due_on else None, assignee_id, cta.id),
    ).fetchone()[0]
    return change(unit, cta, "cta.task", {}, extra_after={"task_added": {str(position): kept}})


def edit(
    unit: Unit,
    cta_id: int,
    position: int,
    *,
    title: str,
    due_on: date | None,
    assignee_id: int | None,
    state: str,
    skip_reason: str | None,
    answer: str | None = None,
) -> Cta:
    """Change all of a task that the task form shows, with one audit row."""
    cta = an_open_one(unit, cta_id)
    task = numbered(unit, cta, position)
    if state not in (OPEN, DONE, SKIPPED):
        raise UserError(f"'{state[:80]}' is none of those.", f"Pick one of {OPEN}, {DONE}, {SKIPPED}.", field="state")
    why = text_of(skip_reason, "skip_reason") if state == SKIPPED else None
    if state == SKIPPED and not why:
        raise UserError("Why is it skipped?", "A few words are enough.", field="skip_reason")
    done_on = (task.done_on or unit.today) if state == DONE else None
    wanted = {
        "title": _title(title),
        "due_on": due_on,
        "assignee_id": assignee_id,
        "state": state,
        "skip_reason": why,
        "done_on": done_on,
    }
    changed = {name: value for name, value in wanted.items() if getattr(task, name) != value}
    if task.asks:
        wanted["answer"] = text_of(answer, "answer")
        changed |= {"answer": wanted["answer"]} if task.answer != wanted["answer"] else {}
    _check_assignee(unit, assignee_id if "assignee_id" in changed else None)
    if not changed:
        return cta
    whose = {by: unit.actor_id if changed[words] else None for words, by in _WHOSE.items() if words in changed}
    update_row(unit.db, "tasks", task.id, dict(zip(changed, _stored(changed.values()), strict=True)) | whose)
    ends = closes(unit, cta) if "state" in changed else {}
    begins = {"status": IN_PROGRESS} if cta.status == NEW and changed.get("state") == DONE else {}
    return change(
        unit,
        cta,
        "cta.close" if ends else "cta.task",
        ends or begins,
        extra_before={
            "task": {str(position): {name: getattr(task, name) for name in changed}},
            **({"tasks": {str(position): task.state}} if ends else {}),
        },
        extra_after={"task": {str(position): changed}},
    )


def _check_assignee(unit: Unit, assignee_id: int | None) -> None:
    if assignee_id is not None:
        people.refuse_outsider(people.get(unit.db, assignee_id), "have a task", "assignee")


def _title(title: str) -> str:
    kept = text_of(" ".join(title.split()), "title", TITLE_LIMIT)
    if kept is None:
        raise UserError("What is the task?", "Give it a few words.", field="title")
    return kept


def _stored(values: Iterable[Any]) -> list[Any]:
    return [value.isoformat() if hasattr(value, "isoformat") else value for value in values]
