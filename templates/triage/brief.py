"""What triages add to an account's card and brief."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.triage.brief import TriagePart
from templates.account.parts import Part
from templates.blocks.mrkdwn import Mrkdwn, clip, mrkdwn, past_day_words
from templates.blocks.words import joined
from templates.triage.show import OUTCOMES, line

if TYPE_CHECKING:
    from datetime import date

    from storage.account.brief import Brief

TEXT = 200


def _of_health(brief: Brief, today: date) -> str:
    part: TriagePart | None = brief.parts.get(TriagePart)
    if part is None or part.current is None or not brief.account.active:
        return ""
    return line(part.current, part.due_on, today, escalated=part.escalated)


def _meetings(brief: Brief, today: date, _zone_name: str) -> list[tuple[date, Mrkdwn]]:
    part: TriagePart | None = brief.parts.get(TriagePart)
    found = []
    for day, one in part.ended if part else ():
        helped = mrkdwn("what helped: {}", clip(one.helped, TEXT)) if one.helped else None
        said = f"Out of triage: {OUTCOMES.get(one.outcome or '', 'over')}"
        found.append((day, joined([past_day_words(day, today), said, helped])))
    return found


PART = Part(of_health=_of_health, meetings=_meetings)
