"""The grammar of `/playbooks`: what is asked for, and which quarter, team and use case. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from handlers.door.words import split_words
from handlers.report.quarters import parse_quarter
from storage.base.alike import alike
from storage.base.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from storage.base.quarters import Quarter

What = Literal["summary", "report", "reasons", "stalled", "deferred", "catalogue", "help"]
WHATS: Final[tuple[What, ...]] = ("summary", "report", "reasons", "stalled", "deferred", "catalogue", "help")
VERBS: Final = {what: what for what in WHATS}
PLACE: Final = 50
COMMAND: Final = "/playbooks"
SAID: Final = ("playbooks report", "summaries, reports and the catalogue")
COMMAND_HELP: Final = [
    ("/playbooks summary", "last week, as in the channel; `summary quarter` for the quarter so far"),
    ("/playbooks report last quarter CI", "any quarter, use case and team, as in `report 2026Q4` or `report FY27-Q1`"),
    ("/playbooks reasons", "why customers said no, and what to try"),
    ("/playbooks stalled", "open CTAs that are slower than usual"),
    ("/playbooks deferred", "what comes back when"),
    ("/playbooks catalogue", "the playbooks that can be opened"),
]
MORE: Final = {
    "/renewals": {
        "verbs": {"forecast": "forecast"},
        "help": [("/renewals forecast [quarter]", "what is up in a quarter, and what you expect of it")],
    }
}
"""Sub-commands of `/renewals`, with their help."""
_LIKE_A_QUARTER: Final = re.compile(r"(?:fy|cy)?\W*\d{2,4}\W*(?:q\W*\d*)?|q\W*\d+\W*\d*", re.IGNORECASE)
LONGEST_NAME: Final = 6
"""Words that are tried as one name of a team, a use case or a quarter."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`quarter` is None where none was named; `week` is for the summary; empty names stand for all."""

    what: What
    quarter: Quarter | None = None
    week: bool = False
    team: str = ""
    use_case: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the words may mean: today and the fiscal year's first month for quarters, the names there are.

    `verbs` are all first words that are seen, those of the areas that are on too.
    """

    today: date
    start_month: int
    teams: Sequence[str]
    use_cases: Sequence[str]
    verbs: Collection[str] = WHATS


def read_playbooks(text: str, known: Known) -> Asked:
    """What `/playbooks text` asks for; nothing at all asks for help.

    Quarter, team and use case come in any order. Words that are none of them are a use case of this workspace's
    own, which only storage knows. Raises UserError for another first word.
    """
    words = [word.text for word in split_words(text)]
    if not words:
        return Asked("help")
    what = _what(words[0], words[1:], known.verbs)
    found: dict[str, object] = {}
    unknown: list[str] = []
    rest = words[1:]
    while rest:
        for size in range(min(len(rest), LONGEST_NAME), 0, -1):
            part = _part(" ".join(rest[:size]), what, known)
            if part and part[0] not in found:
                found |= {part[0]: part[1]}
                rest = rest[size:]
                break
        else:
            unknown.append(rest.pop(0))
    if unknown and "quarter" not in found and _LIKE_A_QUARTER.fullmatch(" ".join(unknown)):
        parse_quarter(" ".join(unknown), known.today, known.start_month)  # says what is wrong with it
    if unknown and "use_case" in found:
        teams = ", ".join(known.teams) or "none yet"
        raise UserError(f"'{' '.join(unknown)}' is no quarter, team or use case.", f"Teams: {teams}.")
    if unknown:
        found["use_case"] = " ".join(unknown)
    return Asked(what, **found)  # type: ignore[arg-type]  # `_part` names the fields


def _what(word: str, rest: Sequence[str], verbs: Collection[str]) -> What:
    said = word.casefold()
    matching = [what for what in WHATS if what.startswith(said)]
    if len(matching) == 1:
        return matching[0]
    choices = [(f"/playbooks {name}", " ".join(["/playbooks", name, *rest])) for name in alike(said, verbs, 60, 2)]
    raise UserError(f"There is no `/playbooks {word}`.", f"There are: {', '.join(verbs)}.", choices=choices)


def _part(said: str, what: What, known: Known) -> tuple[str, object] | None:
    for field, names in (("team", known.teams), ("use_case", known.use_cases)):
        for name in names:
            if name.casefold() == said.casefold():
                return field, name
    if what == "summary" and said.casefold() in ("week", "last week", "this week"):
        return "week", True
    try:
        return "quarter", parse_quarter(said, known.today, known.start_month)
    except UserError:
        return None
