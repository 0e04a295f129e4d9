"""Commands, clicks and forms about accounts in trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.access import refuse_stranger
from handlers.account.pages import show as show_account
from handlers.account.which import (
    account_clicked,
    account_meant,
    account_of_form,
    account_seen,
    account_to_change,
    nothing_left,
    number,
    page_meant,
)
from handlers.door.actions import carry_out
from handlers.door.choices import by_menu
from handlers.door.request import Answer, Done, Request
from handlers.door.words import rest_from, scope_typed
from handlers.triage import actions
from handlers.triage.pages import edit_form, helped_form, listing, update_form, will_churn_form
from storage.base.errors import Refused, UserError
from storage.base.permissions import MANAGERS_HINT
from storage.base.switches import refuse_off
from storage.triage import store as triages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.account.record import Account
    from storage.triage.record import Triage


def under_triage(request: Request, services: Services, rest: Sequence[Word]) -> Answer:
    """`/success triage [mine|team|all]`, or of an account: what it is about; a yellow one goes into triage."""
    scope, said = scope_typed(rest)
    if not said:
        return listing(request, services, scope)
    account, left = account_meant(request, services, rest, "/success triage")
    nothing_left(left, "/success triage Acme")
    refuse_stranger(request, services, account)
    return edit_form(services, account, triages.current(services.store.connection(), account.id))


def under_update(request: Request, services: Services, rest: Sequence[Word]) -> Answer:
    """`/success update Acme`."""
    account, left = account_meant(request, services, rest, "/success update")
    nothing_left(left, "/success update Acme")
    refuse_stranger(request, services, account)
    return update_form(request, services, _of(services, account))


def under_will_churn(request: Request, services: Services, rest: Sequence[Word]) -> Answer:
    """`/success will-churn Acme they merged`; without words the form. Managers only."""
    account, left = account_meant(request, services, rest, "/success will-churn", careful=True)
    _managers_only(request)
    triage = _of(services, account)
    if not left:
        return will_churn_form(services, account, triage)
    return carry_out(request, services, actions.give_up, triage, rest_from(request.text, left[0]))


def handle_page(request: Request, services: Services) -> Answer:
    """A page of the list, in place of the one before."""
    refuse_off(services.policy, "health")
    scope, start, _ = page_meant(request.value)
    return listing(request, services, scope, start, replace=True)


def handle_update(request: Request, services: Services) -> Answer:
    """[Update]."""
    triage, _ = _meant(request, services, request.value)
    return update_form(request, services, triage)


def handle_edit(request: Request, services: Services) -> Answer:
    """[Impact and reason]."""
    triage, account = _meant(request, services, request.value)
    return edit_form(services, account, triage)


def handle_helped(request: Request, services: Services) -> Answer:
    """[What helped?]."""
    triage, account = _meant(request, services, request.value)
    return helped_form(services, account, triage)


def handle_needed(request: Request, services: Services) -> Answer:
    """[Needs triage]."""
    refuse_off(services.policy, "health")
    return edit_form(services, account_clicked(request, services), None)


def handle_will_churn(request: Request, services: Services) -> Answer:
    """[Will churn]."""
    triage, account = _meant(request, services, request.value)
    _managers_only(request)
    return will_churn_form(services, account, triage)


def handle_more(request: Request, services: Services) -> Answer | None:
    """`⋯`: what the chosen option names."""
    refuse_off(services.policy, "health")
    verbs = {"update": handle_update, "edit": handle_edit, "show": handle_show}
    return by_menu(verbs, request, services, "the list again: /success triage")


def handle_show(request: Request, services: Services) -> Answer:
    """The account."""
    return show_account(request, services, account_seen(request, services))


def submit_update(request: Request, services: Services) -> Answer:
    """The update, from its form."""
    triage, _ = _meant(request, services, str(request.meta.get("triage", "")))
    said = carry_out(
        request,
        services,
        actions.update,
        triage,
        request.field("colour") if request.touched("colour") else triage.colour,
        request.field("progress"),
        request.field("next_step") if request.touched("next_step") else triage.next_step or "",
        request.day("due_on"),
        request.field("helped"),
    )
    return Done(said.message)


def submit_edit(request: Request, services: Services) -> Answer:
    """What it is about, from its form; without a triage it begins one."""
    said = {name: request.field(name) or None for name in ("impact", "reason", "ends", "next_step")}
    if "triage" in request.meta:
        triage, _ = _meant(request, services, str(request.meta["triage"]))
        said |= {name: getattr(triage, name) for name in said if not request.touched(name)}
        return Done(carry_out(request, services, actions.describe, triage, said).message)
    refuse_off(services.policy, "health")
    account = account_of_form(request, services)
    return Done(carry_out(request, services, actions.needed, account, said).message)


def submit_helped(request: Request, services: Services) -> Answer:
    """What helped, from its form."""
    triage, _ = _meant(request, services, str(request.meta.get("triage", "")))
    return Done(carry_out(request, services, actions.say_what_helped, triage, request.field("helped")).message)


def submit_will_churn(request: Request, services: Services) -> Answer:
    """Given up, from its form."""
    triage, _ = _meant(request, services, str(request.meta.get("triage", "")))
    _managers_only(request)
    return Done(carry_out(request, services, actions.give_up, triage, request.field("retrospective")).message)


def _meant(request: Request, services: Services, value: str) -> tuple[Triage, Account]:
    """The triage that a value names, and its account, which the person may change."""
    refuse_off(services.policy, "health")
    triage = triages.get(services.store.connection(), number(value))
    return triage, account_to_change(request, services, triage.account_id)


def _of(services: Services, account: Account) -> Triage:
    found = triages.current(services.store.connection(), account.id)
    if found is None:
        raise UserError(f"{account.name} is not in triage.", f"Red ones are: /account health {account.name} red")
    return found


def _managers_only(request: Request) -> None:
    if not request.rights.manager:
        raise Refused("Only managers can say that an account will churn.", MANAGERS_HINT)
