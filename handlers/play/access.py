"""Who may change a play: who made it, and managers. Everybody may add one, and look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.errors import Refused

if TYPE_CHECKING:
    from handlers.door.request import Request
    from storage.play.record import Play


def may_change(request: Request, play: Play) -> bool:
    """Whether the person may."""
    return request.rights.manager or play.by_id == request.person.id


def refuse_other(request: Request, play: Play) -> None:
    """Raise Refused unless the person may."""
    if not may_change(request, play):
        raise Refused("Only managers and who made it can change a play.", "You can add one of your own.")
