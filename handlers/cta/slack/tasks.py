"""Tasks of a CTA: by words, and in the form that ticks them in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.cta.slack.answers import answer, form, meta_id
from handlers.cta.which import the_cta, to_change, to_see
from handlers.cta.words import cta_id as number_of
from handlers.cta.words import key
from handlers.cta.work_words import TASK_VERBS, read_task
from handlers.door.choices import did_you_mean, fitting
from handlers.door.dates import maybe_picked
from handlers.door.people import known, person_meant
from handlers.door.request import Redraw, Say, as_number, done_in_view
from handlers.door.today import reader_today
from handlers.door.verbs import meant_verb
from storage.base.errors import UserError
from storage.base.plurals import counted
from storage.cta import store as ctas
from storage.cta import tasks
from templates.blocks.mrkdwn import mrkdwn
from templates.cta import forms_show as cta_forms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handlers.door.request import Answer, Request
    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.base.db import Unit
    from storage.cta.record import Cta, CtaFacts

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
        return _said(
            request,
            services,
            number,
            lambda unit: tasks.add(
                unit, number, read.text, due_on=read.due_on, assignee_id=assignee.id if assignee else None
            ),
            "Added.",
        )
    if read.verb == "skipped" and not read.text:
        raise UserError("Why is it skipped?", f"/cta task {number} skip {read.numbers[0]} not needed")
    states = dict.fromkeys(read.numbers, read.verb)
    lead = {"done": "Done.", "skipped": "Skipped.", "open": "Open again."}[read.verb]
    return _said(request, services, number, lambda unit: tasks.set_states(unit, number, states, read.text), lead)


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
    cta_id = meta_id(request)
    to_change(request, services, cta_id)
    action = request.body["actions"][0]
    chosen = {option["value"] for option in action.get("selected_options") or []}
    seen = _ticked_when_drawn(request, str(action.get("block_id")))
    states = {as_number(n): "done" for n in chosen - seen} | {as_number(n): "open" for n in seen - chosen}
    with services.unit(request) as unit:
        tasks.set_states(unit, cta_id, states)
        facts = ctas.facts(unit.db, cta_id)
        _keep(unit, facts)
    services.wake()
    return _redrawn(request, services, facts)


def handle_pick(request: Request, services: Services) -> Answer:
    """A task to skip or change, in the form's place."""
    position, _, number = request.value.partition(":")
    return _task_form(request, services, as_number(number), as_number(position))


def handle_add(request: Request, services: Services) -> Answer:
    """A new task, in the form's place."""
    return _task_form(request, services, request.number(), None)


def handle_task(request: Request, services: Services) -> Answer:
    """The task form submitted: back to the tasks."""
    cta_id = meta_id(request)
    to_change(request, services, cta_id)
    picked = request.field("assignee")
    assignee = known(services, picked, services.team_id) if picked else None
    position = request.meta.get("task")
    fields: dict[str, Any] = {
        "title": request.field("title"),
        "due_on": maybe_picked(request.field("due_on")),
        "assignee_id": assignee.id if assignee else None,
    }
    with services.unit(request) as unit:
        if position is None:
            tasks.add(unit, cta_id, fields.pop("title"), **fields)
        else:
            tasks.edit(
                unit,
                cta_id,
                as_number(position),
                **fields,
                state=request.field("state") or "open",
                skip_reason=request.field("skip_reason"),
            )
        facts = ctas.facts(unit.db, cta_id)
        _keep(unit, facts)
    services.wake()
    return _redrawn(request, services, facts)


def _task_form(request: Request, services: Services, cta_id: int, position: int | None) -> Answer:
    facts = to_change(request, services, cta_id)
    view = services.render("cta/task_form", **cta_forms.task_form(facts, position))
    return Redraw(view, {"cta": cta_id, "task": position})


def _keep(unit: Unit, facts: CtaFacts) -> None:
    done, total = sum(t.state != "open" for t in facts.tasks), len(facts.tasks)
    about = mrkdwn("{} · {}", facts.account.name, facts.cta.playbook)
    unit.keep_answer(done_in_view(mrkdwn("Saved: {}, {} of {} done or skipped.", about, done, counted(total, "task"))))


def _redrawn(request: Request, services: Services, facts: CtaFacts) -> Redraw:
    view = services.render("cta/tasks", **cta_forms.tasks_form(facts, reader_today(request, services)))
    return Redraw(view, {"cta": facts.cta.id})


def _said(request: Request, services: Services, cta_id: int, work: Callable[[Unit], Cta], lead: str) -> Say:
    to_change(request, services, cta_id)
    with services.unit(request) as unit:
        work(unit)
        said = answer(request, services, ctas.facts(unit.db, cta_id), lead, detailed=True)
        unit.keep_answer(said.as_json())
    services.wake()
    return said


def _ticked_when_drawn(request: Request, block_id: str) -> set[str]:
    """The boxes of a group that were ticked when the form was drawn."""
    for block in (request.body.get("view") or {}).get("blocks") or []:
        if block.get("block_id") == block_id:
            return {o["value"] for element in block["elements"] for o in element.get("initial_options") or []}
    return set()
