"""Usage's verbs of `/success`, its clicks and its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.access import refuse_stranger
from handlers.account.which import account_clicked, account_meant, account_of_form, account_seen, nothing_left
from handlers.door.actions import carry_out
from handlers.door.request import Answer, Done, Open, Request
from handlers.door.surfaces import Shown, present
from handlers.door.today import reader_today
from handlers.success.life import View
from handlers.usage import actions
from handlers.usage.words import Adopted, parse_adopted
from storage.base.errors import UserError
from storage.base.switches import refuse_off
from storage.success import store as lives
from storage.usage import store
from storage.usage.settings import UsageArea
from templates.usage import show as views

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.account.record import Account

AREA = store.AREA
ALL = "all"
"""What the form's select holds for all that an account bought for: Slack takes no empty value."""


def by_usage(request: Request, services: Services, words: Sequence[Word]) -> Answer:
    """`usage Acme`."""
    account, rest = account_meant(request, services, words, "/success usage")
    nothing_left(rest, "/success usage Acme")
    return usage_page(request, services, account)


def by_adopted(request: Request, services: Services, words: Sequence[Word]) -> Answer:
    """`adopted Acme CI 12 Nov agreed with their CTO`; what is missing is asked for in the form."""
    account, rest = account_meant(request, services, words, "/success adopted")
    refuse_stranger(request, services, account)
    said = parse_adopted(rest, reader_today(request, services), services.policy)
    if said.use_case is None or not said.agreed_with:
        return _form(request, services, account, said)
    on = said.on or reader_today(request, services)
    return carry_out(request, services, actions.adopt, account, said.use_case or None, on, said.agreed_with)


def usage_page(request: Request, services: Services, account: Account) -> Shown:
    """Licences, users and use cases of an account, with a chart of its last usage days."""
    view = View(request, services)
    figure = store.on_day(view.db, view.policy, [account.id], view.today).get(account.id)
    history = store.history(view.db, view.policy, account.id, view.today)
    said = store.agreed(view.db, [account.id]).get(account.id, [])
    context = views.usage_page(
        account,
        figure,
        history,
        lives.life(view.db, account.id, view.today),
        said,
        view.policy,
        view.policy.settings(UsageArea),
        view.today,
        may_change=view.may_change(account),
    )
    return present(request, services, services.render("usage/page", **context), account.name)


def handle_show(request: Request, services: Services) -> Answer:
    """[Usage] of an account."""
    refuse_off(services.policy, AREA)
    return usage_page(request, services, account_seen(request, services))


def handle_adopted(request: Request, services: Services) -> Answer:
    """[Adopted]: a form."""
    refuse_off(services.policy, AREA)
    return _form(request, services, account_clicked(request, services), Adopted(None, None, ""))


def submit_adopted(request: Request, services: Services) -> Answer:
    """Use case, day, and who agrees."""
    refuse_off(services.policy, AREA)
    account = account_of_form(request, services)
    use_case, day = request.field("use_case"), request.day("on")
    if not use_case:
        raise UserError("Which use case?", "Or all that it bought for.", field="use_case")
    if not day:
        raise UserError("Since which day?", field="on")
    chosen = None if use_case == ALL else use_case
    done = carry_out(request, services, actions.adopt, account, chosen, day, request.field("agreed_with"))
    return Done(done.message)


def _form(request: Request, services: Services, account: Account, said: Adopted) -> Open:
    day = said.on or reader_today(request, services)
    context = views.adopted_form(account.name, services.policy.use_cases, said.use_case, day, said.agreed_with, ALL)
    return Open(services.render("usage/adopted", **context), {"account": account.id})
