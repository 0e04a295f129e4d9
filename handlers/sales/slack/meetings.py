"""Meetings of account teams: the list, the page of a CSM and an AE, and the forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.which import day_held, is_set_since, moment_picked, moment_typed, number, page_meant
from handlers.door import people as directory
from handlers.door.actions import carry_out
from handlers.door.dates import parse_day
from handlers.door.request import Answer, Done, Request
from handlers.door.surfaces import present
from handlers.door.today import reader_today
from handlers.door.words import scope_alone
from handlers.sales import actions, pages
from handlers.sales.which import EXAMPLE, pair_clicked, pair_typed, refuse_strangers
from storage.base import people
from storage.base.switches import refuse_off
from storage.sales import store
from storage.sales.record import AREA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.nouns import Handler
    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.base.person import Person
    from storage.sales.record import Meeting, Pair

HELD = ("held", "done", "met")


def by_meeting(request: Request, services: Services, words: Sequence[Word]) -> Answer:
    """`meeting`, `meeting team`, `meeting @ae`, `meeting @ae [@sa] 3 Dec 15:00`, `meeting @ae held 20 Nov`."""
    if not any(word.kind in ("user", "email") for word in words):
        return pages.meetings(request, services, scope_alone(words, f"For example: {EXAMPLE}"))
    pair, sa, rest = pair_typed(request, services, words)
    if not rest:
        return pages.meeting(request, services, pair)
    refuse_strangers(request, services, pair)
    if rest[0].text.casefold() in HELD:
        said = " ".join(word.text for word in rest[1:])
        today, formats = reader_today(request, services), services.policy.date_formats
        return pages.held_form(
            request, services, pair, parse_day(said, today, formats, past=True) if said else None, sa
        )
    day, at = moment_typed(request, services, " ".join(word.text for word in rest))
    if at is None:
        return pages.time_form(request, services, pair, day, sa)
    return carry_out(request, services, actions.schedule, pair, at, sa)


def handle_list(request: Request, services: Services) -> Answer:
    """A page of the list, in place of the one before."""
    refuse_off(services.policy, AREA)
    scope, start, _ = page_meant(request.value)
    return pages.meetings(request, services, scope, start, replace=True)


def handle_open(request: Request, services: Services) -> Answer:
    """[Open]: the page of a CSM and an AE."""
    refuse_off(services.policy, AREA)
    return pages.meeting(request, services, pair_clicked(services, request.value))


def handle_time(request: Request, services: Services) -> Answer:
    """[Pick a time]."""
    return pages.time_form(request, services, _clicked(request, services, request.value))


def handle_held(request: Request, services: Services) -> Answer:
    """[Held]."""
    return pages.held_form(request, services, _clicked(request, services, request.value))


def submit_time(request: Request, services: Services) -> Answer:
    """Day, time and perhaps an SA."""
    pair = _clicked(request, services, str(request.meta.get("pair", "")))
    planned_at, sa = pair.planned.scheduled_at if pair.planned else None, _sa(request, services, pair.planned)
    is_about_sa = request.touched("sa") or request.meta.get("typed")
    keeps = planned_at and is_about_sa and is_set_since(request, planned_at)
    at = planned_at if planned_at and keeps else moment_picked(request, services, planned_at)
    return Done(carry_out(request, services, actions.schedule, pair, at, sa).message)


def submit_held(request: Request, services: Services) -> Answer:
    """The day, who was there, and what comes next."""
    pair = _clicked(request, services, str(request.meta.get("pair", "")))
    held_on = day_held(request, services, pair.last.held_on if pair.last else None) or reader_today(request, services)
    planned = pair.planned if pair.planned and not pair.planned.is_ahead(reader_today(request, services)) else None
    sa, steps = _sa(request, services, planned), request.field("next_steps")
    return Done(carry_out(request, services, actions.hold, pair, held_on, steps, sa).message)


def handle_undo(request: Request, services: Services) -> Answer:
    """[Undo], of what was done to a meeting last: `MEETING:AUDIT`."""
    refuse_off(services.policy, AREA)
    meeting_id, _, audit_id = request.value.partition(":")
    db = services.store.connection()
    meeting = store.get(db, number(meeting_id))
    refuse_strangers(request, services, store.pair(db, services.policy, meeting.csm_id, meeting.ae_id))
    said = carry_out(request, services, actions.take_meeting_back, meeting.id, number(audit_id))
    return present(request, services, said.message, "Taken back", replace=True)


def _clicked(request: Request, services: Services, value: str) -> Pair:
    refuse_off(services.policy, AREA)
    pair = pair_clicked(services, value)
    refuse_strangers(request, services, pair)
    return pair


def _sa(request: Request, services: Services, planned: Meeting | None) -> Person | None:
    picked = request.field("sa")
    if planned and not request.touched("sa") and not request.meta.get("typed"):
        return people.many(services.store.connection(), [planned.sa_id]).get(planned.sa_id or 0)
    return directory.known(services, picked, services.team_id) if picked else None


CLICKS: dict[str, Handler] = {
    **{f"sales.meetings_{name}": handle_list for name in ("mine", "team", "all", "back", "on")},
    "sales.meeting": handle_open,
    "sales.meeting_time": handle_time,
    "sales.meeting_held": handle_held,
    "sales.meeting_undo": handle_undo,
}
FORMS: dict[str, Handler] = {"sales.meeting_time": submit_time, "sales.meeting_held": submit_held}
