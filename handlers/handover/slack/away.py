"""Away: "I'm away until …, backup …", from Home or `/account away 15 Jan @bo`; and back again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.door import people as directory
from handlers.door.actions import carry_out
from handlers.door.dates import parse_day
from handlers.door.people import person_meant
from handlers.door.request import Answer, Done, Open, Redraw, Say
from handlers.door.today import reader_today
from handlers.handover import actions
from storage.base import people
from storage.base.errors import UserError
from templates.blocks.mrkdwn import day_words, mrkdwn
from templates.blocks.words import person_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from handlers.door.request import Request
    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.base.person import Person


def by_words(request: Request, services: Services, words: Sequence[Word]) -> Answer:
    """`away until 15 Jan backup @bo`, in any order; what is missing stands in the form."""
    backup = next((person_meant(request, services, w) for w in words if w.kind in ("user", "email")), None)
    typed = " ".join(w.text for w in words if w.kind not in ("user", "email") and w.text.casefold() != "backup")
    until = parse_day(typed, reader_today(request, services), services.policy.date_formats) if typed else None
    if until is None or backup is None:
        return form(request, services, until, backup)
    return carry_out(request, services, actions.go_away, request.person, until, backup)


def form(request: Request, services: Services, until: date | None = None, backup: Person | None = None) -> Open:
    """The form; for somebody who is away it offers to be back."""
    person = people.get(services.store.connection(), request.person.id)
    known = people.many(services.store.connection(), [person.backup_id]).get(person.backup_id or 0)
    today = reader_today(request, services)
    is_away = person.away_until is not None and person.away_until >= today
    now = None
    if person.away_until and is_away:
        day = day_words(person.away_until, today)
        now = mrkdwn("You are away until {}: your nudges go to {}.", day, person_words(known))
    shown = until or (person.away_until if is_away else None)
    view = services.render(
        "account/away",
        now=now,
        until=shown.isoformat() if shown else None,
        backup=(backup.slack_id if backup else None) or (known.slack_id if known else None),
    )
    return Open(view)


def handle_open(request: Request, services: Services) -> Answer:
    """[I'm away]."""
    return form(request, services)


def handle_back(request: Request, services: Services) -> Answer:
    """[I'm back]: said in place of the form, if it was clicked there."""
    answer = back(request, services)
    view = request.body.get("view") or {}
    if view.get("type") == "modal":
        return Redraw(services.render("blocks/pane", title="I'm back", blocks=answer.message["blocks"]))
    return answer


def submit(request: Request, services: Services) -> Answer:
    """The form: until when, and who stands in."""
    until, backup_id = request.day("away_until"), request.field("backup")
    if not until:
        raise UserError("Until when?", field="away_until")
    if not backup_id:
        raise UserError("Who stands in?", "Pick a colleague.", field="backup")
    backup = directory.known(services, backup_id, services.team_id)
    said = carry_out(request, services, actions.go_away, request.person, until, backup)
    return Done(said.message)


def back_by_words(request: Request, services: Services, words: Sequence[Word]) -> Answer:  # noqa: ARG001 - as a verb is
    """`/account back`."""
    return back(request, services)


def back(request: Request, services: Services) -> Say:
    """The person's nudges come to them again."""
    return carry_out(request, services, actions.come_back, request.person)
