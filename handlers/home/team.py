"""A manager's team: what each CSM's row opens, [Nudge] and [Reassign] there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from handlers.door.actions import carry_out, carry_out_in_view
from handlers.door.people import known
from handlers.door.request import Answer, Done, Open, Redraw, Request, as_number
from handlers.door.today import reader_today, zone_name
from handlers.home import actions
from storage.base import people
from storage.base.errors import NotFound, Refused, UserError
from storage.base.permissions import MANAGERS_HINT, may
from storage.home import nudges
from storage.home import team as teams
from templates.blocks import day as day_view
from templates.home import team as view

if TYPE_CHECKING:
    from handlers.door.services import Services
    from storage.base.person import Person
    from storage.home.record import Matter


def handle_week(request: Request, services: Services) -> Answer:
    """The manager's team, a row a CSM."""
    db, policy = services.store.connection(), services.policy
    week = teams.week(db, policy, teams.led_by(db, policy, request.person), reader_today(request, services))
    rows = view.week(week, _reader(request, services), show_arr=may(request.rights, "see_arr", policy))
    return Open(services.render("home/week", rows=rows))


def handle_csm(request: Request, services: Services) -> Answer:
    """What of a CSM's needs looking at."""
    return Open(_csm_list(request, services, request.value))


def handle_csm_page(request: Request, services: Services) -> Answer:
    """Another page of it."""
    return Redraw(_csm_list(request, services, request.value))


def handle_nudge(request: Request, services: Services) -> Answer:
    """Have the CSM, or who stands in for them, asked to look at it: once a day, in one note."""
    csm, matter = _meant(request, services, request.value)
    carry_out_in_view(request, services, lambda unit: actions.nudge(unit, csm, matter), lambda one: one.said)
    return Redraw(_csm_list(request, services, f"{csm.id}:0"))


def handle_reassign(request: Request, services: Services) -> Answer:
    """The form: whose it is from now on."""
    _, matter = _meant(request, services, request.value)
    about = view.matter_words(matter, _reader(request, services))
    return Open(services.render("home/reassign", about=about), {"matter": request.value})


def handle_more(request: Request, services: Services) -> Answer:
    """`⋯`: what the chosen option names."""
    verb, _, value = request.value.partition(":")
    handler = {"nudge": handle_nudge, "reassign": handle_reassign}.get(verb)
    if handler is None:
        raise UserError("That choice is too old to use.", "Open the list again.")
    return handler(replace(request, value=value), services)


def submit_reassign(request: Request, services: Services) -> Answer:
    """A CTA gets another owner, an account another CSM; who gets it is told."""
    _, matter = _meant(request, services, str(request.meta.get("matter", "")))
    picked = request.field("taker")
    if not picked:
        raise UserError("To whom?", "Pick a colleague.", field="taker")
    taker = known(services, picked, services.team_id)
    people.refuse_outsider(taker, "take it", "taker")
    return Done(carry_out(request, services, actions.reassign, matter, taker).message)


def _meant(request: Request, services: Services, value: str) -> tuple[Person, Matter]:
    """The CSM and the thing that a button names; raises NotFound for what needs no looking at any more."""
    number, _, wanted = value.partition(":")
    csm = _csm(request, services, number)
    found = teams.matters(services.store.connection(), services.policy, csm, reader_today(request, services))
    matter = next((one for one in found if one.value == wanted), None)
    if matter is None:
        raise NotFound("That needs no looking at any more.", "Open the list again.")
    return csm, matter


def _csm(request: Request, services: Services, number: str) -> Person:
    """A CSM whom the person leads; raises Refused for anybody else."""
    db = services.store.connection()
    csm = people.get(db, as_number(number))
    if not request.rights.manager and csm.id not in teams.led_by(db, services.policy, request.person):
        raise Refused(f"Only the manager of {csm.name} sees that.", MANAGERS_HINT)
    return csm


def _csm_list(request: Request, services: Services, value: str) -> dict[str, Any]:
    number, _, page = value.partition(":")
    csm, db, today = _csm(request, services, number), services.store.connection(), reader_today(request, services)
    found = teams.matters(db, services.policy, csm, today)
    nudged = nudges.nudged(db, csm.id, today)
    shown = view.csm_list(
        csm, found, nudged, _reader(request, services), as_number(page or "0"), may_nudge=csm.id != request.person.id
    )
    made: dict[str, Any] = services.render("home/csm", **shown)
    return made


def _reader(request: Request, services: Services) -> day_view.Reader:
    return day_view.Reader(services.policy, reader_today(request, services), zone_name(request, services))
