"""What surveys add to an account's card and brief: the newest answers, and what was said with the last ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.survey.brief import SurveyPart
from templates.account.parts import Part
from templates.survey.show import answer_words, latest_words

if TYPE_CHECKING:
    from datetime import date

    from storage.account.brief import Brief
    from templates.blocks.mrkdwn import Mrkdwn

MEETINGS = 3


def _standing(brief: Brief, today: date) -> str:
    """`NPS 9, CSAT 4 (12 Nov)`."""
    part: SurveyPart | None = brief.parts.get(SurveyPart)
    return latest_words(part.answers, today) if part else ""


def _meetings(brief: Brief, today: date, _zone_name: str) -> list[tuple[date, Mrkdwn]]:
    part: SurveyPart | None = brief.parts.get(SurveyPart)
    said = [one for one in part.answers if one.comment][:MEETINGS] if part else []
    return [(one.answered_on, answer_words(one, today)) for one in said]


PART = Part(standing=_standing, meetings=_meetings)
