"""Adding and changing an account: the forms, and what their fields become."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.account import actions
from handlers.account import values as account_values
from handlers.account.by_name import NEW
from handlers.account.pages import card
from handlers.account.which import account_of_form, number
from handlers.door import money
from handlers.door import people as directory
from handlers.door import values as cells
from handlers.door.actions import carry_out, carry_out_and_show
from handlers.door.choices import ECHOED
from handlers.door.dates import parse_day
from handlers.door.request import Answer, Done, Open, Say
from handlers.door.today import reader_today
from storage.account import brief as briefs
from storage.account import store as accounts
from storage.account.brief import open_work
from storage.base import people
from storage.base.errors import Refused, UserError
from storage.base.permissions import may
from storage.base.plurals import counted
from storage.base.switches import area_on
from templates.account import show as views
from templates.blocks.mrkdwn import mrkdwn

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from handlers.account.words import NewAccount
    from handlers.door.request import Request
    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.account.record import Account

PARTS = ("csm", "ae", "sa", "pse")
_DAYS = ("renewal_on", "customer_since", "last_ebr_on")
_TEXTS = {
    "segment": account_values.segment,
    "region": cells.text_of(cells.TEXT_LENGTH),
    "crm_id": cells.crm_id,
    "crm_url": cells.link,
    "notice_days": account_values.notice_days,
    "auto_renews": account_values.renews_by_itself,
}


def add_form(
    request: Request, services: Services, typed: Mapping[str, str | None] | None = None, then: str = ""
) -> Open:
    """The form to add an account, with what was typed; the CSM is who adds it until somebody else is picked."""
    known = {"csm": request.person.slack_id, **(typed or {})}
    context = views.form(None, {}, services.policy, show_arr=True, typed=known)
    return Open(services.render("account/form", **context), {"then": then} if then else {})


def health_form(services: Services, account: Account, today: date) -> Open:
    """The form to set an account's health."""
    context = {
        "about": mrkdwn("*{}* · {}", account.name, views.health_words(account, today)),
        "healths": views.HEALTH_OPTIONS,
        "health": next((o for o in views.HEALTH_OPTIONS if o[1] == account.health), None),
        "asks_why": area_on(services.policy, "health"),
    }
    return Open(services.render("account/health", **context), {"account": account.id})


def archive_form(services: Services, account: Account) -> Open:
    """The form that asks before an account is archived."""
    known = briefs.brief(services.store.connection(), services.policy, account.id)
    view = services.render("account/archive", name=account.name, open_ctas=open_work(known))
    return Open(view, {"account": account.id})


ARR_LIMIT = 40
"""Characters of the field of the form (templates/account/form.json.j2)."""


def add_as_typed(request: Request, services: Services, new: NewAccount, then: str = "") -> Answer:
    """`/account add Acme csm @ann renewal 30 Apr 2027 arr 240000`; only a name, or nothing: the form.

    `then` is a command that is offered once it is added.
    """
    typed: dict[str, str | None] = {"name": accounts.checked_name(new.name) if new.name else None}
    for field, words in new.fields.items():
        typed[field] = _typed(field, words, request, services)
    if not new.name or not new.fields:
        return add_form(request, services, typed, then)
    typed.setdefault("csm", request.person.slack_id)
    return added(request, services, new.name, _fields(services, typed, None, show_arr=True), then)


def _typed(field: str, words: tuple[Word, ...], request: Request, services: Services) -> str | None:
    """A field's words as the form would give them; raises UserError naming the field."""
    text = " ".join(word.text for word in words)
    if not words:
        raise UserError(f"What is the {field.removesuffix('_on').replace('_', ' ')}?", "Something is missing there.")
    limit = ARR_LIMIT if field == "arr" else accounts.NAME_LIMIT
    if len(text) > limit:
        length = counted(len(text), "character")
        raise UserError(f"The {field.replace('_', ' ')} has {length}.", f"It may have {limit}.")
    if field in PARTS:
        if words[0].kind == "user":
            return words[0].id
        found = people.by_email(services.store.connection(), words[0].text)
        if found is None:
            raise UserError(f"I don't know who '{text}' is.", "Mention them with an @.")
        return f"person:{found.id}"
    if field == "channel":
        if words[0].kind != "channel" or not words[0].id:
            raise UserError(
                f"'{text[:ECHOED]}' is no channel that I know.", "Pick it from what Slack offers after the #."
            )
        return words[0].id
    if field in _DAYS:
        today = reader_today(request, services)
        past = field != "renewal_on"
        return parse_day(text, today, services.policy.date_formats, past=past).isoformat()
    return text


