"""What health adds to an account's card and brief: its age, why it is so, and how it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.health.brief import HealthPart
from templates.account.parts import Part
from templates.blocks.words import joined
from templates.health.show import age_words, said_words, trend_chart, trend_words

if TYPE_CHECKING:
    from datetime import date

    from storage.account.brief import Brief


def _of(brief: Brief) -> HealthPart | None:
    found: HealthPart | None = brief.parts.get(HealthPart)
    return found if found and found.shown else None


def _of_health(brief: Brief, today: date) -> str:
    """`48 days old, stale · “sponsor left” (@maya)`."""
    part = _of(brief)
    if part is None or part.area is None:
        return ""
    last = part.settings[0] if part.settings else None
    said = said_words(last, brief.person(last.by_id if last else None))
    return joined([age_words(brief.account, today, part.update_months, part.area), said])


def _trend(brief: Brief, today: date) -> str | None:
    part = _of(brief)
    found = trend_words(part.settings, today) if part else None
    return f"Health: {found}" if found else None


def _chart(brief: Brief, today: date) -> dict[str, Any] | None:
    part = _of(brief)
    return trend_chart(part.settings, today) if part else None


PART = Part(of_health=_of_health, trend=_trend, chart=_chart)
