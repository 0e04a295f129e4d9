"""What people type, as Slack keeps it: one `rich_text` block beside the text, with mentions, emoji and marks apart.

Called by `Message.as_slack`: what the app hears in events, histories and message shortcuts has it. The page and the
test language read the text.
"""

from __future__ import annotations

import html
import re
from typing import Any

Json = dict[str, Any]

_PART = re.compile(
    r"<@(?P<user>[UW]\w+)(?:\|[^<>]*)?>|<#(?P<channel>C\w+)(?:\|[^<>]*)?>|<!(?P<broadcast>here|channel|everyone)>"
    r"|<(?P<url>[a-z]+:[^<>|]+)(?:\|(?P<words>[^<>]*))?>"
    r"|(?<![\w:]):(?P<emoji>[a-z0-9_+'-]*[a-z][a-z0-9_+'-]*):(?![\w:])"
    r"|(?<![\w*])\*(?P<bold>[^*\s](?:[^*\n]*[^*\s])?)\*(?![\w*])|(?<!\w)_(?P<italic>[^_\s](?:[^_\n]*[^_\s])?)_(?!\w)"
    r"|(?<![\w~])~(?P<strike>[^~\s](?:[^~\n]*[^~\s])?)~(?![\w~])|`(?P<code>[^`\n]+)`"
)


def rich_text(text: str, block_id: str) -> Json:
    """The block for `text`, which is escaped and holds mentions as Slack hands them on."""
    return {
        "type": "rich_text",
        "block_id": block_id,
        "elements": [{"type": "rich_text_section", "elements": list(_runs(text))}],
    }


def _runs(text: str) -> list[Json]:
    runs: list[Json] = []
    done = 0
    for found in _PART.finditer(text):
        if before := text[done : found.start()]:
            runs.append({"type": "text", "text": html.unescape(before)})
        runs.append(_run(found))
        done = found.end()
    if rest := text[done:]:
        runs.append({"type": "text", "text": html.unescape(rest)})
    return runs


def _run(found: re.Match[str]) -> Json:
    kind = str(found.lastgroup if found.lastgroup != "words" else "url")
    value = html.unescape(found[kind])
    match kind:
        case "user" | "channel":
            return {"type": kind, f"{kind}_id": value}
        case "broadcast":
            return {"type": kind, "range": value}
        case "emoji":
            return {"type": kind, "name": value}
        case "url":
            link: Json = {"type": "link", "url": value}
            return link | ({"text": html.unescape(found["words"])} if found["words"] else {})
    return {"type": "text", "text": value, "style": {kind: True}}
