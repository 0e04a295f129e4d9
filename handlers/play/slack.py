"""Commands, clicks and forms about plays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.account.which import FAR, number
from handlers.door.actions import carry_out
from handlers.door.choices import by_menu
from handlers.door.request import Answer, Done, Request, as_number
from handlers.door.surfaces import present
from handlers.door.words import rest_from
from handlers.play import actions, pages
from handlers.play.access import refuse_other
from handlers.play.words import STATES, VERBS, parse_add
from storage.base.errors import Stale, UserError
from storage.base.switches import refuse_off
from storage.play import store as plays
from storage.play.record import DROPPED, KEPT, PARTS
from templates.play.show import EVERY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.nouns import Handler
    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.play.record import Play

_HOW = "For example: /playbooks play add lack_of_budget 8 5 7"


def under_plays(request: Request, services: Services, rest: Sequence[Word]) -> Answer:
    """`plays [ideas|running|kept|dropped]`."""
    said = " ".join(word.text for word in rest).casefold() or "all"
    if said not in STATES:
        raise UserError(f"'{said[:80]}' was not understood.", "For example: /playbooks plays kept")
    return pages.listing(request, services, STATES[said])


def under_play(request: Request, services: Services, rest: Sequence[Word]) -> Answer:
    """`play add …`, `play 3`, `play 3 start`; nothing at all is the list."""
    if not rest:
        return pages.listing(request, services, "")
    first, more = rest[0].text.casefold().lstrip("#"), rest[1:]
    if first in ("add", "new"):
        typed = parse_add(more, services.policy)
        left = more[typed.rest :]
        said = {"reason": typed.reason, "use_case": typed.use_case, **typed.parts}
        return pages.edit_form(services, said | {"hypothesis": rest_from(request.text, left[0]) if left else ""})
    if not (first.isascii() and first.isdigit()):
        raise UserError(f"'{first[:80]}' was not understood.", _HOW)
    play = plays.get(services.store.connection(), number(first))
    if not more:
        return pages.page(request, services, play)
    verb = VERBS.get(more[0].text.casefold())
    if verb is None or more[1:]:
        said_too = " ".join(word.text for word in more)[:80]
        raise UserError(f"'{said_too}' was not understood.", f"For example: /playbooks play {play.id} start")
    return _ask(request, services, verb, play)


def handle_page(request: Request, services: Services) -> Answer:
    """A page of the list, in place of the one before."""
    refuse_off(services.policy, plays.AREA)
    state, _, row = request.value.partition(":")
    return pages.listing(request, services, STATES.get(state, ""), min(as_number(row), FAR), replace=True)


def handle_add(request: Request, services: Services) -> Answer:
    """[Add a play], [Make a play] against a reason."""
    refuse_off(services.policy, plays.AREA)
    return pages.edit_form(services, {"reason": request.value})


def handle_show(request: Request, services: Services) -> Answer:
    """[Show]."""
    refuse_off(services.policy, plays.AREA)
    return pages.page(request, services, plays.get(services.store.connection(), number(request.value)))


def handle_more(request: Request, services: Services) -> Answer | None:
    """`⋯`: what the chosen option names."""
    return by_menu(MENU, request, services, "the list again: /playbooks plays")


def handle_undo(request: Request, services: Services) -> Answer:
    """[Undo] of what was done last."""
    refuse_off(services.policy, plays.AREA)
    audit_id = number(request.value)
    refuse_other(request, plays.changed(services.store.connection(), audit_id))
    said = carry_out(request, services, actions.take_back, audit_id)
    return present(request, services, said.message, "Taken back", replace=True)


def submit_edit(request: Request, services: Services) -> Answer:
    """A new play, or one changed."""
    refuse_off(services.policy, plays.AREA)
    said: dict[str, Any] = {name: request.field(name) for name in ("reason", "hypothesis", "todo", *PARTS)}
    said["use_case"] = "" if request.field("use_case") == EVERY else request.field("use_case")
    if "play" not in request.meta:
        return Done(carry_out(request, services, actions.add, said).message)
    play = _of_form(request, services)
    said |= {name: getattr(play, name) for name in said if not request.touched(name)}
    return Done(carry_out(request, services, actions.edit, play, said).message)


def submit_start(request: Request, services: Services) -> Answer:
    """From when to when it runs."""
    play = _as_seen(request, services)
    starts_on, ends_on = request.day("starts_on"), request.day("ends_on")
    if not starts_on or not ends_on:
        raise UserError("Which day?", field="ends_on" if starts_on else "starts_on")
    return Done(carry_out(request, services, actions.start, play, starts_on, ends_on).message)


def submit_end(request: Request, services: Services) -> Answer:
    """Kept or dropped, and why."""
    play = _as_seen(request, services)
    return Done(carry_out(request, services, actions.end, play, request.field("state"), request.field("line")).message)


def submit_result(request: Request, services: Services) -> Answer:
    """What came of it."""
    play = _as_seen(request, services)
    return Done(carry_out(request, services, actions.say_result, play, request.field("result")).message)


def _as_seen(request: Request, services: Services) -> Play:
    """The play of a form; raises Stale where somebody did something to it since that was opened."""
    play = _of_form(request, services)
    if as_number(request.meta.get("version")) != play.version:
        raise Stale("Something was done to that play since.", f"How it stands now: /playbooks play {play.id}")
    return play


def _of_form(request: Request, services: Services) -> Play:
    return _to_change(request, services, str(request.meta.get("play", "")))


def _to_change(request: Request, services: Services, value: str) -> Play:
    """The play that a value names, for somebody who may change it."""
    refuse_off(services.policy, plays.AREA)
    play = plays.get(services.store.connection(), number(value))
    refuse_other(request, play)
    return play


def _ask(request: Request, services: Services, verb: str, play: Play) -> Answer:
    """The form of what is to be done with a play."""
    refuse_other(request, play)
    match verb:
        case "edit":
            said = {name: getattr(play, name) for name in ("reason", "use_case", "hypothesis", "todo", *PARTS)}
            return pages.edit_form(services, said, play)
        case "start":
            return pages.start_form(request, services, play)
        case "result":
            return pages.result_form(services, play)
    return pages.end_form(services, play, KEPT if verb == "keep" else DROPPED)


def _by_click(verb: str) -> Handler:
    def handle(request: Request, services: Services) -> Answer:
        return _ask(request, services, verb, _to_change(request, services, request.value))

    return handle


MENU: dict[str, Handler] = {"show": handle_show, **{verb: _by_click(verb) for verb in dict.fromkeys(VERBS.values())}}
