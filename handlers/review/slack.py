"""Commands, clicks and forms of a manager's review. Managers only, but for the answer, which is the CSM's."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from handlers.account.which import nothing_left, number
from handlers.door.actions import carry_out, carry_out_and_show, carry_out_in_view
from handlers.door.people import person_meant
from handlers.door.request import Answer, Done, Request, as_number
from handlers.door.today import reader_today
from handlers.review import actions
from handlers.review.pages import (
    answer_form,
    ask_form,
    found_now,
    note_form,
    section_again,
    section_page,
    sections,
    unseen,
)
from handlers.success.pages import account_page
from storage.account import store as accounts
from storage.base import people
from storage.base.errors import Refused, Stale, UserError
from storage.base.permissions import MANAGERS_HINT, may
from storage.base.switches import refuse_off
from storage.home import team
from storage.review import store
from storage.review.store import month_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handlers.door.actions import Outcome
    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.base.db import Unit
    from storage.base.person import Person
    from storage.review.record import Mark


FAR = 1_000_000


class Where(NamedTuple):
    """Where in a review a button stands: a section, a page of it, and an account, a mark, or whose review it is."""

    section: str
    offset: int
    number: int


def under_review(request: Request, services: Services, rest: Sequence[Word]) -> Answer:
    """`/success review [@ann]`."""
    _refuse_others(request, services)
    if not rest:
        _refuse_without_team(request, services)
        return sections(request, services)
    nothing_left(rest[1:], "/success review @ann")
    return sections(request, services, _csm(person_meant(request, services, rest[0])))


def handle_open(request: Request, services: Services) -> Answer:
    """[Open] in a message: the team's review."""
    _refuse_others(request, services)
    _refuse_without_team(request, services)
    return sections(request, services)


def handle_sections(request: Request, services: Services) -> Answer:
    """[All sections], in place of the one shown."""
    _refuse_others(request, services)
    return sections(request, services, _of_one(services, as_number(request.value)), replace=True)


def handle_section(request: Request, services: Services) -> Answer:
    """[Open] a section, or another page of it."""
    _refuse_others(request, services)
    where = _where(request.value)
    return section_page(request, services, where.section, where.offset, _of_one(services, where.number))


def handle_seen(request: Request, services: Services) -> Answer:
    """[Seen] of one account."""
    where = _of_manager(request, services)
    found = found_now(request, services, where.section, where.number)
    return _see(request, services, where, [found.account.id])


def handle_rest_seen(request: Request, services: Services) -> Answer:
    """[Rest seen]: all of the section that is left now, not when the list was drawn."""
    where = _of_manager(request, services)
    left = [one.account.id for one in unseen(request, services, where.section)]
    if not left:
        raise Stale("All of it was looked at already.", "Nothing was changed.")
    return _see(request, services, where, left)


def _see(request: Request, services: Services, where: Where, ids: Sequence[int]) -> Answer:
    some = accounts.many(services.store.connection(), ids)
    who, month = request.person, _month(request, services)
    carry_out_in_view(
        request, services, lambda unit: actions.see(unit, who, month, where.section, some), lambda one: one.said
    )
    mark = store.mark_of(services.store.connection(), who.id, month, where.section, ids[0])
    several = mark.id if mark and len(ids) > 1 else None
    return section_page(request, services, where.section, where.offset, just_seen=several)


def handle_take_back(request: Request, services: Services) -> Answer:
    """[Take back]: not seen, or not asked about, after all."""
    where = _of_manager(request, services)
    mark = _own_mark(request, services, where)
    carry_out_in_view(request, services, lambda unit: actions.take_back(unit, mark), lambda one: one.said)
    return section_page(request, services, where.section, where.offset)


def handle_rest_back(request: Request, services: Services) -> Answer:
    """[Undo] of [Rest seen]."""
    where = _of_manager(request, services)
    mark = store.get(services.store.connection(), where.number)
    if mark.manager_id != request.person.id:
        raise Refused("That is somebody else's review.", "Yours: /success review")
    some = store.seen_at_once(services.store.connection(), mark)
    if not some:
        raise Stale("More was said of it since.", "Take it back one by one.")
    carry_out_in_view(request, services, lambda unit: actions.take_all_back(unit, some), lambda one: one.said)
    return section_page(request, services, where.section, where.offset)


