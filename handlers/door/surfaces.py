"""Where something is shown: on Home and in forms as a form, elsewhere as a message that only the person sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.door.request import Open, Redraw, Say

Shown = Say | Open | Redraw
_MESSAGES_ONLY = ("data_visualization",)
"""Blocks that Slack takes in messages alone: what they show is said in words elsewhere."""

if TYPE_CHECKING:
    from handlers.door.request import Request
    from handlers.door.services import Services


def present(
    request: Request, services: Services, message: dict[str, Any], title: str, *, replace: bool = False
) -> Shown:
    """Show a message where the person is: in a form on Home, in place of the form clicked in, or as a message.

    `replace`: in place of the list or card that was clicked in, if only this person saw it.
    """
    surface = (request.body.get("view") or {}).get("type")
    if request.kind != "action" or surface is None:
        return Say(message, replace=replace)
    blocks = [block for block in message["blocks"] if block["type"] not in _MESSAGES_ONLY]
    view = services.render("blocks/pane", title=title, blocks=blocks)
    return Redraw(view) if surface == "modal" and replace else Open(view)
