"""What escalations add to an account's card and brief."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.escalation.brief import EscalationPart
from templates.account.parts import Part
from templates.blocks.words import joined
from templates.escalation.show import line

if TYPE_CHECKING:
    from datetime import date

    from storage.account.brief import Brief
    from templates.blocks.mrkdwn import Mrkdwn


def _standing(brief: Brief, today: date) -> str:
    part: EscalationPart | None = brief.parts.get(EscalationPart)
    if part is None or not brief.account.active:
        return ""
    return joined([line(one, due_on, today) for one, due_on in part.standing])


def _meetings(brief: Brief, today: date, _zone_name: str) -> list[tuple[date, Mrkdwn]]:
    part: EscalationPart | None = brief.parts.get(EscalationPart)
    return [(one.closed_on, line(one, None, today)) for one in part.closed if one.closed_on] if part else []


PART = Part(standing=_standing, meetings=_meetings)
