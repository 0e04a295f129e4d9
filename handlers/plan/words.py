"""The grammar of what plans add to `/success` and `/playbooks`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from storage.plan.record import INTERNAL, ROI

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.words import Word

MORE: Final = {
    "/success": {
        "areas": ("plans",),
        "verbs": {
            "plan": "plan",
            "plans": "plans",
            "objective": "objective",
            "objectives": "objective",
            "submit": "submit",
            "qualify": "qualify",
            "return": "return",
        },
        "help": [
            (
                "/success plan Acme [internal]",
                "its success plan: what it lacks, its objectives; add `file` for a page to hand over",
            ),
            (
                "/success objective Acme add Releases twice a week",
                "an objective; the form asks why, and how it is measured",
            ),
            ("/success submit Acme", "ask your manager to qualify its plan"),
            ("/success qualify Acme", "for managers: with the five questions in view"),
            ("/success return Acme no number to measure it by", "for managers: back to the CSM, with that line"),
            ("/success plans [mine|team|all]", "which plans need something: not green, not qualified, not updated"),
        ],
    },
    "/playbooks": {
        "areas": ("plans",),
        "verbs": {"plans": "plans"},
        "help": [("/playbooks plans 2026Q4", "the share of qualified success plans at a quarter's end, by segment")],
    },
}
_KINDS: Final = {"internal": INTERNAL, "roi": ROI, "customer": ROI}
_FILE: Final = ("file", "markdown", "md")


@dataclass(frozen=True, slots=True)
class Asked:
    """`internal file`: which plan of an account, and whether as a file; `rest` is what was not understood."""

    kind: str
    as_file: bool
    rest: tuple[Word, ...]


def parse_plan(words: Sequence[Word]) -> Asked:
    """The words behind the account, in any order."""
    kind, as_file, rest = ROI, False, []
    for word in words:
        said = word.text.casefold()
        if said in _KINDS:
            kind = _KINDS[said]
        elif said in _FILE:
            as_file = True
        else:
            rest.append(word)
    return Asked(kind, as_file, tuple(rest))
