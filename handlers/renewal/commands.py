"""`/renewals …`: from the words typed to what is shown or done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.cta.meaning import refuse_stranger
from handlers.finding import account_meant, nothing_left, today_of, zone_of
from handlers.parsing.dates import DateNotUnderstood, find_day, parse_day, parse_moment
from handlers.parsing.renewal import COMMAND_HELP, Asked, parse
from handlers.renewal.deeds import ask_team, churned, later, renewed, scheduled, skipped
from handlers.renewal.shown import held_form, overview, pick_time_form, renewed_form, show, skip_form, the_step
from handlers.request import Answer, Request, Say

if TYPE_CHECKING:
    from handlers.services import Services


def handle_command(request: Request, services: Services) -> Answer:
    """`/renewals …`"""
    asked = parse(request.text)
    match asked.verb:
        case "help":
            return Say(services.render("renewal/help", command="/renewals", lines=COMMAND_HELP))
        case "list":
            return overview(request, services, asked.scope)
        case "show":
            account, rest = account_meant(request, services, asked.rest, "/renewals")
            nothing_left(rest, "/renewals Acme")
            return show(request, services, account)
    return _change(request, services, asked)


def _change(request: Request, services: Services, asked: Asked) -> Answer:
    account, rest = account_meant(request, services, asked.rest, f"/renewals {asked.said}")
    refuse_stranger(request, services, account)
    typed = [word.text for word in rest]
    words, today = " ".join(typed), today_of(request, services)
    formats = services.policy.date_formats
    match asked.verb:
        case "renewed":
            if not words:
                return renewed_form(request, services, account)
            return renewed(request, services, account, parse_day(words, today, formats))
        case "churned":
            return churned(request, services, account, parse_day(words, today, formats, past=True) if words else None)
        case "schedule":
            step = the_step(services, account, today)
            if not words:
                return pick_time_form(request, services, account, step)
            try:
                at = parse_moment(words, today, zone_of(request, services), formats)
            except DateNotUnderstood:
                if find_day(typed, today, formats) is None:
                    raise
                return pick_time_form(request, services, account, step, parse_day(words, today, formats))
            return scheduled(request, services, account, step, at)
        case "ask":
            nothing_left(rest, "/renewals ask Acme")
            return ask_team(request, services, account, the_step(services, account, today))
        case "held":
            held_on = parse_day(words, today, formats, past=True) if words else None
            return held_form(request, services, account, the_step(services, account, today, holding=True), held_on)
        case "skip":
            step = the_step(services, account, today)
            return skipped(request, services, account, step, words) if words else skip_form(services, account, step, today)
        case _:
            day = parse_day(words, today, formats) if words else None
            return later(request, services, account, the_step(services, account, today), day)
