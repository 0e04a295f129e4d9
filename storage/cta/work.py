"""What happens to a CTA while it is open: notes, snooze, another owner, another due date, other settings.

Called by handlers, inside a unit of work. A CTA that is not open any more raises Stale.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base import people
from storage.base.business_days import business_days_of
from storage.base.errors import UserError
from storage.base.moments import day_said
from storage.base.texts import text_of
from storage.cta.life import check_choices, not_open
from storage.cta.record import IN_PROGRESS, NEW
from storage.cta.store import change, get, tasks_of
from storage.cta.task_days import moved_day

if TYPE_CHECKING:
    from datetime import date

    from storage.base.db import Unit
    from storage.cta.record import Cta


def an_open_one(unit: Unit, cta_id: int) -> Cta:
    """The CTA, read inside the unit of work; raises Stale if it is not open."""
    cta = get(unit.db, cta_id)
    if not cta.is_open:
        raise not_open(unit.db, cta, unit.policy.reason_label(cta.reason), unit.own_today)
    return cta


def add_note(unit: Unit, cta_id: int, text: str) -> Cta:
    """Add a note, to a closed CTA too; the first one moves a new CTA to work in progress."""
    cta = get(unit.db, cta_id)
    kept = text_of(text, "note")
    if kept is None:
        raise UserError("What should the note say?", f"/cta note {cta_id} met the new CTO", field="note")
    _keep_note(unit, cta_id, kept)
    return change(unit, cta, "cta.note", begun(cta), extra_after={"note": kept})


def snooze(unit: Unit, cta_id: int, until: date | None, why: str | None = None) -> Cta:
    """Hide the CTA from nudges until a day, or (None) show it again; the reason becomes a note."""
    cta = an_open_one(unit, cta_id)
    if until is not None and until <= unit.own_today:
        raise UserError("The day to wake it lies ahead.", "Take tomorrow or later.", field="snoozed_until")
    kept = text_of(why, "why")
    if kept:
        _keep_note(unit, cta_id, kept)
    fields = {"snoozed_until": until, **(begun(cta) if kept else {})}
    return change(unit, cta, "cta.snooze", fields, extra_after={"note": kept} if kept else None)


def assign(unit: Unit, cta_id: int, owner_id: int) -> Cta:
    """Give the CTA another owner. Open tasks move along; those given to a third person stay theirs.

    Being handed over is no work on it: one that nobody has touched for long stays idle.
    """
    cta = an_open_one(unit, cta_id)
    _refuse_outsider(unit, owner_id)
    moved = _moved_tasks(unit, cta, owner_id)
    return change(unit, cta, "cta.assign", {"owner_id": owner_id}, extra_after=moved, is_work=False)


def move_due(unit: Unit, cta_id: int, due_on: date) -> Cta:
    """Set the due date; the open tasks move by the same days, to business days."""
    cta = an_open_one(unit, cta_id)
    return change(unit, cta, "cta.due", _moved_due(unit, cta, due_on))


def edit(
    unit: Unit, cta_id: int, *, owner_id: int | None, due_on: date | None, priority: str, success_plan: str
) -> Cta:
    """Change what the edit form shows, in one go and with one audit row."""
    cta = an_open_one(unit, cta_id)
    check_choices(priority, success_plan)
    fields: dict[str, Any] = {"priority": priority, "success_plan": success_plan}
    extra = None
    if owner_id is not None and owner_id != cta.owner_id:
        _refuse_outsider(unit, owner_id)
        fields["owner_id"] = owner_id
        extra = _moved_tasks(unit, cta, owner_id)
    if due_on is not None and due_on != cta.due_on:
        fields |= _moved_due(unit, cta, due_on)
    return change(unit, cta, "cta.edit", fields, extra_after=extra)


def begun(cta: Cta) -> dict[str, Any]:
    """What a first note or tick makes of a new CTA."""
    return {"status": IN_PROGRESS} if cta.status == NEW else {}


def _keep_note(unit: Unit, cta_id: int, text: str) -> None:
    unit.db.execute(
        "INSERT INTO notes(cta_id, at, person_id, text) VALUES (?, ?, ?, ?)",
        (cta_id, unit.at, unit.actor_id, text),
    )


def _refuse_outsider(unit: Unit, owner_id: int) -> None:
    people.refuse_outsider(people.get(unit.db, owner_id), "own a CTA", "owner")


def _moved_tasks(unit: Unit, cta: Cta, owner_id: int) -> dict[str, Any] | None:
    # A task without an assignee is the owner's: it moves by itself.
    moved = unit.db.execute(
        "UPDATE tasks SET assignee_id = ? WHERE cta_id = ? AND state = 'open' AND assignee_id = ?",
        (owner_id, cta.id, cta.owner_id),
    ).rowcount
    return {"tasks_moved": moved} if moved else None


def _moved_due(unit: Unit, cta: Cta, due_on: date) -> dict[str, Any]:
    if cta.is_checklist:
        raise UserError("A checklist has no due date.", "Its tasks have days of their own.", field="due_on")
    if due_on < unit.own_today:
        raise UserError(
            f"{day_said(due_on, unit.own_today)} is in the past.", "Take today or a later day.", field="due_on"
        )
    if cta.due_on is not None:
        move_tasks(unit, cta.id, cta.due_on, due_on)
    return {"due_on": due_on}


def move_tasks(unit: Unit, cta_id: int, before: date, due_on: date) -> None:
    """Move the open tasks along with their CTA's due date, whoever moved it: a person, or an import."""
    business, today = business_days_of(unit.policy), unit.own_today
    unit.db.executemany(
        "UPDATE tasks SET due_on = ? WHERE id = ?",
        [
            (moved_day(task.due_on, due_on - before, today, due_on, business).isoformat(), task.id)
            for task in tasks_of(unit.db, cta_id)
            if task.state == "open" and task.due_on is not None
        ],
    )
