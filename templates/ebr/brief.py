"""What EBRs add to an account's card and brief: the last one, the next one, and those before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.ebr.brief import ebrs_of
from templates.account.parts import Part
from templates.blocks.mrkdwn import Mrkdwn, day_words, lived_day_words
from templates.blocks.words import joined

if TYPE_CHECKING:
    from datetime import date

    from storage.account.brief import Brief

NONE_YET = "no EBR yet"


def _standing(brief: Brief, today: date) -> str | None:
    """`last EBR 4 June, next due 4 June 2027`, or the one that is scheduled; of an account that is gone the last."""
    ebrs = ebrs_of(brief)
    if not brief.account.active:
        return _known(brief, today)
    last = _known(brief, today) or NONE_YET
    planned = ebrs.planned
    if planned and planned.scheduled_on:
        return f"{last}, next scheduled {day_words(planned.scheduled_on, today)}"
    if ebrs.due_on is None:
        return f"{last}, no date known"
    verb = "next due" if ebrs.due_on >= today else "overdue since"
    return f"{last}, {verb} {day_words(ebrs.due_on, today)}"


def _known(brief: Brief, today: date) -> str | None:
    last = ebrs_of(brief).last_on
    return f"last EBR {lived_day_words(last, today)}" if last else None


def _meetings(brief: Brief, today: date, _zone_name: str) -> list[tuple[date, Mrkdwn]]:
    found: list[tuple[date, Mrkdwn]] = []
    for ebr in ebrs_of(brief).ebrs:
        day = ebr.held_on or ebr.scheduled_on
        if day:
            state, words = ("EBR held", lived_day_words) if ebr.held_on else ("EBR scheduled", day_words)
            found.append((day, joined([state, words(day, today), (ebr.note or "")[:200]])))
    return found


def _questions(brief: Brief, today: date) -> list[str]:
    """An EBR whose day has passed without a word, and an account of whose EBRs nothing is known."""
    ebrs = ebrs_of(brief)
    if ebrs.planned and ebrs.planned.scheduled_on and ebrs.planned.scheduled_on < today:
        return [f"was the EBR of {day_words(ebrs.planned.scheduled_on, today)} held?"]
    return ["when was its last EBR?"] if ebrs.due_on is None and ebrs.planned is None else []


PART = Part(questions=_questions, standing=_standing, known=_known, unknown=NONE_YET, meetings=_meetings)