def added(request: Request, services: Services, name: str, fields: dict[str, Any], then: str = "") -> Say:
    """A new account; its card is the answer."""

    def show(account: Account) -> Say:
        message = card(request, services, account, then.replace(NEW, f"account:{account.id}", 1))
        return Say({**message, "text": f"Added {message['text']}"})

    return carry_out_and_show(request, services, lambda unit: actions.add(unit, name, fields), show)


_FIELD = {f"{part}_id": part for part in PARTS} | {"channel_id": "channel", "arr_cents": "arr", "currency": "arr"}
"""By which field of the form what is kept is filled in, where that is called otherwise."""


def submit_add(request: Request, services: Services) -> Answer:
    """The form of a new account."""
    fields = _fields(services, _values(request), None, show_arr=True)
    answer = added(request, services, request.field("name"), fields, str(request.meta.get("then") or ""))
    return Done(answer.message)


def submit_edit(request: Request, services: Services) -> Answer:
    """The form of an account, changed."""
    account = account_of_form(request, services)
    show_arr = may(request.rights, "see_arr", services.policy, account)
    fields = {"name": request.field("name"), **_fields(services, _values(request), account, show_arr=show_arr)}
    fields = {name: value for name, value in fields.items() if request.touched(_FIELD.get(name, name))}
    said = carry_out_and_show(
        request,
        services,
        lambda unit: actions.edit(unit, account, fields),
        lambda after: Say(card(request, services, after)),
    )
    return Done(said.message)


def submit_health(request: Request, services: Services) -> Answer:
    """The form of an account's health."""
    account = account_of_form(request, services)
    note = request.field("note") if area_on(services.policy, "health") else ""
    health = request.field("health") if request.touched("health") else account.health or ""
    return Done(carry_out(request, services, actions.set_health, account, health, note).message)


def submit_archive(request: Request, services: Services) -> Answer:
    """The answer to "Archive account?"."""
    account = account_of_form(request, services)
    return Done(carry_out(request, services, actions.archive, account).message)


def _values(request: Request) -> dict[str, str | None]:
    return {name: value if isinstance(value, str) else None for name, value in request.values.items()}


def _fields(
    services: Services, given: Mapping[str, str | None], account: Account | None, *, show_arr: bool
) -> dict[str, Any]:
    """A form's fields as stored. Somebody not in Slack stays in the team unless another one is picked."""
    fields: dict[str, Any] = {f"{part}_id": _person(services, given.get(part), part, account) for part in PARTS}
    for name in _DAYS:
        fields[name] = given.get(name) or None
    for name, read in _TEXTS.items():
        fields[name] = _read(name, read, given.get(name) or "")
    fields["channel_id"] = given.get("channel") or None
    if show_arr:
        fields |= _money(services, given.get("arr") or "", account)
    return fields


def _money(services: Services, text: str, account: Account | None) -> dict[str, Any]:
    home = account.currency if account else services.policy.currency
    if not text.strip():
        return {"arr_cents": None, "currency": home}
    mark = services.policy.decimal_mark
    cents, currency = _read("arr", lambda cell: money.money(cell, home, mark), text) or (None, None)
    return {"arr_cents": cents, "currency": currency or home}


def _read(field: str, read: Any, text: str) -> Any:
    """What a text says, None for nothing; raises UserError at the field, also for what no cell may hold."""
    try:
        cell = cells.clean(text)
        return read(cell) if cell else None
    except cells.Wrong as error:
        said = str(error)
        raise UserError(f"{said[:1].upper()}{said[1:]}.", field=field) from error


def _person(services: Services, given: str | None, part: str, account: Account | None) -> int | None:
    before = getattr(account, f"{part}_id") if account else None
    if not given:
        if before is None:
            return None
        known = people.get(services.store.connection(), before)
        return before if known.slack_id is None else None
    if given.startswith("person:"):
        return number(given.removeprefix("person:"))
    try:
        person = directory.known(services, given, services.team_id)
    except Refused as error:
        raise UserError("That is nobody of this workspace.", "Pick a colleague.", field=part) from error
    if person.id != before and (person.guest or person.foreign or person.deactivated):
        raise UserError(f"{person.name} can't be on an account team.", "Pick an active colleague.", field=part)
    return person.id
