"""A play: what is tried against a reason for no success, and how it stands. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

IDEA, RUNNING, KEPT, DROPPED = "idea", "running", "kept", "dropped"
STATES: Final = (RUNNING, IDEA, KEPT, DROPPED)
"""In the order of lists."""
PARTS: Final = ("impact", "confidence", "ease")
LEAST, MOST = 1, 10


@dataclass(frozen=True, slots=True)
class Play:
    """`use_case` None is all of them; `line` says why it was kept or dropped, `result` what came of it."""

    id: int
    reason: str
    use_case: str | None
    hypothesis: str
    todo: str
    impact: int
    confidence: int
    ease: int
    state: str
    starts_on: date | None
    ends_on: date | None
    line: str | None
    result: str | None
    by_id: int | None
    version: int

    @property
    def ice(self) -> int:
        """How much it promises for what it takes."""
        return self.impact * self.confidence * self.ease