def handle_ask(request: Request, services: Services) -> Answer:
    """[Ask @csm]: the form."""
    where = _of_manager(request, services)
    return ask_form(services, found_now(request, services, where.section, where.number), request.value)


def handle_note(request: Request, services: Services) -> Answer:
    """[Note]."""
    where = _of_manager(request, services)
    return note_form(services, found_now(request, services, where.section, where.number), request.value)


def submit_ask(request: Request, services: Services) -> Answer:
    """The question, from its form."""
    where = _of_manager(request, services, str(request.meta.get("where", "")))
    found = found_now(request, services, where.section, where.number)
    if found.account.csm_id == request.person.id:
        raise UserError("That is your own account.", "There is nobody to ask.", field="note")
    month, words = _month(request, services), request.field("note")
    return _submitted(
        request,
        services,
        where,
        lambda unit: actions.ask(unit, request.person, month, where.section, found, words),
    )


def submit_note(request: Request, services: Services) -> Answer:
    """The note, from its form."""
    where = _of_manager(request, services, str(request.meta.get("where", "")))
    account = found_now(request, services, where.section, where.number).account
    month, words = _month(request, services), request.field("note")
    return _submitted(
        request,
        services,
        where,
        lambda unit: actions.note(unit, request.person, month, where.section, account, words),
    )


def _submitted(request: Request, services: Services, where: Where, action: Callable[[Unit], Outcome]) -> Answer:
    """Do it; the page from which the form was opened is drawn anew."""
    return carry_out_and_show(
        request,
        services,
        action,
        lambda done: section_again(request, services, where.section, where.offset, done.said),
    )


def handle_answer(request: Request, services: Services) -> Answer:
    """[Answer]: the form."""
    return answer_form(services, _question(request, services, number(request.value)))


def submit_answer(request: Request, services: Services) -> Answer:
    """The answer, from its form."""
    mark = _question(request, services, as_number(request.meta.get("mark")))
    words = request.field("answer")
    if not words:
        raise UserError("What is your answer?", "A line is enough.", field="answer")
    return Done(carry_out(request, services, actions.answer, mark, words).message)


def handle_account(request: Request, services: Services) -> Answer:
    """[Show]: the account's page."""
    refuse_off(services.policy, "review")
    return account_page(request, services, accounts.get(services.store.connection(), number(request.value)))


def _question(request: Request, services: Services, mark_id: int) -> Mark:
    """A question, for who was asked, who stands in for them, the account's team, and managers."""
    refuse_off(services.policy, "review")
    db = services.store.connection()
    mark = store.get(db, mark_id)
    account = accounts.get(db, mark.account_id)
    is_asked = mark.asked_id is not None and request.rights.acts_for(mark.asked_id)
    if not is_asked and not may(request.rights, "change", services.policy, account):
        raise Refused(f"Only the team of {account.name} answers that.", "Their CSM was asked.")
    if not mark.waits:
        raise Stale("That was answered already.", "Nothing was changed.")
    return mark


def _own_mark(request: Request, services: Services, where: Where) -> Mark:
    db, month = services.store.connection(), _month(request, services)
    mark = store.mark_of(db, request.person.id, month, where.section, where.number)
    if mark is None:
        raise Stale("That was taken back already.", "Nothing was changed.")
    return mark


def _month(request: Request, services: Services) -> str:
    return month_of(reader_today(request, services))


def _of_manager(request: Request, services: Services, value: str | None = None) -> Where:
    """Where a manager clicked; raises Refused for everybody else."""
    _refuse_others(request, services)
    return _where(request.value if value is None else value)


def _where(value: str) -> Where:
    section, offset, held = [*value.split(":"), "", ""][:3]
    return Where(section, min(as_number(offset), FAR), as_number(held))


def _refuse_others(request: Request, services: Services) -> None:
    refuse_off(services.policy, "review")
    if not may(request.rights, "see_team", services.policy):
        raise Refused("Only managers review a team.", MANAGERS_HINT)


def _refuse_without_team(request: Request, services: Services) -> None:
    if not team.with_those_gone(services.store.connection(), services.policy, request.person):
        raise UserError(
            "You lead nobody here.", "Of one CSM: /success review @ann. Teams stand in the policy's [teams]."
        )


def _of_one(services: Services, person_id: int) -> Person | None:
    return _csm(people.get(services.store.connection(), person_id)) if person_id else None


def _csm(person: Person) -> Person:
    people.refuse_outsider(person, "be reviewed", "owner")
    return person
