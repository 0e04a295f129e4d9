"""What usage adds to an account's card and brief: its licences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.usage.brief import UsagePart
from templates.account.parts import Part
from templates.blocks.mrkdwn import past_day_words
from templates.usage.show import licences_words

if TYPE_CHECKING:
    from datetime import date

    from storage.account.brief import Brief


def _standing(brief: Brief, today: date) -> str:
    """`72% of 500 licences in use, yellow (31 Oct)`."""
    part: UsagePart | None = brief.parts.get(UsagePart)
    figure = part.on(today) if part and part.shown else None
    if part is None or figure is None or part.area is None:
        return ""
    said = licences_words(figure, part.area)
    return f"{said} ({past_day_words(figure.day, today)})" if said else ""


PART = Part(standing=_standing, known=_standing)
