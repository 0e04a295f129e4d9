"""What is shown of a manager's review: the sections, a page of one, and the forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.account.pages import PAGE
from handlers.door.request import Open, Say
from handlers.door.surfaces import Shown, present
from handlers.door.today import reader_today, zone_name
from storage.account import store as accounts
from storage.base import people
from storage.base.errors import NotFound
from storage.base.permissions import may
from storage.review import store
from templates.review import show as views

if TYPE_CHECKING:
    from handlers.door.request import Request
    from handlers.door.services import Services
    from storage.base.person import Person
    from storage.review.record import Found, Mark, Review, Section

TITLE = "Review"
GONE = "Ask for the review again: /success review"


def review_of(request: Request, services: Services, of_one: Person | None = None) -> Review:
    """The review of the person's team, or of one CSM."""
    db, policy, today = services.store.connection(), services.policy, reader_today(request, services)
    if of_one is not None:
        return store.of_csm(db, policy, of_one, today)
    return store.of_team(db, policy, request.person, today)


def sections(request: Request, services: Services, of_one: Person | None = None, *, replace: bool = False) -> Shown:
    """All sections."""
    review = review_of(request, services, of_one)
    context = views.overview(review, services.policy, reader_today(request, services))
    return present(request, services, services.render("review/sections", **context), TITLE, replace=replace)


def section_page(
    request: Request,
    services: Services,
    name: str,
    offset: int,
    of_one: Person | None = None,
    *,
    replace: bool = True,
    just_seen: int | None = None,
) -> Shown:
    """A page of a section, drawn from what is so now."""
    message = _section_message(request, services, name, offset, of_one, just_seen=just_seen)
    return present(request, services, message, TITLE, replace=replace)


def section_again(request: Request, services: Services, name: str, offset: int, said: str) -> Say:
    """The page from which a form was opened, drawn anew after its submit, with what came of that."""
    return Say(_section_message(request, services, name, offset, said=said), replace=True)


def _section_message(
    request: Request,
    services: Services,
    name: str,
    offset: int,
    of_one: Person | None = None,
    *,
    just_seen: int | None = None,
    said: str | None = None,
) -> dict[str, Any]:
    review = review_of(request, services, of_one)
    section = _section(review, name)
    marks = [one.mark for one in section.found if one.mark]
    ids = {one.account.csm_id for one in section.found} | {mark.asked_id for mark in marks}
    context = views.section_page(
        section,
        review,
        people.many(services.store.connection(), ids),
        services.policy,
        reader_today(request, services),
        zone_name(request, services),
        offset=offset,
        size=PAGE,
        show_arr=may(request.rights, "see_arr", services.policy),
        just_seen=just_seen,
        said=said,
    )
    message: dict[str, Any] = services.render("review/section", **context)
    return message


def found_now(request: Request, services: Services, name: str, account_id: int) -> Found:
    """What is found of an account in a section; raises NotFound where that is nothing any more."""
    section = _section(review_of(request, services), name)
    found = next((one for one in section.found if one.account.id == account_id), None)
    if found is None:
        raise NotFound("That needs no looking at any more.", GONE)
    return found


def unseen(request: Request, services: Services, name: str) -> list[Found]:
    """What of a section was neither seen nor asked about."""
    return [one for one in _section(review_of(request, services), name).found if one.mark is None]


def ask_form(services: Services, found: Found, where: str) -> Open:
    """The form of a question; raises NotFound for an account without a CSM."""
    csm_id = found.account.csm_id
    if csm_id is None:
        raise NotFound(f"{found.account.name} has no CSM.", "There is nobody to ask.")
    csm = people.get(services.store.connection(), csm_id)
    return Open(services.render("review/ask", **views.ask_form(found, csm)), {"where": where})


def note_form(services: Services, found: Found, where: str) -> Open:
    """The form of a note."""
    return Open(services.render("review/note", **views.note_form(found)), {"where": where})


def answer_form(services: Services, mark: Mark) -> Open:
    """The form of an answer."""
    db = services.store.connection()
    manager = people.many(db, [mark.manager_id]).get(mark.manager_id)
    context = views.answer_form(manager, accounts.get(db, mark.account_id), mark)
    return Open(services.render("review/answer", **context), {"mark": mark.id})


def _section(review: Review, name: str) -> Section:
    section = review.section(name)
    if section is None:
        raise NotFound("That section is switched off here.", GONE)
    return section
