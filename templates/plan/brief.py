"""What a success plan adds to an account's card and brief: its colour, whether it is qualified, and what is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.plan.brief import PlanPart
from templates.account.parts import Part
from templates.plan.show import line

if TYPE_CHECKING:
    from datetime import date

    from storage.account.brief import Brief


def _standing(brief: Brief, today: date) -> str | None:
    part: PlanPart | None = brief.parts.get(PlanPart)
    found = part.standing(today) if part and brief.account.active else None
    return line(found, today) if found else None


PART = Part(standing=_standing)
