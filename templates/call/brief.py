"""What calls add to an account's card and brief: the last one, and those before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.call.brief import CallPart
from templates.account.parts import Part
from templates.blocks.mrkdwn import Mrkdwn, lived_day_words
from templates.call.show import call_line

if TYPE_CHECKING:
    from datetime import date

    from storage.account.brief import Brief


def _of(brief: Brief) -> CallPart | None:
    found: CallPart | None = brief.parts.get(CallPart)
    return found if found and found.shown else None


def _standing(brief: Brief, today: date) -> str:
    part = _of(brief)
    if part is None:
        return ""
    lacks = "no call yet" if brief.account.active else ""
    return f"last call {lived_day_words(part.last_on, today)}" if part.last_on else lacks


def _meetings(brief: Brief, today: date, _zone_name: str) -> list[tuple[date, Mrkdwn]]:
    part = _of(brief)
    return [(call.held_on, call_line(call, None, today)) for call in part.calls] if part else []


PART = Part(standing=_standing, meetings=_meetings)
