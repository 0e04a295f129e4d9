"""What `/account` shows: the card, the brief, the history, lists, and names while people type."""

from __future__ import annotations

from dataclasses import replace as replace_
from typing import TYPE_CHECKING

from handlers.account.which import whose_meant
from handlers.door.request import Answer, Open, Options, Request
from handlers.door.surfaces import Shown, present
from handlers.door.today import reader_today, zone_name
from storage.account import brief as briefs
from storage.account import lists as books
from storage.account import notes
from storage.account import store as accounts
from storage.account.brief import reviewed_on
from storage.account.sieve import AS_IT_IS, Sieve
from storage.base import audit_history as history
from storage.base import people
from storage.base.nouns import handed_in
from storage.base.permissions import may
from templates.account import lists_show
from templates.account import show as views
from templates.blocks.listed import Listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from handlers.door.services import Services
    from storage.account.record import Account

PAGE = 10
SHOWN_CHANGES = 5
HISTORY = 10
NEWEST_NOTES = 3
SUGGESTIONS = 20


def listed(
    request: Request,
    services: Services,
    found: Sequence[Account],
    scope: str,
    offset: int,
    *,
    which: str = "",
    totals: Mapping[str, int] | None = None,
) -> Listed:
    """A page of a list of accounts as templates take it; without `totals` the accounts `found` are the whole list."""
    return Listed(
        people=people.many(services.store.connection(), [i for account in found for i in account.team_ids]),
        today=reader_today(request, services),
        zone_name=zone_name(request, services),
        scope=scope,
        which=which,
        totals=totals or {"": len(found)},
        offset=offset,
        size=PAGE,
        changeable=[one.id for one in found if may(request.rights, "change", services.policy, one)],
        understood_id=books.named(scope) or request.person.id,
    )


def card(request: Request, services: Services, account: Account, then: str = "") -> dict[str, object]:
    """The account's card as a message; `then` is the command that was typed before there was the account."""
    db, policy, today = services.store.connection(), services.policy, reader_today(request, services)
    show_arr = may(request.rights, "see_arr", policy, account)
    nouns = [noun for noun in handed_in("handlers", "archiving") if hasattr(noun, "of_gone")]
    context = views.card(
        briefs.brief(db, policy, account.id),
        history.of_account(db, account.id, SHOWN_CHANGES)[0],
        today,
        zone_name(request, services),
        policy,
        may_change=may(request.rights, "change", policy, account),
        show_arr=show_arr,
        notes=notes.of_account(db, policy, account.id, zone_name(request, services), limit=NEWEST_NOTES)[0],
        gone=[button for noun in nouns for button in noun.of_gone(policy, account, today)],
        then=then,
    )
    message: dict[str, object] = services.render("account/card", **context)
    return message


def show(request: Request, services: Services, account: Account, *, replace: bool = False) -> Shown:
    """The account at a glance."""
    return present(request, services, card(request, services, account), "Account", replace=replace)


def brief_form(request: Request, services: Services, account_id: int) -> Open:
    """The brief of an account, in a form of its own."""
    db, policy = services.store.connection(), services.policy
    brief = briefs.brief(db, policy, account_id)
    show_arr = may(request.rights, "see_arr", policy, brief.account)
    today, zone = reader_today(request, services), zone_name(request, services)
    noted = notes.since(db, policy, account_id, reviewed_on(brief), zone, limit=views.NOTES_IN_BRIEF + 1)
    context = views.long_form(brief, today, zone, policy, show_arr=show_arr, notes=noted)
    return Open(services.render("account/brief", **context))


def show_history(
    request: Request, services: Services, account: Account, offset: int = 0, *, replace: bool = False
) -> Shown:
    """Who changed and noted what, the latest first."""
    db, policy = services.store.connection(), services.policy
    found, total = history.of_account(db, account.id, HISTORY, offset)
    context = views.changes(
        account,
        found,
        reader_today(request, services),
        zone_name(request, services),
        show_arr=may(request.rights, "see_arr", policy, account),
        offset=offset,
        total=total,
        size=HISTORY,
    )
    return present(request, services, services.render("account/history", **context), "History", replace=replace)


def allowed(request: Request, services: Services, sieve: Sieve) -> Sieve:
    """As asked for; who may not see revenue gets nothing sorted by it."""
    if sieve.sort == "arr" and not may(request.rights, "see_arr", services.policy):
        return replace_(sieve, sort="")
    return sieve


def listing(
    request: Request,
    services: Services,
    scope: str = "",
    which: str = "",
    offset: int = 0,
    *,
    sieve: Sieve = AS_IT_IS,
    replace: bool = False,
) -> Shown:
    """A page of accounts; `which` is one of books.FILTERS, `sieve` sorts and narrows it."""
    db, policy, today = services.store.connection(), services.policy, reader_today(request, services)
    if which == "no-csm":
        scope = "all"
    whose = books.whose(db, policy, request.person, scope)
    sieve = allowed(request, services, sieve)
    found, total = books.page(db, policy, whose, which, today, limit=PAGE, offset=offset, sieve=sieve)
    context = lists_show.listing(
        found,
        people.many(db, [account.csm_id for account in found]),
        today,
        zone_name(request, services),
        scope=whose.scope,
        which=which,
        offset=offset,
        total=total,
        size=PAGE,
        reader_id=whose.one or request.person.id,
        changeable=[a.id for a in found if may(request.rights, "change", policy, a)],
        whose=whose_meant(db, whose),
        sieve=sieve,
        segments=books.segments(db),
        by_arr=may(request.rights, "see_arr", policy),
        arr={a.id: views.arr_amount(a, policy, show_arr=may(request.rights, "see_arr", policy, a)) for a in found},
    )
    return present(request, services, services.render("account/list", **context), "Accounts", replace=replace)


def handle_search(request: Request, services: Services) -> Answer:
    """Names while somebody types: their own accounts before the first letter."""
    db = services.store.connection()
    if request.value.strip():
        found = accounts.search(db, request.value, SUGGESTIONS)
    else:
        whose = books.whose(db, services.policy, request.person)
        today = reader_today(request, services)
        found, _ = books.page(db, services.policy, whose, "", today, limit=SUGGESTIONS)
    return Options([(views.told_apart(account, found), str(account.id)) for account in found])


def edit_form(request: Request, services: Services, account: Account) -> Open:
    """The form to change an account."""
    team = people.many(services.store.connection(), account.team_ids)
    show_arr = may(request.rights, "see_arr", services.policy, account)
    view = services.render("account/form", **views.form(account, team, services.policy, show_arr=show_arr))
    return Open(view, {"account": account.id})
