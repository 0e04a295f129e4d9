"""The grammar of a call that is logged: `12 Nov met the new lead`, `webinar CI yesterday`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from handlers.door.dates import LONGEST, find_day
from storage.call.record import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from handlers.door.words import Word
    from storage.base.policy import Policy

MORE: Final = {
    "/success": {
        "areas": ("calls",),
        "verbs": {"call": "call"},
        "help": [
            ("/success call Acme 12 Nov met the new lead", "log a call; also onsite, workshop, meeting, webinar CI"),
        ],
    }
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed behind the account: parts that were not are None; `note` is the words that are left."""

    kind: str | None
    use_case: str | None
    held_on: date | None
    note: tuple[Word, ...]


def parse_call(words: Sequence[Word], today: date, policy: Policy) -> Typed:
    """Kind, use case and day, in any order and each at most once; the rest is the note."""
    kind = use_case = held_on = None
    left = list(words)
    while left:
        first = left[0].text.casefold()
        if kind is None and first in KINDS:
            kind, left = first, left[1:]
        elif kind is not None and use_case is None and (found := _use_case(left, policy)):
            use_case, left = found[0], left[found[1] :]
        elif held_on is None and (day := _day(left, today, policy)):
            held_on, left = day[0], left[day[1] :]
        else:
            break
    return Typed(kind, use_case, held_on, tuple(left))


def _day(words: Sequence[Word], today: date, policy: Policy) -> tuple[date, int] | None:
    return find_day([word.text for word in words[:LONGEST]], today, policy.date_formats, past=True)


def _use_case(words: Sequence[Word], policy: Policy) -> tuple[str, int] | None:
    """The use case that the words begin with, and how many words it took."""
    for name in sorted(policy.use_cases, key=len, reverse=True):
        count = len(name.split())
        if " ".join(word.text for word in words[:count]).casefold() == name.casefold():
            return name, count
    return None
