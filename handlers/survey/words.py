"""The grammar of an answer: `nps 9 12 Nov from champion slow runners`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from handlers.door.dates import LONGEST, find_day
from storage.survey.record import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from handlers.door.words import Word
    from storage.base.policy import Policy

MORE: Final = {
    "/success": {
        "areas": ("surveys",),
        "verbs": {"survey": "survey", "surveys": "surveys"},
        "help": [
            (
                "/success survey Acme nps 9 from champion saves us days",
                "an answer that you heard; also csat 1 to 5, and its day",
            ),
            ("/success surveys [mine|team|all]", "who is asked in the round, and who has answered"),
        ],
    },
    "/playbooks": {
        "areas": ("surveys",),
        "verbs": {"surveys": "surveys"},
        "help": [("/playbooks surveys 2026Q4", "NPS, CSAT and response rate of a quarter's rounds, and CSAT of cases")],
    },
}
FROM: Final = "from"


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed behind the account: parts that were not are None; `comment` is the words that are left."""

    kind: str | None
    score: int | None
    on: date | None
    contact: str
    comment: tuple[Word, ...]


def is_score(text: str) -> bool:
    """Whether a text is a whole number of two digits at most; whether that is a score is asked where it is kept."""
    return text.isascii() and text.isdigit() and len(text) <= len("10")


def parse_answer(words: Sequence[Word], today: date, policy: Policy) -> Typed:
    """Kind, its score, the day and `from CONTACT`, in any order and each at most once; the rest is the comment."""
    kind: str | None = None
    score: int | None = None
    on: date | None = None
    contact = ""
    left = list(words)
    while left:
        first = left[0].text.casefold().rstrip(":,")
        if kind is None and first in KINDS:
            kind, left = first, left[1:]
        elif score is None and kind is not None and is_score(first):
            score, left = int(first), left[1:]
        elif not contact and first == FROM and len(left) > 1:
            contact, left = left[1].text, left[2:]
        elif on is None and (day := _day(left, today, policy)):
            on, left = day[0], left[day[1] :]
        else:
            break
    return Typed(kind, score, on, contact, tuple(left))


def _day(words: Sequence[Word], today: date, policy: Policy) -> tuple[date, int] | None:
    return find_day([word.text for word in words[:LONGEST]], today, policy.date_formats, past=True)
