"""Checklists of a renewal, by word and by click."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from handlers.account.access import refuse_stranger
from handlers.account.which import account_clicked, account_meant, account_to_change, nothing_left, number
from handlers.door.actions import carry_out
from handlers.door.surfaces import present
from handlers.sales import actions
from storage.base.errors import NotFound
from storage.base.switches import refuse_off
from storage.cta import store as ctas
from storage.sales.record import AREA, CHECKLISTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.nouns import Handler, Verb
    from handlers.door.request import Answer, Request
    from handlers.door.services import Services
    from handlers.door.words import Word


def _by_words(which: str, request: Request, services: Services, words: Sequence[Word]) -> Answer:
    """`/renewals discovery Acme`."""
    account, rest = account_meant(request, services, words, f"/renewals {which}")
    nothing_left(rest, f"/renewals {which} Acme")
    refuse_stranger(request, services, account)
    return carry_out(request, services, actions.open_checklist, account, which)


def _by_click(which: str, request: Request, services: Services) -> Answer:
    """[Discovery] and the like."""
    refuse_off(services.policy, AREA)
    return carry_out(request, services, actions.open_checklist, account_clicked(request, services), which)


def handle_undo(request: Request, services: Services) -> Answer:
    """[Undo], of a checklist that was opened."""
    refuse_off(services.policy, AREA)
    cta = ctas.get(services.store.connection(), number(request.value))
    if cta.playbook.partition(" (")[0] not in CHECKLISTS.values():
        raise NotFound("That is no checklist of a renewal.")
    account = account_to_change(request, services, cta.account_id)
    said = carry_out(request, services, actions.take_back, account, cta.id)
    return present(request, services, said.message, "Taken back", replace=True)


VERBS: dict[str, Verb] = {which: partial(_by_words, which) for which in CHECKLISTS}
CLICKS: dict[str, Handler] = {f"sales.{which}": partial(_by_click, which) for which in CHECKLISTS}
