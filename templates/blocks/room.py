"""A message within what Slack takes of one: where its texts are too long together, the longest are cut. Pure.

Called by render.py for each message, whatever people wrote into it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from templates.blocks.mrkdwn import Mrkdwn, clip

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOM = 13_000
"""Characters of all texts of one message together."""


def make_room(blocks: list[dict[str, Any]]) -> None:
    """Cut the longest texts to one length, as far as all of them need it to fit."""
    texts = sorted(_texts(blocks), key=lambda one: len(one["text"]))
    if sum(len(one["text"]) for one in texts) <= ROOM:
        return
    room = ROOM
    for place, one in enumerate(texts):
        share = room // (len(texts) - place)
        if len(one["text"]) > share:
            said = one["text"]
            one["text"] = str(clip(Mrkdwn(said) if one["type"] == "mrkdwn" else said, share))
        room -= len(one["text"])


def _texts(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if part.get("type") == "data_table":  # has a limit of its own
            return
        if isinstance(part.get("text"), str):
            yield part
        part = list(part.values())
    for one in part if isinstance(part, list) else ():
        yield from _texts(one)
