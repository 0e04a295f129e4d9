"""Onboarding's verbs of `/success`, its clicks and forms."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from handlers.account.access import refuse_stranger
from handlers.account.which import account_meant, account_of_form, account_to_change, day_typed, nothing_left, number
from handlers.door.actions import carry_out
from handlers.door.request import Answer, Done, Open, Request
from handlers.door.surfaces import present
from handlers.door.today import reader_today
from handlers.door.words import SCOPES
from handlers.onboarding import actions
from handlers.onboarding.words import Delayed, read_delay, read_intent, read_reached, use_cases
from handlers.success.life import View
from handlers.success.pages import account_page
from storage.account import lists as books
from storage.base import people
from storage.base.errors import UserError
from storage.base.moments import day_said
from storage.base.switches import refuse_off
from storage.onboarding import store as onboarding
from storage.onboarding.record import LABELS, REASONS, TARGETS
from storage.success import store as lives
from templates.blocks.mrkdwn import mrkdwn
from templates.blocks.words import joined
from templates.onboarding import show as views
from templates.success import show as pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.account.record import Account

AREA = onboarding.AREA
OF_INTENT = (AREA, "usage")
"""The areas that ask what an account bought for."""
MOST, MOST_HANDED = 10, 200


def by_onboarding(request: Request, services: Services, words: Sequence[Word]) -> Answer:
    """`onboarding [mine|team|all]`, `onboarding Acme`, `onboarding Acme start 3 Nov`."""
    if not words or (len(words) == 1 and words[0].text.casefold() in SCOPES):
        return in_onboarding(request, services, SCOPES[words[0].text.casefold()] if words else "")
    account, rest = account_meant(request, services, words, "/success onboarding")
    if not rest:
        return account_page(request, services, account)
    if rest[0].text.casefold() not in ("start", "started", "since"):
        nothing_left(rest, "/success onboarding Acme start 3 Nov")
    refuse_stranger(request, services, account)
    said = " ".join(word.text for word in rest[1:])
    on = day_typed(request, services, said, past=True) or reader_today(request, services)
    return carry_out(request, services, actions.start, account, on)


def by_reached(request: Request, services: Services, words: Sequence[Word]) -> Answer:
    """`reached Acme first-value 20 Nov`."""
    account, rest = account_meant(request, services, words, "/success reached")
    refuse_stranger(request, services, account)
    if not rest:
        return _reached_form(services, account, "", reader_today(request, services).isoformat())
    read = read_reached(rest, services.policy, reader_today(request, services))
    return carry_out(request, services, actions.reached, account, read.milestone, read.day)


def by_intent(request: Request, services: Services, words: Sequence[Word]) -> Answer:
    """`intent Acme ci;scm licences 250`."""
    account, rest = account_meant(request, services, words, "/success intent")
    refuse_stranger(request, services, account)
    found, licences = read_intent(rest, services.policy)
    if not found and licences is None:
        return _intent_form(services, account)
    return carry_out(request, services, actions.intent, account, found, licences)


def by_delay(request: Request, services: Services, words: Sequence[Word]) -> Answer:
    """`delay Acme onboard until 9 Jan customer unresponsive`."""
    account, rest = account_meant(request, services, words, "/success delay")
    refuse_stranger(request, services, account)
    if not rest:
        return _delay_form(services, account, "")
    read = read_delay(rest, services.policy, reader_today(request, services))
    return carry_out(request, services, actions.delay, account, read)


def in_onboarding(request: Request, services: Services, scope: str = "", *, replace: bool = False) -> Answer:
    """Who is in onboarding, each with day and what is late."""
    view = View(request, services)
    whose = books.whose(view.db, view.policy, request.person, scope)
    found = onboarding.in_onboarding(view.db, view.policy, view.today, *whose.condition)
    known = lives.lives(view.db, [account.id for account in found], view.today)
    standing = onboarding.of_accounts(view.db, view.policy, found, view.today)
    rows = [
        pages.LateRow(
            account,
            known[account.id].started_on or view.today,
            joined([mrkdwn("{}", views.summary_line(known[account.id], standing[account.id], view.today) or "")]),
        )
        for account in found
    ]
    csms = people.many(view.db, [row.account.csm_id for row in rows if row.account])
    context = pages.late_list(
        rows[:MOST], csms, request.person.id, scope=whose.scope, total=len(rows), offset=0, size=max(len(rows), MOST)
    )
    context |= {
        "said": f"{len(rows)} in onboarding" if rows else "",
        "back": None,
        "on": None,
        "more": len(rows) - MOST,
    }
    return present(request, services, services.render("onboarding/list", **context), "Onboarding", replace=replace)


# Clicks and forms


def handle_list(request: Request, services: Services) -> Answer:
    """Another scope of the list, in place of the one before."""
    refuse_off(services.policy, AREA)
    scope = request.value if books.is_scope(request.value) else ""
    return in_onboarding(request, services, scope, replace=True)


def handle_reached(request: Request, services: Services) -> Answer:
    """[Reached]: a form for milestone and day."""
    account, milestone = _clicked(request, services)
    return _reached_form(services, account, milestone, reader_today(request, services).isoformat())


def handle_delay(request: Request, services: Services) -> Answer:
    """[Delay]: a form for all that it takes."""
    account, milestone = _clicked(request, services)
    return _delay_form(services, account, milestone)


def handle_intent(request: Request, services: Services) -> Answer:
    """[Bought for]: a form; of usage as well."""
    refuse_off(services.policy, *OF_INTENT)
    return _intent_form(services, account_to_change(request, services, number(request.value)))


def handle_handover(request: Request, services: Services) -> Answer:
    """[Open the handover checklist], of each account that was handed over."""
    refuse_off(services.policy, AREA)
    ids = [number(part) for part in request.value.split(",")[:MOST_HANDED]]
    found = [account_to_change(request, services, account_id) for account_id in ids]
    return carry_out(request, services, actions.open_handover, found)


def submit_reached(request: Request, services: Services) -> Answer:
    """Milestone and day."""
    account = _submitted(request, services)
    milestone, day = request.field("milestone"), request.day("on")
    if milestone not in LABELS:
        raise UserError("Which milestone?", field="milestone")
    if not day:
        raise UserError("On which day?", field="on")
    drawn, now = request.meta.get("entered"), _entered(services, account).get(milestone)
    if now and isinstance(drawn, dict) and now != drawn.get(milestone) and not request.touched("on"):
        said = f"Somebody has entered {day_said(date.fromisoformat(now), reader_today(request, services))} since"
        raise UserError(f"{said}: that stands.", "Pick another day to change it.", field="on")
    return Done(carry_out(request, services, actions.reached, account, milestone, day).message)


def submit_delay(request: Request, services: Services) -> Answer:
    """Milestone, day, through whom and why."""
    account = _submitted(request, services)
    milestone, day = request.field("milestone"), request.day("expected_on")
    by, reason = request.field("caused_by"), request.field("reason")
    for field, value, known in (("milestone", milestone, TARGETS), ("caused_by", by, _BY), ("reason", reason, REASONS)):
        if value not in known:
            raise UserError("Pick one.", field=field)
    if not day:
        raise UserError("Until when?", field="expected_on")
    said = Delayed(milestone, day, by, reason, request.field("line"))
    return Done(carry_out(request, services, actions.delay, account, said).message)


def submit_intent(request: Request, services: Services) -> Answer:
    """Use cases and licences."""
    refuse_off(services.policy, *OF_INTENT)
    account = account_to_change(request, services, number(str(request.meta.get("account", ""))))
    licences = request.field("licences").replace(",", "").strip()
    if licences and not (licences.isascii() and licences.isdigit() and len(licences) <= 9):  # noqa: PLR2004 - a number
        raise UserError("That is no number of licences.", "Such as 250.", field="licences")
    now = lives.life(services.store.connection(), account.id, account.known_at.date())
    ticked = {*now.intent} ^ request.toggled("use_cases")
    chosen = use_cases(";".join(one for one in services.policy.use_cases if one in ticked), services.policy)
    count = int(licences) if licences else None
    if not request.touched("licences"):
        count = now.original_licences
    return Done(carry_out(request, services, actions.intent, account, chosen, count).message)


_BY = {"us": "Us", "customer": "The customer"}


def _clicked(request: Request, services: Services) -> tuple[Account, str]:
    refuse_off(services.policy, AREA)
    account_id, _, milestone = request.value.partition(":")
    return account_to_change(request, services, number(account_id)), milestone


def _submitted(request: Request, services: Services) -> Account:
    refuse_off(services.policy, AREA)
    return account_of_form(request, services)


def _reached_form(services: Services, account: Account, milestone: str, day: str) -> Open:
    options = [[label, name] for name, label in LABELS.items()]
    chosen = next((option for option in options if option[1] == milestone), None)
    view = services.render("onboarding/reached", name=account.name, options=options, chosen=chosen, day=day)
    return Open(view, {"account": account.id, "entered": _entered(services, account)})


def _entered(services: Services, account: Account) -> dict[str, str]:
    """The days of milestones that somebody entered."""
    life = lives.life(services.store.connection(), account.id, account.known_at.date())
    return {milestone: day.isoformat() for milestone, day in life.entered.items()}


def _delay_form(services: Services, account: Account, milestone: str) -> Open:
    account.refuse_gone(onboarding.NONE_TO_COME)
    options = [[LABELS[name], name] for name in TARGETS]
    context = {
        "name": account.name,
        "options": options,
        "chosen": next((option for option in options if option[1] == milestone), None),
        "causes": [[label, key] for key, label in _BY.items()],
        "reasons": [[label.capitalize(), key] for key, label in REASONS.items()],
    }
    return Open(services.render("onboarding/delay", **context), {"account": account.id})


def _intent_form(services: Services, account: Account) -> Open:
    life = lives.life(services.store.connection(), account.id, account.known_at.date())
    context = {
        "name": account.name,
        "options": [[use_case, use_case] for use_case in services.policy.use_cases],
        "chosen": [[use_case, use_case] for use_case in services.policy.use_cases if use_case in life.intent],
        "licences": str(life.original_licences) if life.original_licences is not None else "",
    }
    return Open(services.render("onboarding/intent", **context), {"account": account.id})
