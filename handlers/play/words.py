"""The grammar of what plays add: `/playbooks plays`, `/playbooks play add lack_of_budget 8 5 7 …`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from storage.play.record import DROPPED, IDEA, KEPT, PARTS, RUNNING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.words import Word
    from storage.base.policy import Policy

MORE: Final = {
    "/playbooks": {
        "areas": ("growth",),
        "verbs": {"plays": "plays", "play": "play"},
        "help": [
            ("/playbooks plays [ideas|running|kept|dropped]", "what is tried against a no, the most promising first"),
            (
                "/playbooks play add lack_of_budget 8 5 7",
                "a new one: reason, impact, confidence, ease (1 to 10); the form asks for the rest",
            ),
            ("/playbooks play 3 [start|keep|drop|result|edit]", "one play, and what becomes of it"),
        ],
    },
}
STATES: Final = {
    "all": "",
    **dict.fromkeys(("idea", "ideas"), IDEA),
    "running": RUNNING,
    "kept": KEPT,
    "dropped": DROPPED,
}
VERBS: Final = {"edit": "edit", "start": "start", "run": "start", "keep": "keep", "drop": "drop", "result": "result"}
_LONGEST = 6
_NUMBER = re.compile(r"\d{1,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed of a new play; '' is what was not said."""

    reason: str = ""
    use_case: str = ""
    parts: dict[str, str] = field(default_factory=dict)
    rest: int = 0
    """How many words stand before the hypothesis."""


def parse_add(words: Sequence[Word], policy: Policy) -> Typed:
    """Reason, three numbers and a use case in their order, as far as they are said; the rest is the hypothesis."""
    place = 0
    reason = use_case = ""
    for count in range(min(len(words), _LONGEST), 0, -1):
        if found := policy.reason(" ".join(word.text for word in words[:count])):
            reason, place = found.key, count
            break
    parts: dict[str, str] = {}
    for name in PARTS:
        if place < len(words) and _NUMBER.fullmatch(words[place].text):
            parts[name] = words[place].text
            place += 1
    for name in sorted(policy.use_cases, key=len, reverse=True):
        count = len(name.split())
        if " ".join(word.text for word in words[place : place + count]).casefold() == name.casefold():
            use_case, place = name, place + count
            break
    return Typed(reason, use_case, parts, place)
