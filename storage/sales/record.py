"""The sales side: which checklists a renewal has. Pure. Rules: docs/domain.md, "The sales side"."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

AREA = "sales"
CHECKLISTS = {
    "discovery": "Renewal: Discovery",
    "strategy": "Renewal: Growth strategy",
    "package": "Renewal: Deal package",
}
"""The checklists of a renewal, by the word with which they are asked for, in the order of the days before it."""


class Answer(NamedTuple):
    """What was found out for a renewal: of which checklist, to which of its tasks, and when."""

    checklist: str
    asked: str
    said: str
    on: date | None


class Standing(NamedTuple):
    """How a renewal's checklist stands: its CTA, what of it is settled, and which day is next."""

    cta_id: int
    checklist: str
    is_open: bool
    settled: int
    tasks: int
    next_on: date | None
