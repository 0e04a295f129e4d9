"""Playbooks, and what their names say.

A playbook's *name* decides its motion, its use case and whether it counts in reports; these rules stand
here once, for the catalogue, the imports and the reports. Source: the handbook's filter "Playbook Name
contains …". Pure; used by templates/playbook/catalogue.py and storage.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

Motion = Literal["expand", "enable"]

CATEGORIES: Final[dict[str, Motion]] = {
    "Expansion Stage Adoption": "expand",
    "Enablement Stage Adoption": "enable",
}
"""Gainsight's objective categories; each says the motion of a playbook whose name does not."""

OTHER_USE_CASE: Final = "Other"

# "Beside" means a letter or a digit of any script: OLD_x is retired, GOLD, OLDER and OLD2 are not.
_WORD_EDGES = r"(?<![^\W_]){}(?![^\W_])"
_RETIRED = re.compile(_WORD_EDGES.format("OLD"))
_MOTION_WORD = re.compile(r"expand|enable", re.IGNORECASE)
_AFTER_MOTION = re.compile(r"(?:expand|enable)\s*:(?P<rest>.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class PlaybookTask:
    """One step of a playbook, due so many calendar days after the CTA is opened."""

    title: str
    due_days: int
    hint: str = ""


OF_PLAYBOOK = "playbook:"
"""Before a playbook's name, where a button says which is to be opened."""


@dataclass(frozen=True, slots=True)
class Playbook:
    """A named template of tasks. A new version changes what is opened from now on, never a running CTA."""

    name: str
    version: int
    use_case: str
    motion: Motion
    category: str
    summary: str
    discovery: tuple[str, ...]
    tasks: tuple[PlaybookTask, ...]


OPENED, STARTED, RENEWAL = "opened", "started", "renewal"
ANCHORS = (OPENED, STARTED, RENEWAL)
"""The days from which tasks of a checklist are due: its opening, the account's start, its renewal day."""


@dataclass(frozen=True, slots=True)
class ChecklistTask:
    """One step of a checklist, due so many days after its anchor (before it, where negative).

    `role` is who does it (nobody there: the CSM); `asks` for a `link` or a `text`; `sets` a milestone once it is done.
    """

    title: str
    due_days: int
    anchor: str
    role: str = "csm"
    asks: str = ""
    optional: bool = False
    sets: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    """A life-cycle playbook: in no report, since its name has no motion. `segments` it is for; none: for all."""

    name: str
    version: int
    segments: tuple[str, ...]
    anchor: str
    summary: str
    tasks: tuple[ChecklistTask, ...]


def motion_of(name: str, category: str = "") -> Motion | None:
    """The motion by the first motion word in the name; the category only where the name has neither."""
    if found := _MOTION_WORD.search(name):
        return "expand" if found[0].lower() == "expand" else "enable"
    return CATEGORIES.get(category.strip())


def use_case_of(name: str, use_cases: Sequence[str]) -> str:
    """The use case whose name stands first in the playbook's name, as whole words (`CI/CD` is CI).

    None there: the text after `Expand:` or `Enable:`; none of that either: `Other`.
    """
    found = [
        (match.start(), -len(match[0]), use_case)
        for use_case in use_cases
        if (match := _whole_words(use_case).search(name))
    ]
    if found:
        return min(found)[2]
    after = _AFTER_MOTION.search(name)
    return (after and " ".join(after["rest"].split())) or OTHER_USE_CASE


def is_retired(name: str) -> bool:
    """Whether `OLD` stands in the name, in capitals and as a whole word ("Gold" and "GOLD" do not count)."""
    return _RETIRED.search(name) is not None


def is_reported(name: str, category: str = "") -> bool:
    """The reporting filter: the playbook has a motion and is not retired."""
    return motion_of(name, category) is not None and not is_retired(name)


@lru_cache(maxsize=256)
def _whole_words(phrase: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in phrase.split())
    return re.compile(_WORD_EDGES.format(words), re.IGNORECASE)
