"""How renewals end, in Slack: renewed, churned, in signature, taken back, and the list of those undecided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.which import account_to_change, number, page_meant, whose_meant
from handlers.door.actions import carry_out
from handlers.door.request import Answer, Done, Open, Redraw, Request
from handlers.door.surfaces import Shown, present
from handlers.door.today import reader_today
from handlers.renewal import actions, values
from storage.account import lists as books
from storage.account.team import alerted
from storage.base import people
from storage.base.errors import Stale, UserError
from storage.base.moments import add_months, maybe_day
from storage.base.money import cents_text
from storage.base.permissions import may
from storage.renewal import lists, outcomes
from templates.blocks.mrkdwn import day_words
from templates.renewal import outcome_show as views

if TYPE_CHECKING:
    from datetime import date

    from handlers.door.services import Services
    from handlers.renewal.values import Ended
    from storage.account.record import Account

PAGE = 10
NO_DAY = "none"


def asked_about(request: Request, services: Services, value: str) -> Account:
    """The account of a value `ACCOUNT[:RENEWAL_DATE]`, read again; raises Stale where the date is another one now."""
    parts = value.split(":")
    account = account_to_change(request, services, number(parts[0]))
    about = parts[1] if len(parts) > 1 else ""
    if about and account.renewal_on != _day(about):
        today = reader_today(request, services)
        now = f"renews {day_words(account.renewal_on, today)} now" if account.renewal_on else "has no renewal date"
        raise Stale(f"{account.name} {now}.", "That message was about an earlier date; nothing was changed.")
    return account


def _day(text: str) -> date | None:
    try:
        return maybe_day(text)
    except ValueError:
        return None


def handle_renewed(request: Request, services: Services) -> Answer:
    """[Renewed]."""
    return renewed_form(request, services, asked_about(request, services, request.value))


def renewed_form(
    request: Request,
    services: Services,
    account: Account,
    next_on: date | None = None,
    arr_cents: int | None = None,
) -> Open:
    """The form for the next renewal date: a year on, as most contracts are; it asks what the amount asks for."""
    today, shows_arr = reader_today(request, services), _shows_arr(request, services, account)
    context = views.renewed_form(
        account,
        today,
        services.policy,
        next_on or add_months(account.renewal_on or today, 12),
        shows_arr=shows_arr,
        arr="" if arr_cents is None else cents_text(arr_cents),
        asks=outcomes.asks_about(account.arr_cents, arr_cents) if shows_arr else "",
    )
    return Open(services.render("renewal/renewed", **context), {"account": _value(account)})


def submit_renewed(request: Request, services: Services) -> Answer:
    """Until when it renewed; an amount that is less, or much more, is asked about first."""
    account = asked_about(request, services, _meta(request))
    day = request.day("next_renewal_on")
    if not day:
        raise UserError("Until when?", field="next_renewal_on")
    next_on, reason = day, request.field("reason") or None
    typed = request.field("arr") if _shows_arr(request, services, account) else ""
    cents = values.arr_cents(typed, account, services.policy) if typed else None
    asks = outcomes.asks_about(account.arr_cents, cents)
    meant = request.field("meant")
    if asks == "contract" and meant and cents is not None:
        cents = actions.of_a_year(account, cents, next_on) if meant == "contract" else cents
        asks = ""
        if outcomes.asks_about(account.arr_cents, cents) == "less":
            raise UserError("A year of that is less than before.", "Write the amount of a year above.", field="meant")
    if asks and not (asks == "less" and reason):
        context = views.renewed_form(
            account, reader_today(request, services), services.policy, next_on, shows_arr=True, arr=typed, asks=asks
        )
        return Redraw(services.render("renewal/renewed", **context), request.meta)
    line = request.field("line") or None
    return Done(
        carry_out(request, services, actions.renew, account, next_on, arr_cents=cents, reason=reason, line=line).message
    )


def handle_by_itself(request: Request, services: Services) -> Answer:
    """[Yes]: it renewed by itself for a year; where that has passed too, the form asks until when."""
    account = asked_about(request, services, request.value)
    next_on = add_months(account.renewal_on, 12) if account.renewal_on else None
    if next_on is None or next_on <= reader_today(request, services):
        return renewed_form(request, services, account)
    return carry_out(request, services, actions.renew, account, next_on)


def handle_churned(request: Request, services: Services) -> Answer:
    """[Churned]."""
    return churned_form(request, services, asked_about(request, services, request.value))


def churned_form(request: Request, services: Services, account: Account, said: Ended | None = None) -> Open:
    """The form that asks why and from when on, before an account is recorded as churned; Stale for one that is."""
    outcomes.refuse_again(account, reader_today(request, services))
    db, policy = services.store.connection(), services.policy
    hearers = {one.id: one for one in alerted(db, policy, account) if policy.alerts and one.id != request.person.id}
    context = views.churned_form(account, reader_today(request, services), policy, said, list(hearers.values()))
    return Open(services.render("renewal/churned", **context), {"account": _value(account)})


def submit_churned(request: Request, services: Services) -> Answer:
    """Why, and from when on it is gone."""
    account = asked_about(request, services, _meta(request))
    on = request.day("churned_on")
    reason, line = request.field("reason") or None, request.field("line") or None
    return Done(carry_out(request, services, actions.churn, account, on, reason=reason, line=line).message)


def handle_signing(request: Request, services: Services) -> Answer:
    """[Signing late, by …]."""
    return signing_form(request, services, asked_about(request, services, request.value))


def signing_form(request: Request, services: Services, account: Account) -> Open:
    """The form for the day by which it will be signed."""
    account.refuse_gone(outcomes.NONE_TO_SIGN)
    today = reader_today(request, services)
    signed = outcomes.signing(services.store.connection(), account)
    context = views.signing_form(account, today, signed, actions.signed_by_day(services.policy, account, today))
    return Open(services.render("renewal/signing", **context), {"account": _value(account)})


def submit_signing(request: Request, services: Services) -> Answer:
    """By when it will be signed."""
    account = asked_about(request, services, _meta(request))
    day = request.day("sign_by")
    if not day:
        raise UserError("By when?", field="sign_by")
    line = request.field("line") or None
    if now := outcomes.signing(services.store.connection(), account):
        line = line if request.touched("line") else now.line
        still = now.sign_by >= reader_today(request, services) and not request.touched("sign_by")
        day = now.sign_by if still else day
    return Done(carry_out(request, services, actions.sign_late, account, day, line).message)


def handle_ask_later(request: Request, services: Services) -> Answer:
    """[Ask me later]."""
    account = asked_about(request, services, request.value)
    return carry_out(request, services, actions.ask_later, request.person, account)


def handle_lapsed(request: Request, services: Services) -> Answer:
    """A page of the list, `SCOPE:OFFSET[:WHICH]`."""
    scope, start, which = page_meant(request.value)
    return undecided(request, services, scope, start, which, replace=True)


def undecided(
    request: Request, services: Services, scope: str = "", offset: int = 0, which: str = "", *, replace: bool = False
) -> Shown:
    """The renewals that passed undecided (`lapsed`, of which `old`), or are in signature (`signing`)."""
    db, policy, today = services.store.connection(), services.policy, reader_today(request, services)
    whose = books.whose(db, policy, request.person, scope)
    which = which if which in ("signing", "old") else "lapsed"
    found, total = lists.undecided(db, policy, whose, today, which, limit=PAGE, offset=offset)
    each = ("lapsed", "signing", "old")
    totals = {one: lists.undecided(db, policy, whose, today, one, limit=0)[1] for one in each}
    context = views.undecided(
        found,
        outcomes.signings(db, found),
        people.many(db, [i for account in found for i in account.team_ids]),
        today,
        policy,
        scope=whose.scope,
        whose=whose_meant(db, whose),
        which=which,
        offset=offset,
        total=total,
        totals=totals,
        size=PAGE,
        reader_id=whose.one or request.person.id,
        changeable=[a.id for a in found if may(request.rights, "change", policy, a)],
        arr_ids=[a.id for a in found if may(request.rights, "see_arr", policy, a)],
    )
    return present(request, services, services.render("renewal/lapsed", **context), "Renewals", replace=replace)


def _shows_arr(request: Request, services: Services, account: Account) -> bool:
    return may(request.rights, "see_arr", services.policy, account)


def _value(account: Account) -> str:
    return f"{account.id}:{account.renewal_on or NO_DAY}"


def _meta(request: Request) -> str:
    # `review` is what forms that were open during an upgrade still say.
    return str(request.meta.get("account") or str(request.meta.get("review", "")).split(":")[0])
