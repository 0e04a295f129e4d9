"""Commands, clicks and forms about EBRs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.access import refuse_stranger
from handlers.account.by_name import beside_a_list, or_a_name
from handlers.account.pages import brief_form, edit_form, listing
from handlers.account.pages import show as show_account
from handlers.account.which import (
    account_clicked,
    account_meant,
    account_of_form,
    account_seen,
    day_held,
    moment_picked,
    moment_typed,
    nothing_left,
    number,
    page_meant,
    scope_meant,
)
from handlers.door.actions import carry_out
from handlers.door.choices import by_menu
from handlers.door.dates import find_day, parse_day, picked_day
from handlers.door.request import Answer, Done, Request, Say
from handlers.door.surfaces import present
from handlers.door.today import reader_today
from handlers.door.words import rest_from
from handlers.ebr import actions
from handlers.ebr.pages import cadence_form, coverage, due_list, log_form, schedule_form, show
from handlers.ebr.words import COMMAND_HELP, parse, parse_cadence
from handlers.ebr.words import VERBS as WORDS
from storage.base.errors import UserError
from storage.ebr import store as ebrs
from templates.ebr import show as views

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.nouns import Handler
    from handlers.door.services import Services
    from handlers.door.words import Asked, Word
    from storage.account.record import Account


PAGES = ("mine", "team", "all", "page_back", "page_on")


def handle_command(request: Request, services: Services) -> Answer:
    """Show or do what `/ebr …` asks for."""
    asked = or_a_name(services.store.connection(), parse(request.text), request.text)
    match asked.verb:
        case "help":
            return Say(services.render("blocks/help", command="/ebr", lines=COMMAND_HELP))
        case "list" | "show" if asked.verb == "list" or asked.person:
            return _list(request, services, asked)
        case "coverage":
            return coverage(request, services, asked.scope)
    command, verbs = f"/ebr {asked.said}".strip(), () if asked.said else WORDS
    account, rest = account_meant(request, services, asked.rest, command, verbs=verbs)
    if asked.verb == "brief":
        nothing_left(rest, "/ebr brief Acme")
        return brief_form(request, services, account.id)
    if asked.verb == "show":
        nothing_left(rest, "/ebr Acme")
        return show(request, services, account)
    refuse_stranger(request, services, account)
    words = " ".join(word.text for word in rest)
    match asked.verb:
        case "log":
            return _log(request, services, account, rest)
        case "cancel" | "undo":
            nothing_left(rest, f"/ebr {asked.verb} Acme")
            back = actions.call_off if asked.verb == "cancel" else actions.take_back_last
            return carry_out(request, services, back, account)
        case "cadence":
            return _cadence(request, services, account, rest)
        case _:
            return _schedule(request, services, account, words)


def _list(request: Request, services: Services, asked: Asked) -> Answer:
    left = [word.text for word in asked.rest if word is not asked.person]
    if named := beside_a_list(services.store.connection(), left):
        return show(request, services, named)
    return due_list(request, services, scope_meant(request, services, asked))


def _schedule(request: Request, services: Services, account: Account, words: str) -> Answer:
    day, at = moment_typed(request, services, words)
    if at:
        return carry_out(request, services, actions.schedule, account, at)
    return schedule_form(request, services, account, day)


def _log(request: Request, services: Services, account: Account, rest: Sequence[Word]) -> Answer:
    if not rest:
        return log_form(request, services, account)
    words, today, formats = [word.text for word in rest], reader_today(request, services), services.policy.date_formats
    held_on, taken = find_day(words, today, formats, past=True) or (parse_day(" ".join(words), today, formats), 0)
    note = rest_from(request.text, rest[taken]) if taken < len(rest) else ""
    return carry_out(request, services, actions.log, account, held_on, note)


def _cadence(request: Request, services: Services, account: Account, words: Sequence[Word]) -> Answer:
    if not words:
        return cadence_form(services, account)
    months, agreed_by = parse_cadence(words)
    if months and months <= ebrs.LEADERS_DECIDE_MONTHS and not agreed_by:
        return cadence_form(services, account, months)
    return carry_out(request, services, actions.set_cadence, account, months, agreed_by)


def handle_pick_date(request: Request, services: Services) -> Answer:
    """[Pick a date]."""
    return schedule_form(request, services, account_clicked(request, services))


def handle_log(request: Request, services: Services) -> Answer:
    """[Already held]."""
    return log_form(request, services, account_clicked(request, services))


def handle_held(request: Request, services: Services) -> Answer:
    """[Held on that day]: the scheduled day is the day held, if it has come."""
    account = account_clicked(request, services)
    planned = ebrs.scheduled(services.store.connection(), account.id)
    if planned is None or planned.scheduled_on is None or f"{account.id}:{planned.scheduled_on}" != request.value:
        return log_form(request, services, account)
    if planned.scheduled_on > reader_today(request, services):
        return log_form(request, services, account)
    return carry_out(request, services, actions.log, account, planned.scheduled_on)


def handle_call_off(request: Request, services: Services) -> Answer:
    """[Call it off], unless it was moved since."""
    _, _, day = request.value.partition(":")
    on = picked_day(day) if day else None
    said = carry_out(request, services, actions.call_off, account_clicked(request, services), on)
    return present(request, services, said.message, "EBRs", replace=request.id != "ebr.more")


def handle_later(request: Request, services: Services) -> Answer:
    """[Remind me later]."""
    return carry_out(request, services, actions.remind_later, request.person, account_clicked(request, services))


def handle_cadence(request: Request, services: Services) -> Answer:
    """[Change how often]."""
    return cadence_form(services, account_clicked(request, services))


def handle_fill_in(request: Request, services: Services) -> Answer:
    """[Fill in] what an EBR's due date is worked out from."""
    return edit_form(request, services, account_clicked(request, services))


