"""What is shown of plays: the list, one of them, and the forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.door.request import Open
from handlers.door.surfaces import Shown, present
from handlers.door.today import reader_today
from handlers.play.access import may_change
from storage.base import people
from storage.play import store as plays
from templates.play import show as views

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.door.request import Request
    from handlers.door.services import Services
    from storage.play.record import Play

PAGE = 8


def listing(request: Request, services: Services, state: str, offset: int = 0, *, replace: bool = False) -> Shown:
    """The plays of a state, a page of them."""
    db = services.store.connection()
    found, total = plays.page(db, state, offset, PAGE)
    makers = people.many(db, {play.by_id for play in found})
    context = views.listing(
        found,
        total,
        state,
        offset,
        PAGE,
        policy=services.policy,
        makers=makers,
        changeable={play.id for play in found if may_change(request, play)},
        today=reader_today(request, services),
    )
    return present(request, services, services.render("play/list", **context), "Plays", replace=replace)


def page(request: Request, services: Services, play: Play) -> Shown:
    """One play, with all that is known of it."""
    db = services.store.connection()
    context = views.page(
        play,
        people.many(db, [play.by_id]).get(play.by_id or 0),
        policy=services.policy,
        may_change=may_change(request, play),
        today=reader_today(request, services),
    )
    return present(request, services, services.render("play/page", **context), "Play")


def edit_form(services: Services, said: Mapping[str, Any], play: Play | None = None) -> Open:
    """The form of a new play, or of one to change, with what is known."""
    context = views.edit_form(said, services.policy, new=play is None)
    return Open(services.render("play/edit", **context), {"play": play.id} if play else {})


def start_form(request: Request, services: Services, play: Play) -> Open:
    """From when to when it runs."""
    context = views.start_form(play, services.policy, reader_today(request, services))
    return Open(services.render("play/start", **context), as_seen(play))


def end_form(services: Services, play: Play, state: str) -> Open:
    """Whether it is kept, and why."""
    return Open(services.render("play/end", **views.end_form(play, services.policy, state)), as_seen(play))


def result_form(services: Services, play: Play) -> Open:
    """What came of it."""
    context = {"about": views.name_words(play, services.policy), "result": play.result}
    return Open(services.render("play/result", **context), as_seen(play))


def as_seen(play: Play) -> dict[str, int]:
    """What a form about how a play goes on carries: the play, as it was when somebody opened it."""
    return {"play": play.id, "version": play.version}
