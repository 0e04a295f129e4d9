"""How handlers/cta answers: with the CTA's card, with the list in which something was done, or with a form."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from handlers.cta.slack.listing import list_message
from handlers.cta.which import to_change
from handlers.door.actions import carry_out_and_show
from handlers.door.request import Open, Say, as_number
from handlers.door.today import reader_today, zone_name
from storage.account import notes
from storage.base.permissions import may
from templates.cta import forms_show as cta_forms
from templates.cta import show as views

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from handlers.cta.actions import Changed
    from handlers.door.request import Request
    from handlers.door.services import Services
    from storage.base.db import Unit
    from storage.cta.record import CtaFacts

P = ParamSpec("P")
NEWEST_NOTES = 3


def change(
    request: Request,
    services: Services,
    cta_id: int,
    action: Callable[Concatenate[Unit, CtaFacts, P], Changed],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Say:
    """Do something with a CTA, for somebody who may; the answer is its card, below what was done."""
    facts = to_change(request, services, cta_id)
    return carry_out_and_show(
        request,
        services,
        lambda unit: action(unit, facts, *args, **kwargs),
        lambda done: answer(
            request, services, done.facts, done.said, detailed=done.detailed, small=done.small, ended=done.ended
        ),
    )


def answer(
    request: Request,
    services: Services,
    facts: CtaFacts,
    lead: str,
    *,
    context: str = "",
    choices: Sequence[tuple[str, str, str]] = (),
    detailed: bool = False,
    small: bool = False,
    ended: bool = False,
) -> Say:
    """What happened to a CTA, with its card and what may come next.

    It takes the place of the message clicked if that was only this person's; a list is drawn again below it. A click
    on the card in the account's channel gets one line: the card itself stands above it and follows. So does a `small`
    change anywhere, with a way to the card.
    """
    today = reader_today(request, services)
    policy = services.policy
    details = None
    if detailed:
        show_arr = may(request.rights, "see_arr", policy, facts.account, facts.cta.owner_id)
        db, zone = services.store.connection(), zone_name(request, services)
        newest = notes.of_cta(db, policy, facts.account.id, facts.cta.id, zone, limit=NEWEST_NOTES)
        details = views.details(facts, policy, today, show_arr=show_arr, notes=newest)
    below_card = not detailed and _on_the_card(request) and request.channel_id == facts.account.channel_id
    if small and not below_card and list_query(request) is None:
        choices = [*choices, ("Show", "cta.show", str(facts.cta.id))]
    message = services.render(
        "cta/answer",
        lead=lead,
        card=views.card(facts, policy, today),
        short=below_card or small,
        back="Undo" if ended or not lead else "Open again",
        details=details,
        context=context,
        choices=choices,
        rest=rest_of_list(request, services, facts.cta.id),
    )
    return Say(message, replace=True)


def _on_the_card(request: Request) -> bool:
    """Whether a click, or the form that it opened, was made on a card that everybody sees."""
    if request.kind == "view":
        return bool(request.meta.get("card"))
    return request.kind == "action" and request.block_id.startswith("card:") and not request.ephemeral


def rest_of_list(request: Request, services: Services, answered: int) -> list[dict[str, Any]]:
    """The blocks of the list in which a click (or the form that it opened) was made, drawn again; none elsewhere.

    The CTA that the answer above it is about is not said again to be closed.
    """
    query = list_query(request)
    if query is None:
        return []
    blocks: list[dict[str, Any]] = list_message(request, services, query, answered)["blocks"]
    return blocks


def list_query(request: Request) -> str | None:
    """What list a click or form came from, as its rows carry it (`2|team overdue`); None for anything else."""
    if request.kind == "view":
        carried = request.meta.get("list")
        return str(carried) if carried is not None else None
    kind, _, rest = request.block_id.partition(":")
    if kind != "row":
        return None
    return rest.split(":", 2)[2] if rest.count(":") >= 2 else None  # noqa: PLR2004 - row:ID:VERSION:QUERY


def form(request: Request, services: Services, name: str, cta_id: int, context: Mapping[str, Any], **meta: Any) -> Open:
    """A form about a CTA; it remembers the list, or the card, that it was opened from."""
    view = services.render(f"cta/{name}", **context)
    kept: dict[str, Any] = {"cta": cta_id, **meta}
    if (query := list_query(request)) is not None:
        kept["list"] = query
    if _on_the_card(request):
        kept["card"] = True
    return Open(view, kept)


def words_form(
    request: Request,
    services: Services,
    facts: CtaFacts,
    callback: str,
    title: str,
    *,
    words: tuple[str, str, str],
    submit: str,
    about: str = "",
    day: tuple[str, str, date | None] | None = None,
    optional: bool = False,
) -> Open:
    """A form that asks for a few words, and perhaps for a day; both are name, label and what stands there."""
    context = {
        "callback": callback,
        "title": title,
        "cta": cta_forms.head(facts),
        "about": about,
        "day": day,
        "words": words,
        "optional": optional,
        "submit": submit,
    }
    return form(request, services, "words_form", facts.cta.id, context)


def meta_id(request: Request) -> int:
    """The CTA of a form; 0 for a forged one."""
    return as_number(request.meta.get("cta"))


def clicked_id(request: Request) -> int:
    """The CTA that a button is about: its value, or the one that its block names (`card:12:3`, `row:12:3:…`)."""
    if request.value:
        return request.number()
    number = request.block_id.split(":")[1] if request.block_id.startswith(("card:", "row:")) else ""
    return as_number(number)


def chosen_verb(request: Request) -> tuple[str, int]:
    """What a menu's option says, and of which CTA: `snooze:12`, or `snooze` in a block that names it."""
    verb, _, number = request.value.partition(":")
    return verb, clicked_id(replace(request, value=number))