def handle_undated(request: Request, services: Services) -> Answer:
    """[Fill in EBR dates]: the person's accounts of which none is known."""
    return listing(request, services, "", "no-date")


def handle_brief(request: Request, services: Services) -> Answer:
    """[Brief me]."""
    return brief_form(request, services, number(request.value.split(":")[0]))


def handle_show(request: Request, services: Services) -> Answer:
    """[Show] the account's EBRs."""
    return show(request, services, account_seen(request, services))


def handle_show_account(request: Request, services: Services) -> Answer:
    """[Account]."""
    return show_account(request, services, account_seen(request, services))


def handle_page(request: Request, services: Services) -> Answer:
    """A page of the list, in place of the one before."""
    scope, start, which = page_meant(request.value)
    return due_list(request, services, scope, start, which if which in views.PARTS else "", replaces=True)


def handle_coverage(request: Request, services: Services) -> Answer:
    """[Coverage], of other accounts."""
    return coverage(request, services, request.value, replaces=True)


def handle_more(request: Request, services: Services) -> Answer | None:
    """`⋯`: what the chosen option names."""
    return by_menu(VERBS, request, services, "the list again: /ebr")


def submit_schedule(request: Request, services: Services) -> Answer:
    """The day and time picked."""
    account = account_of_form(request, services)
    planned = ebrs.scheduled(services.store.connection(), account.id)
    at = moment_picked(request, services, planned.scheduled_at if planned else None)
    return Done(carry_out(request, services, actions.schedule, account, at).message)


def submit_log(request: Request, services: Services) -> Answer:
    """The day on which it was held."""
    account = account_of_form(request, services)
    held = ebrs.held(services.store.connection(), account.id)
    day = day_held(request, services, held[0].held_on if held else None)
    if not day:
        raise UserError("On which day?", field="held_on")
    said = carry_out(request, services, actions.log, account, day, request.field("note"))
    return Done(said.message)


def submit_cadence(request: Request, services: Services) -> Answer:
    """How often, and who agreed."""
    account = account_of_form(request, services)
    chosen = request.field("months")
    months = int(chosen) if chosen.isascii() and chosen.isdigit() else None
    agreed_by = request.field("agreed_by")
    if not request.touched("months") and not request.meta.get("typed"):
        months = account.ebr_cadence_months
        agreed_by = agreed_by or ebrs.agreed_by(services.store.connection(), account.id) or ""
    return Done(carry_out(request, services, actions.set_cadence, account, months, agreed_by).message)


VERBS: dict[str, Handler] = {
    "pick_date": handle_pick_date,
    "log": handle_log,
    "held": handle_held,
    "call_off": handle_call_off,
    "later": handle_later,
    "cadence": handle_cadence,
    "fill_in": handle_fill_in,
    "fill": handle_undated,
    "brief": handle_brief,
    "show": handle_show,
    "show_account": handle_show_account,
}
