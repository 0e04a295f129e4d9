"""What people read of a message or view: its blocks as plain text, mentions and links resolved."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.model import Json

    Named = Callable[[str], str]

_ANGLE = re.compile(r"<([^<>]*)>")
_MARKS = re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])|(?<!\w)_([^_\n]+)_(?!\w)|(?<!\w)~([^~\n]+)~(?!\w)|`([^`\n]+)`")
# In the order in which people see them; options of closed menus are not seen.
_PARTS = (
    "hero_image",
    "title",
    "rich_text_title",
    "subtitle",
    "body",
    "caption",
    "text",
    "label",
    "fields",
    "elements",
    "element",
    "accessory",
    "rows",
    "hint",
    "description",
    "series",
    "segments",
    "chart",
    "content",
    "child_blocks",
    "actions",
)


def visible(blocks: list[Json], text: str, name_of: Named) -> str:
    """The text of a message or view; `text` counts only where there are no blocks, as in Slack."""
    if not blocks:
        return plain(text, name_of)
    return "\n".join(line for block in blocks if (line := " ".join(_words(block, name_of))))


def words_of(block: Json, name_of: Named) -> str:
    """What people read of one block or element."""
    return " ".join(_words(block, name_of))


def plain(mrkdwn: str, name_of: Named) -> str:
    """Slack's mrkdwn as people read it; `name_of` turns an id into a name."""

    def resolve(found: re.Match[str]) -> str:
        target, _, label = found[1].partition("|")
        if target[:1] in "@#":
            return target[0] + (label or name_of(target[1:]))
        if target.startswith("!date^"):
            return label
        if target.startswith("!subteam^"):
            return label or "@" + name_of(target.removeprefix("!subteam^"))
        return "@" + target[1:] if target.startswith("!") else label or target

    unmarked = _MARKS.sub(lambda found: next(filter(None, found.groups())), mrkdwn)
    return html.unescape(_ANGLE.sub(resolve, unmarked))


def _words(part: Any, name_of: Named) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _words(one, name_of)
        return
    if not isinstance(part, dict):
        return
    kind, text = part.get("type"), part.get("text")
    if kind in ("mrkdwn", "markdown") and isinstance(text, str):
        yield plain(text, name_of)
    elif kind == "user":
        yield "@" + name_of(part["user_id"])
    elif kind == "channel":
        yield "#" + name_of(part["channel_id"])
    elif kind == "raw_number":
        yield str(part.get("text", part.get("value", "")))
    elif isinstance(text, str):
        yield text
    else:
        yield from _inner(part, name_of)


def _inner(part: Json, name_of: Named) -> Iterator[str]:
    if part.get("alt_text"):
        yield part["alt_text"]
    if "initial_option" in part:
        yield from _words(part["initial_option"].get("text"), name_of)
    elif "placeholder" in part:
        yield from _words(part["placeholder"], name_of)
    if isinstance(part.get("initial_value"), str):
        yield part["initial_value"]
    for name in _PARTS:
        value = part.get(name)
        if isinstance(value, str) and name != "text":
            yield value
        else:
            yield from _words(value, name_of)
    if part.get("type") in ("checkboxes", "radio_buttons"):
        for option in part.get("options", ()):
            yield from _words(option, name_of)
