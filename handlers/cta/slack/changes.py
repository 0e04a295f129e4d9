"""Notes, snooze, another owner, another due date, and the edit form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.cta import actions
from handlers.cta.slack.answers import change, form, meta_id, words_form
from handlers.cta.slack.closing import ask_correct
from handlers.cta.which import the_cta, to_change
from handlers.cta.words import key
from handlers.cta.work_words import read_day_and_text
from handlers.door.people import known, person_meant
from handlers.door.today import reader_today
from handlers.door.words import rest_from
from storage.base.errors import UserError
from storage.base.texts import text_of
from templates.cta import forms_show as cta_forms

if TYPE_CHECKING:
    from handlers.door.request import Answer, Request
    from handlers.door.services import Services
    from handlers.door.words import Word

_WAKE = {"off", "stop", "end", "wake", "no"}


def note_by_words(request: Request, services: Services, words: list[Word]) -> Answer:
    """`/cta note 12 met the new CTO`; without words the form."""
    cta_id, rest = the_cta(request, services, words, "note", kind="any")
    if not rest:
        return ask_note(request, services, cta_id)
    return change(request, services, cta_id, actions.add_note, rest_from(request.text, rest[0]))


def ask_note(request: Request, services: Services, cta_id: int) -> Answer:
    """The form for a note."""
    facts = to_change(request, services, cta_id)
    return words_form(request, services, facts, "cta.note", "Add a note", words=("note", "Note", ""), submit="Add")


def handle_note(request: Request, services: Services) -> Answer:
    """The note submitted."""
    return change(request, services, meta_id(request), actions.add_note, request.field("note"))


def snooze_by_words(request: Request, services: Services, words: list[Word]) -> Answer:
    """`/cta snooze 12 until 3 Jan waiting for legal`, `/cta snooze 12 off`; without a day the form."""
    cta_id, rest = the_cta(request, services, words, "snooze")
    if rest and key(rest[0]) in _WAKE:
        return change(request, services, cta_id, actions.wake)
    until, why = read_day_and_text(request.text, rest, services.policy, reader_today(request, services))
    if until is None:
        return ask_snooze(request, services, cta_id, why)
    return change(request, services, cta_id, actions.snooze, until, why)


def ask_snooze(request: Request, services: Services, cta_id: int, why: str = "") -> Answer:
    """The form for a day to wake it."""
    return words_form(
        request,
        services,
        to_change(request, services, cta_id),
        "cta.snooze",
        "Snooze a CTA",
        about="No nudges about it until then.",
        day=("snoozed_until", "Until", None),
        words=("why", "What are you waiting for?", text_of(why, "why") or ""),
        submit="Snooze",
        optional=True,
    )


def handle_snooze(request: Request, services: Services) -> Answer:
    """The snooze submitted."""
    until = request.day("snoozed_until")
    if until is None:
        raise UserError("Until when?", "Pick a day.", field="snoozed_until")
    return change(request, services, meta_id(request), actions.snooze, until, request.field("why"))


def assign_by_words(request: Request, services: Services, words: list[Word]) -> Answer:
    """`/cta assign 12 @colleague`; without a colleague the form."""
    cta_id, rest = the_cta(request, services, words, "assign", anywhere=True)
    rest = [word for word in rest if key(word) not in ("to", "for")]
    if not rest:
        return ask_edit(request, services, cta_id)
    return change(request, services, cta_id, actions.assign, person_meant(request, services, rest[0]))


def due_by_words(request: Request, services: Services, words: list[Word]) -> Answer:
    """`/cta due 12 18 Dec`; `+2w` is two weeks later than it was due, of one overdue from today; else the form."""
    cta_id, rest = the_cta(request, services, words, "due")
    if not rest:
        return ask_edit(request, services, cta_id)
    facts, today = to_change(request, services, cta_id), reader_today(request, services)
    before = facts.cta.due_on
    later = rest[0].text.startswith(("+", "-"))
    start = max(before, today) if before and later else today
    due_on, unread = read_day_and_text(request.text, rest, services.policy, start)
    if due_on is None or unread:
        wrong = f"'{(unread or request.text)[:80]}' is not a day that I know."
        raise UserError(wrong, f"For example: /cta due {cta_id} 18 Dec")
    return change(request, services, cta_id, actions.move_due, due_on)


def edit_by_words(request: Request, services: Services, words: list[Word]) -> Answer:
    """`/cta edit 12`."""
    return ask_edit(request, services, the_cta(request, services, words, "edit", kind="any", anywhere=True)[0])


def ask_edit(request: Request, services: Services, cta_id: int) -> Answer:
    """The edit form; of a closed CTA the one that corrects its close."""
    facts = to_change(request, services, cta_id)
    if facts.cta.is_closed:
        return ask_correct(request, services, facts)
    return form(request, services, "edit_form", cta_id, cta_forms.edit_form(facts))


def handle_edit(request: Request, services: Services) -> Answer:
    """The edit form submitted."""
    cta_id = meta_id(request)
    facts = to_change(request, services, cta_id)
    picked = request.field("owner") if request.touched("owner") else ""
    owner_id = known(services, picked, services.team_id).id if picked else facts.cta.owner_id
    return change(
        request,
        services,
        cta_id,
        actions.edit,
        owner_id=owner_id,
        due_on=request.day("due_on") if request.touched("due_on") else facts.cta.due_on,
        priority=(request.field("priority") if request.touched("priority") else "") or facts.cta.priority,
        success_plan=(request.field("success_plan") if request.touched("success_plan") else "")
        or facts.cta.success_plan,
    )
