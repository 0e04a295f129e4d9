"""`/account handover FROM TO [some|all]`: accounts and open work move to a colleague. For managers; asks first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.which import number
from handlers.door import people as directory
from handlers.door.actions import carry_out
from handlers.door.people import person_meant
from handlers.door.request import Answer, Done, Open, Options, as_number
from handlers.handover import actions
from storage.base import people
from storage.base.errors import Refused, UserError
from storage.base.permissions import MANAGERS_HINT, may
from storage.base.plurals import counted
from storage.handover import store as handover
from templates.blocks.mrkdwn import mrkdwn
from templates.blocks.words import person_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.request import Request
    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.base.person import Person

WHICH = [["All of them", "all"], ["Some of them", "some"]]


def by_words(request: Request, services: Services, words: Sequence[Word]) -> Open:
    """The words after `handover`: two people and `some` or `all`; what is missing stands in the form."""
    refuse_others(request, services)
    which = next((w.text.casefold() for w in words if w.text.casefold() in ("all", "some")), "all")
    named = [person_meant(request, services, w) for w in words if w.text.casefold() not in ("all", "some")]
    if len(named) > 2:  # noqa: PLR2004 - from one to another
        raise UserError("Two people are enough.", "/account handover @from @to")
    giver, taker = [*named, None, None][:2]
    return form(services, giver, taker, which)


def form(services: Services, giver: Person | None, taker: Person | None = None, which: str = "all") -> Open:
    """The form, which says how much there is to move."""
    context = {
        "giver": giver.slack_id if giver else None,
        "about": None,
        "taker": taker.slack_id if taker else None,
        "options": WHICH,
        "which": WHICH[1] if which == "some" else WHICH[0],
    }
    if giver:
        found = handover.belongings(services.store.connection(), giver.id)
        context["about"] = mrkdwn(
            "*{}* has {} and {}.",
            person_words(giver),
            counted(found.accounts, "account"),
            counted(found.ctas, "open CTA"),
        )
    return Open(services.render("account/handover", **context), {"giver": giver.id} if giver else {})


def handle_open(request: Request, services: Services) -> Answer:
    """[Hand over]: the value is whose accounts."""
    refuse_others(request, services)
    return form(services, people.get(services.store.connection(), number(request.value)) if request.value else None)


def handle_accounts(request: Request, services: Services) -> Answer:
    """The giver's accounts while somebody types."""
    refuse_others(request, services)
    giver = _giver(request, services)
    found = handover.accounts_of(services.store.connection(), giver.id, request.value, 20) if giver else []
    return Options([(account.name, str(account.id)) for account in found])


def submit(request: Request, services: Services) -> Answer:
    """The form: what moves moves at once, and both get a list."""
    refuse_others(request, services)
    giver = _giver(request, services)
    if giver is None:
        raise UserError("Whose accounts?", "Pick a colleague.", field="giver")
    taker_id = request.field("taker")
    if not taker_id:
        raise UserError("Who takes them?", "Pick a colleague.", field="taker")
    taker = directory.known(services, taker_id, services.team_id)
    only = None
    if request.field("which") == "some":
        only = {number(value) for value in request.values.get("account.handover_accounts") or []}
        if not only:
            raise UserError("Which accounts?", "Pick some, or take all of them.", field="accounts")
    return Done(carry_out(request, services, actions.hand_over, giver, taker, only).message)


def refuse_others(request: Request, services: Services) -> None:
    """Raise Refused unless the person is a manager."""
    if not may(request.rights, "handover", services.policy):
        raise Refused("Only managers can hand accounts over.", MANAGERS_HINT)


def _giver(request: Request, services: Services) -> Person | None:
    known = request.meta.get("giver")
    if known:
        return people.get(services.store.connection(), as_number(known))
    picked = request.field("giver")
    return directory.known(services, picked, services.team_id) if picked else None
