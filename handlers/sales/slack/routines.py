"""Reminders of one's own: each switches them on for themselves, and says Done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.which import number
from handlers.door.actions import carry_out, carry_out_in_view
from handlers.door.request import Answer, Request, Say
from handlers.door.surfaces import present
from handlers.sales import actions
from storage.base import outbox
from storage.base.errors import NotFound, UserError
from storage.base.keys import to_person
from storage.base.switches import refuse_off
from storage.sales import routines
from storage.sales.record import AREA
from storage.sales.settings import SalesArea
from templates.sales import show as views

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.nouns import Handler
    from handlers.door.services import Services
    from handlers.door.words import Word

KINDS = {"daily": routines.DAILY, "weekly": routines.WEEKLY}
EXAMPLE = "/success reminders daily"


def by_reminders(request: Request, services: Services, words: Sequence[Word]) -> Answer:
    """`reminders`, `reminders daily|weekly`, `reminders off [daily|weekly]`, in any order."""
    said = [word.text.casefold().rstrip(",") for word in words]
    if not said:
        return _page(request, services)
    off = "off" in said
    asked = [KINDS[word] for word in said if word in KINDS]
    if any(word not in ("off", "on", "and", *KINDS) for word in said) or not (asked or off):
        raise UserError(f"'{' '.join(said)[:80]}' was not understood.", f"daily, weekly or off: {EXAMPLE}")
    action = actions.switch_off if off else actions.switch_on
    return carry_out(request, services, action, request.person, asked or list(KINDS.values()))


def handle_switch(request: Request, services: Services) -> Answer:
    """[On], [Off] of one of them, in place of the page."""
    refuse_off(services.policy, AREA)
    word, _, off = request.value.partition(":")
    if word not in KINDS:
        raise NotFound("There is no such reminder.", f"For example: {EXAMPLE}")
    action = actions.switch_off if off else actions.switch_on
    carry_out_in_view(request, services, lambda unit: action(unit, request.person, [KINDS[word]]), lambda one: one.said)
    return _page(request, services, replace=True)


def handle_done(request: Request, services: Services) -> Answer | None:
    """[Done], of one's own row: nobody else sees it, and nothing is answered but the row itself."""
    refuse_off(services.policy, AREA)
    row = outbox.get(services.store.connection(), number(request.value))
    if row is None or row.destination != to_person(request.person.id) or row.kind not in KINDS.values():
        raise NotFound("That message is not yours, or too old.", "Home shows what is due today.")
    found = carry_out_in_view(
        request, services, lambda unit: actions.done(unit, request.person, row), lambda one: one.said
    )
    in_form = (request.body.get("view") or {}).get("type") == "modal"
    return Say(services.render("blocks/done", said=found.said, told=None, buttons=[])) if in_form else None


def _page(request: Request, services: Services, *, replace: bool = False) -> Answer:
    on = routines.of_person(services.store.connection(), request.person.id)
    context = views.routines(services.policy.settings(SalesArea), [word for word, kind in KINDS.items() if kind in on])
    return present(request, services, services.render("sales/routines", **context), "Reminders", replace=replace)


CLICKS: dict[str, Handler] = {
    "sales.reminders_daily": handle_switch,
    "sales.reminders_weekly": handle_switch,
    "sales.done": handle_done,
}
