"""A message's plain text in full: all that its blocks say, in order.

For lock screens, screen readers, and where Slack refuses the blocks. Pure.
Called by reminders/outbox/messages.py for each message that goes out.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from storage.base.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LIMIT = 12_000
"""Characters: Slack advises 4,000 and cuts at 40,000; all block text of one message is under some 13,000."""
_MORE = "… and {}"
_SEVERAL = ("fields", "elements", "rows", "segments", "series", "data", "categories")
_ONE = ("text", "title", "caption", "label", "axis_config")
_DOINGS = frozenset({"actions", "button", "overflow", "divider", "input"})


def in_full(text: str, blocks: Sequence[dict[str, Any]]) -> str:
    """The text, and below it each line that the blocks say beyond it. What can only be pressed is left out."""
    lines = [text]
    # What the text says is said once. Of the blocks every line stands, for two items may read alike in one of them.
    summed_up = Counter(bare for line in text.splitlines() if (bare := _bare(line)))
    for block in blocks:
        words = " ".join(part for part in _words(block) if part.strip())
        for line in words.splitlines():
            bare = _bare(line)
            if bare and not summed_up[bare]:
                lines.append(line)
            summed_up[bare] -= bool(bare and summed_up[bare])
    return _within_limit(lines)


def _within_limit(lines: Sequence[str]) -> str:
    """The lines that there is room for, and how many there is none for."""
    whole = "\n".join(lines)
    if len(whole) <= LIMIT:
        return whole
    kept: list[str] = []
    room = LIMIT - len(_MORE) - 20
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join([*kept, _MORE.format(counted(len(lines) - len(kept), "more line"))])


def _bare(line: str) -> str:
    return " ".join(re.sub(r"[*_~`]", "", line).split())


def _words(part: Any) -> Iterator[str]:
    """What one sees of a block or a part of it, in order."""
    if isinstance(part, str | int | float):
        yield str(part)
    elif isinstance(part, list):
        yield from (" ".join(_words(one)) for one in part)
    elif isinstance(part, dict) and part.get("type") not in _DOINGS:
        yield from _words_of(part)


def _words_of(part: dict[str, Any]) -> Iterator[str]:
    if part.get("type") in ("plain_text", "text", "raw_text") and isinstance(part.get("text"), str):
        yield part["text"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return
    if part.get("type") == "image":
        yield str(part.get("alt_text", ""))
        return
    if part.get("type") == "link":
        yield str(part.get("text") or part.get("url", ""))
        return
    for name in _ONE:
        yield from _words(part.get(name, []))
    if "value" in part:
        yield str(part["value"])
    for name in _SEVERAL:
        yield from (f"{words}\n" if name in ("fields", "rows") else words for words in _words(part.get(name, [])))
    yield from _words(part.get("chart", []))
