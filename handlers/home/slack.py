"""The Home tab, and the buttons of a morning's message that are about no one thing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from handlers.door.actions import carry_out_in_view
from handlers.door.refusals import OUTSIDERS
from handlers.door.request import Answer, HomePage, Open, Redraw, Request
from handlers.door.today import reader_today
from handlers.home import actions
from handlers.report.slow import slow_ids
from reminders.engine.kinds import is_on, kinds, of_the_day, readers, rows_of, standing_rows, stands_with, to_do
from reminders.outbox.my_day import lines_of
from storage.base import mutes, outbox, people
from storage.base.errors import NotFound, Refused, UserError
from storage.base.keys import to_person
from storage.base.moments import own_day
from storage.base.permissions import MANAGERS_HINT, may
from storage.cta.lists import Which
from storage.home import store as homes
from storage.home import team as teams
from templates.blocks import day as day_view
from templates.home import reminders_show as reminders_view
from templates.home import show as view

if TYPE_CHECKING:
    from sqlite3 import Connection

    from handlers.door.services import Services
    from reminders.engine.kinds import Kind
    from storage.base.person import Person
    from storage.home.record import HomeFacts

AHEAD = timedelta(days=30)


def handle_home_opened(request: Request, services: Services) -> Answer | None:
    """`app_home_opened`: fresh on every opening."""
    if request.body["event"].get("tab") == "home":
        publish(services, request.person)
    return None


def handle_page(request: Request, services: Services) -> Answer:  # noqa: ARG001 - the table's shape
    """Another page of today."""
    return HomePage(request.number())


def publish(services: Services, person: Person, offset: int = 0) -> None:
    """Draw the person's Home from today's facts and hand it to Slack; a guest's says that it is for members."""
    if person.guest:
        words = {"message": OUTSIDERS.message, "hint": OUTSIDERS.hint}
        services.slack.views_publish(user_id=str(person.slack_id), view=services.render("home/outsider", **words))
        return
    now = services.clock()
    zone_name = person.zone or services.policy.timezone
    today = own_day(now, zone_name, services.policy.timezone)
    with services.store.read() as db:
        away_until = people.get(db, person.id).away_until  # which may have changed by what was done just now
        led = teams.led_by(db, services.policy, person)
        facts = homes.home(
            db,
            services.policy,
            person,
            now,
            today,
            to_do=to_do(services.policy),
            of_the_day=of_the_day(),
            readers=readers(),
            stands_with=stands_with,
            led=led,
        )
        slow = len(slow_ids(db, services.policy, person, Which("team" if led else "mine"), today))
        team = teams.team(db, services.policy, led, today)
        rows = _today(db, facts, day_view.Reader(services.policy, today, zone_name))
    context = view.home(
        facts,
        team,
        services.policy,
        today,
        zone_name,
        rows,
        slow=slow,
        offset=offset,
        manager=services.rights(person).manager,
        away_until=away_until,
    )
    view_ = services.render("home/home", **context)
    view_["private_metadata"] = json.dumps({"home": context["offset"]})
    services.slack.views_publish(user_id=str(person.slack_id), view=view_)


def _today(db: Connection, facts: HomeFacts, reader: day_view.Reader) -> list[day_view.Row]:
    """All that is due today, what comes first on top."""
    rows = view.today_rows(facts, reader, rows_of)
    return day_view.arranged([*rows, *standing_rows(db, reader, facts.mine, rows, at_home=True)])


def handle_all(request: Request, services: Services) -> Answer:
    """ "Show all" of a morning's message."""
    return Open(_whole_day(request, services, f"row-{request.number()}", 0))


def handle_mine(request: Request, services: Services) -> Answer:
    """ "My day" of bare `/cta`: what is due today, as Home shows it."""
    return Open(_whole_day(request, services, "mine", 0))


def handle_day_page(request: Request, services: Services) -> Answer:
    """Another page of what either of them shows."""
    what, _, page = request.value.partition(":")
    return Redraw(_whole_day(request, services, what, replace(request, value=page).number()))


def _whole_day(request: Request, services: Services, what: str, page: int) -> dict[str, Any]:
    zone_name = request.person.zone or services.policy.timezone
    reader = day_view.Reader(services.policy, reader_today(request, services), zone_name)
    if what == "mine":
        with services.store.read() as db:
            facts = homes.home(
                db,
                services.policy,
                request.person,
                request.now,
                reader.today,
                to_do=to_do(services.policy),
                of_the_day=of_the_day(),
                readers=readers(),
                stands_with=stands_with,
            )
            rows, nothing = _today(db, facts, reader), view.all_clear(facts, reader)
    else:
        rows, nothing = _of_message(request, services, what.removeprefix("row-"), reader), day_view.nothing_left()
    shown: dict[str, Any] = services.render("day/all", **view.day_page(rows, nothing, what, page))
    return shown


def _of_message(request: Request, services: Services, row_id: str, reader: day_view.Reader) -> list[day_view.Row]:
    """What is not done of the message that an outbox row was in; raises NotFound for somebody else's."""
    db = services.store.connection()
    row = outbox.get(db, replace(request, value=row_id).number())
    if row is None or row.destination != to_person(request.person.id):
        raise NotFound("That message is not yours, or too old.", "Home shows what is due today.")
    lines = lines_of(db, services.policy, outbox.of_same_message(db, row), reader, request.now)
    return day_view.arranged(line for line in lines if not line["done"])


def handle_reminders(request: Request, services: Services) -> Answer:
    """ "My reminders": what comes, when and why; each kind can be muted."""
    return Open(_reminders(request, services))


def handle_mute(request: Request, services: Services) -> Answer:
    """Mute a kind for oneself, or have it again. Renewal reviews are muted by managers only."""
    kind = kinds().get(request.value)
    if kind is None or kind.label is None:
        raise NotFound("There is no such reminder to mute.", "“My reminders” on Home lists them.")
    if not _may_mute(request, services, kind):
        raise Refused("Renewal reviews can be muted by a manager only.", f"{MANAGERS_HINT} Or use “Remind me later”.")
    action = actions.mute if request.id == "day.mute" else actions.unmute
    carry_out_in_view(request, services, lambda unit: action(unit, request.person, kind.name), lambda done: done.said)
    return Redraw(_reminders(request, services))


def _may_mute(request: Request, services: Services, kind: Kind) -> bool:
    return kind.muted_by is None or may(request.rights, kind.muted_by, services.policy)


def _reminders(request: Request, services: Services) -> dict[str, Any]:
    person, today = request.person, reader_today(request, services)
    if services.rehearse is None:
        raise UserError("This bot runs without its reminders.", "Ask your operator.")
    coming = services.rehearse(person.address, today, today + AHEAD, request.now)
    muted = mutes.of_person(services.store.connection(), person.id)
    mutable = [name for name, kind in kinds().items() if _may_mute(request, services, kind)]
    labels = {name: kind.label for name, kind in kinds().items() if kind.label and is_on(kind, services.policy)}
    found: dict[str, Any] = services.render(
        "day/reminders", **reminders_view.reminders(coming, muted, today, labels, mutable)
    )
    return found
