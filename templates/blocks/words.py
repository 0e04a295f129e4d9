"""Words that several nouns say: people, days until and since, pieces of a line. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.plurals import counted
from templates.blocks.mrkdwn import Mrkdwn, day_words, mention, mrkdwn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from storage.base.person import Person


def told_words(told: Sequence[Person], how: str) -> Mrkdwn | None:
    """`@alex, @omar are told`, `@priya sees it`: `how` is as of several; None for nobody."""
    if not told:
        return None
    alone = _ALONE.get(how, how) if len(told) == 1 else how
    return mrkdwn("{} {}", joined([person_words(p) for p in told], ", "), alone)


_ALONE = {
    "are told": "is told",
    "are told.": "is told.",
    "are asked": "is asked",
    "are asked for a time": "is asked for a time",
    "see it": "sees it",
    "get the invitation": "gets the invitation",
    "get the invitation with a calendar file.": "gets the invitation with a calendar file.",
}


def joined(lines: Iterable[str | Mrkdwn | None], between: str = " · ") -> Mrkdwn:
    """Pieces of a line, those that are there, with a dot between."""
    pieces = [piece for piece in lines if piece]
    return mrkdwn(between.join(["{}"] * len(pieces)), *pieces)


def person_words(person: Person | None, nobody: str = "nobody") -> Mrkdwn:
    """A mention, or a name where Slack does not know the person."""
    return mention(person.slack_id, person.name) if person else mrkdwn("{}", nobody)


def days_away(day: date, today: date) -> str:
    """`today`, `in 158 days`, `3 days ago`."""
    days = (day - today).days
    if days == 0:
        return "today"
    gap = counted(abs(days), "day")
    return f"in {gap}" if days > 0 else f"{gap} ago"


def counted_day(day: date, today: date, between: str = ", ") -> str:
    """`Fri 18 Dec, in 3 days`; `yesterday`, `today` and `tomorrow` need no count."""
    said = day_words(day, today)
    return said if abs((day - today).days) <= 1 else f"{said}{between}{days_away(day, today)}"


def overdue_words(day: date, today: date) -> str:
    """`overdue since Mon 30 Nov, 3 days ago`; `yesterday` needs no count."""
    return f"overdue since {counted_day(day, today)}"


def update_due_words(due_on: date | None, today: date) -> str | None:
    """`update due Tue 1 Dec`, `update was due yesterday`."""
    return f"update {'due' if due_on >= today else 'was due'} {day_words(due_on, today)}" if due_on else None
