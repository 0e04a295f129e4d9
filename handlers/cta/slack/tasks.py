"""Tasks of a CTA: by words, and in the form that ticks them in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.cta import actions
from handlers.cta.slack.answers import change, form, meta_id
from handlers.cta.which import the_cta, to_change, to_see
from handlers.cta.words import cta_id as number_of
from handlers.cta.words import key
from handlers.cta.work_words import TASK_VERBS, read_task
from handlers.door.actions import carry_out_in_view
from handlers.door.choices import did_you_mean, fitting
from handlers.door.people import known, person_meant
from handlers.door.request import Redraw, as_number
from handlers.door.today import reader_today
from handlers.door.verbs import meant_verb
from storage.base import people
from storage.base.errors import UserError
from storage.base.plurals import counted
from templates.blocks.mrkdwn import mrkdwn
from templates.cta import forms_show as cta_forms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handlers.cta.actions import Changed
    from handlers.door.request import Answer, Request
    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.base.db import Unit
    from storage.cta.record import CtaFacts

GROUPS = cta_forms.MOST_TASKS // cta_forms.CHECKBOXES


def tasks_by_words(request: Request, services: Services, words: list[Word]) -> Answer:
    """`/cta task 12`, `/cta task 12 done 3`, `/cta task 12 skip 4 not needed`, `/cta task 12 add Book the demo`."""
    if len(words) > 1 and key(words[0]) in TASK_VERBS and number_of(words[1]):
        words = [words[1], words[0], *words[2:]]  # `task done 12 3`
    if len(words) > 1 and number_of(words[1]) and not number_of(words[0]):
        _refuse_mistyped(words[0], [words[1], *words[2:]])
    number, rest = the_cta(request, services, words, "task")
    if rest:
        _refuse_mistyped(rest[0], rest[1:], number)
    read = read_task(request.text, rest, services.policy, reader_today(request, services))
    if read.verb == "list":
        return open_tasks(request, services, number)
    assignee = person_meant(request, services, read.assignee) if read.assignee else None
    if read.verb == "add":
        return change(request, services, number, actions.add_task, read.text, due_on=read.due_on, assignee=assignee)
    if read.verb == "skipped" and not read.text:
        raise UserError("Why is it skipped?", f"/cta task {number} skip {read.numbers[0]} not needed")
    states = dict.fromkeys(read.numbers, read.verb)
    return change(request, services, number, actions.set_tasks, states, read.text)


def _refuse_mistyped(said: Word, after: Sequence[Word], number: int | None = None) -> None:
    """Raise UserError with the verb that was nearly typed, in the whole command again."""
    verb = "" if key(said) in TASK_VERBS else meant_verb(key(said), TASK_VERBS)
    if verb:
        parts = [str(number or after[0].text), verb, *(word.id_or_text for word in after[not number :])]
        corrected = f"/cta task {' '.join(parts)}"
        choices = fitting([(corrected[:70], corrected)])
        raise UserError(f"There is no /cta task {said.text[:60]}.", did_you_mean(choices), choices=choices)


def open_tasks(request: Request, services: Services, cta_id: int) -> Answer:
    """The tasks in a form; from within a form ("Back to the tasks") in its place."""
    facts = to_see(services, cta_id)
    if request.view_id and not request.from_home:
        return _redrawn(request, services, facts)
    return form(request, services, "tasks", cta_id, cta_forms.tasks_form(facts, reader_today(request, services)))


def handle_tick(request: Request, services: Services) -> Answer:
    """Boxes were ticked or cleared: what differs from what the person saw is done; a colleague's tick stays."""
    facts = to_change(request, services, meta_id(request))
    action = request.body["actions"][0]
    chosen = {option["value"] for option in action.get("selected_options") or []}
    seen = _ticked_when_drawn(request, str(action.get("block_id")))
    states = {as_number(n): "done" for n in chosen - seen} | {as_number(n): "open" for n in seen - chosen}
    return _saved(request, services, lambda unit: actions.set_tasks(unit, facts, states))


def handle_pick(request: Request, services: Services) -> Answer:
    """A task to skip or change, in the form's place."""
    position, _, number = request.value.partition(":")
    return _task_form(request, services, as_number(number), as_number(position))


def handle_add(request: Request, services: Services) -> Answer:
    """A new task, in the form's place."""
    return _task_form(request, services, request.number(), None)


def handle_task(request: Request, services: Services) -> Answer:
    """The task form submitted: back to the tasks."""
    facts = to_change(request, services, meta_id(request))
    picked = request.field("assignee")
    assignee = known(services, picked, services.team_id) if picked else None
    position = request.meta.get("task")
    title, due_on = request.field("title"), request.day("due_on")
    said = {name: request.field(name) for name in ("state", "skip_reason", "answer")}
    # What nobody touched may be another since: it stays as it is now.
    task = next((task for task in facts.tasks if task.position == position), None)
    if task is not None:
        said |= {name: getattr(task, name) or "" for name in said if not request.touched(name)}
        title = title if request.touched("title") else task.title
        due_on = due_on if request.touched("due_on") else task.due_on
        if not request.touched("assignee"):
            db = services.store.connection()
            assignee = people.many(db, [task.assignee_id]).get(task.assignee_id or 0)

    def save(unit: Unit) -> Changed:
        if position is None:
            return actions.add_task(unit, facts, title, due_on=due_on, assignee=assignee)
        return actions.edit_task(
            unit,
            facts,
            as_number(position),
            title=title,
            due_on=due_on,
            assignee=assignee,
            state=said["state"] or "open",
            skip_reason=said["skip_reason"],
            answer=said["answer"],
        )

    return _saved(request, services, save)


def _task_form(request: Request, services: Services, cta_id: int, position: int | None) -> Answer:
    facts = to_change(request, services, cta_id)
    view = services.render("cta/task_form", **cta_forms.task_form(facts, position))
    return Redraw(view, {"cta": cta_id, "task": position})


def _saved(request: Request, services: Services, action: Callable[[Unit], Changed]) -> Redraw:
    """Do it, from within the form, which is drawn anew."""
    return _redrawn(request, services, carry_out_in_view(request, services, action, _in_words).facts)


def _in_words(changed: Changed) -> str:
    facts = changed.facts
    done, total = sum(t.state != "open" for t in facts.tasks), len(facts.tasks)
    about = mrkdwn("{} · {}", facts.account.name, facts.cta.playbook)
    return mrkdwn("Saved: {}, {} of {} done or skipped.", about, done, counted(total, "task"))


def _redrawn(request: Request, services: Services, facts: CtaFacts) -> Redraw:
    view = services.render("cta/tasks", **cta_forms.tasks_form(facts, reader_today(request, services)))
    return Redraw(view, {"cta": facts.cta.id})


def _ticked_when_drawn(request: Request, block_id: str) -> set[str]:
    """The boxes of a group that were ticked when the form was drawn."""
    for block in (request.body.get("view") or {}).get("blocks") or []:
        if block.get("block_id") == block_id:
            return {o["value"] for element in block["elements"] for o in element.get("initial_options") or []}
    return set()
