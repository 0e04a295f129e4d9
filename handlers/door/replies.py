"""Replies in a thread: what people write below a message of the bot, and what becomes of it later.

Nouns hand in who listens (`REPLIES` in `noun.py`); only where the policy has `card_replies`, and only of people:
what bots write, what is said outside threads, and what is said in a channel shared with another company is left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from handlers.door.nouns import table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.door.request import Request
    from handlers.door.services import Services

_NEW: Final = frozenset({None, "file_share", "thread_broadcast"})
GONE: Final = ""
"""The text of a reply that was deleted."""


def as_reply(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """The event with the reply as it stands now: who wrote it, in which thread, its `ts`, its text; None for none."""
    event, shared = body["event"], body.get("is_ext_shared_channel")
    if event.get("type") != "message" or event.get("channel_type") == "im" or shared:
        return None
    match event.get("subtype"):
        case "message_changed":
            said, text = _object(event.get("message")), None
            if said.get("subtype") == "tombstone":
                said, text = _object(event.get("previous_message")), GONE
        case "message_deleted":
            said, text = _object(event.get("previous_message")), GONE
        case kind if kind in _NEW:
            said, text = event, None
        case _:
            return None
    names = [said.get(name) for name in ("user", "ts", "thread_ts")]
    if said.get("bot_id") or not all(isinstance(name, str) and name for name in names) or names[1] == names[2]:
        return None
    words = said.get("text") if text is None else text
    reply = {"type": "message", "channel": event.get("channel"), "text": words if isinstance(words, str) else GONE}
    return {**body, "event": {**reply, **dict(zip(("user", "ts", "thread_ts"), names, strict=True))}}


def handle(request: Request, services: Services) -> None:
    """Hand a reply to those who listen. Nobody is answered in the middle of a talk."""
    for listen in table("REPLIES").values():
        listen(request, services)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
