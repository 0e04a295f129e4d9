"""The grammar of what usage adds: `/success usage Acme`, `/success adopted Acme CI 12 Nov agreed with …`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from handlers.door.dates import LONGEST, find_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from handlers.door.words import Word
    from storage.base.policy import Policy

MORE: Final = {
    "/success": {
        "areas": ("usage",),
        "verbs": {"usage": "usage", "use": "usage", "adopted": "adopted", "adopt": "adopted"},
        "help": [
            ("/success usage Acme", "licences, users and use cases, with a chart"),
            (
                "/success adopted Acme CI 12 Nov agreed with their CTO",
                "the customer agrees that it is adopted; or `all`",
            ),
        ],
    },
    "/playbooks": {
        "areas": ("usage",),
        "verbs": {"adoption": "adoption"},
        "help": [("/playbooks adoption 2026Q4", "use, adoption, the time that it took, and seats by a quarter's end")],
    },
}
_WITH: Final = (("agreed", "with"), ("agreed", "by"), ("with",), ("by",), ("agreed",))


@dataclass(frozen=True, slots=True)
class Adopted:
    """What was typed behind the account; `use_case` '' is all of it, None was not said."""

    use_case: str | None
    on: date | None
    agreed_with: str


def parse_adopted(words: Sequence[Word], today: date, policy: Policy) -> Adopted:
    """Use case or `all`, day, and who agrees behind `agreed with`; what was not said is None or ''."""
    left = list(words)
    use_case: str | None = None
    on: date | None = None
    while left:
        if use_case is None and (found := _use_case(left, policy)):
            use_case, left = found[0], left[found[1] :]
        elif on is None and (day := find_day([w.text for w in left[:LONGEST]], today, policy.date_formats, past=True)):
            on, left = day[0], left[day[1] :]
        else:
            break
    said = [word.text.casefold() for word in left]
    for lead in _WITH:
        if tuple(said[: len(lead)]) == lead:
            left = left[len(lead) :]
            break
    return Adopted(use_case, on, " ".join(word.text for word in left))


def _use_case(words: Sequence[Word], policy: Policy) -> tuple[str, int] | None:
    if words[0].text.casefold() in ("all", "everything"):
        return "", 1
    for name in sorted(policy.use_cases, key=len, reverse=True):
        count = len(name.split())
        if " ".join(word.text for word in words[:count]).casefold() == name.casefold():
            return name, count
    return None
