"""Answers that fit into an ack. Asked by the guard (`errors.py`) and by `showing.py`, which find others a way.

Slack closes a socket on frames over 20,480 bytes, and others' acks that are under way are lost with it. Sizes are
counted as they are sent, where an emoji takes twelve bytes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ACK_BYTES = 16_000
TYPED_BYTES = 3_000
"""Of what was typed, as much as a refusal repeats."""
OPTIONS, OPTION_TEXT, OPTION_VALUE = 20, 75, 150


def size(sent: object) -> int:
    """The size of an answer as it is sent."""
    return len(json.dumps(sent))


def fits(sent: object) -> bool:
    """Whether an ack takes this."""
    return size(sent) < ACK_BYTES


def cut(text: str, most: int = TYPED_BYTES) -> str:
    """Text as it is, or its beginning where it would take more than `most` bytes."""
    if size(text) <= most:
        return text
    kept, taken = "", 0
    for letter in text:
        taken += size(letter) - 2
        if taken > most:
            break
        kept += letter
    return f"{kept}…"


def options(pairs: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """A typeahead's options from (text, value): as many as Slack and an ack take, none twice. They go no other way."""
    shown: dict[str, dict[str, Any]] = {}
    room = ACK_BYTES
    for text, value in pairs:
        option = {"text": {"type": "plain_text", "text": text[:OPTION_TEXT]}, "value": value}
        if value in shown or not 0 < len(value) <= OPTION_VALUE:
            continue
        room -= size(option) + 2
        if room < 0 or len(shown) == OPTIONS:
            break
        shown[value] = option
    return list(shown.values())


def errors(fields: Mapping[str, str]) -> dict[str, str]:
    """Words at a form's fields, each cut to its share of an ack. They go no other way."""
    share = min(TYPED_BYTES, (ACK_BYTES - size(dict.fromkeys(fields, "…"))) // max(1, len(fields)))
    return {field: cut(words, share) for field, words in fields.items()}
