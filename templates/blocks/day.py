"""The things of somebody's day as lines of words with buttons: what every noun's lines are made of. Pure.

A button carries ids only. What was acted on since is shown as done, by
whomever it was done (docs/delivery.md, "Edits").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storage.base.moments import zone
from storage.base.plurals import counted
from templates.blocks.mrkdwn import Mrkdwn, as_mrkdwn, clip, day_words, mrkdwn, on_day_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from storage.base.day import DayItem
    from storage.base.policy import Policy

Row = dict[str, Any]
RowsOf = Callable[["DayItem", "Reader", bool], list[Row]]
"""The lines of one thing of a day, alone in its message or among others: its kind's `show`."""
NAMED = 3
"""How many names stand in a line before "…"."""
NAME_LIMIT = 60
"""Characters of a name in a list: ten of them still make a short message."""


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom it is written: the policy's words, their day and their zone."""

    policy: Policy
    today: date
    zone: str

    def day(self, day: date) -> str:
        """A day in words."""
        return day_words(day, self.today)

    def on_day(self, day: date) -> str:
        """The same behind a verb: `tomorrow`, `on Fri 18 Dec`."""
        return on_day_words(day, self.today)

    def clock(self, at: datetime) -> str:
        """A time of day in the reader's zone."""
        return f"{at.astimezone(zone(self.zone)):%H:%M}"


def message(items: Sequence[DayItem], rows: list[Row], reader: Reader) -> dict[str, Any]:
    """One morning's message: at most `message_items` things, the rest behind "Show all"."""
    rows = sorted(rows, key=lambda row: bool(row["done"]))
    shown = rows[: reader.policy.message_items]
    waiting = [row for row in rows if not row["done"]]
    if not waiting:
        summary = "all done" if rows else "nothing left"
    elif len(rows) == 1:
        summary = rows[0]["text"].partition("\n")[0]
    else:
        summary = f"{counted(len(waiting), 'thing')} today"
    return {
        "summary": summary,
        "rows": shown,
        # One number: what the first line says, the button says, and the list behind it holds.
        "show_all": len(waiting) if len(waiting) > len(shown) else 0,
        "first_row_id": items[0].row.id,
    }


def nothing_left() -> Row:
    """The line of a list in which all is done."""
    return day_row(as_mrkdwn("All done."), done=True)


def day_row(*lines: Mrkdwn, buttons: Sequence[Row] = (), more: Row | None = None, done: bool = False) -> Row:
    """A line as templates/day/rows.json.j2 draws it, of one or more lines of text."""
    text = Mrkdwn("\n".join(line for line in lines if line))
    return {"text": text, "buttons": [] if done else list(buttons), "more": None if done else more, "done": done}


def button(label: str, action_id: str, value: object, style: str | None = None) -> Row:
    """A button as templates/day/rows.json.j2 draws it."""
    return {"label": label, "action_id": action_id, "value": str(value), "style": style}


def bold_name(name: str) -> Mrkdwn:
    """A name in bold, cut for a list."""
    return mrkdwn("*{}*", clip(name, NAME_LIMIT))


def menu(action_id: str, value: object, doings: dict[str, str]) -> Row:
    """A menu of what else can be done: each option carries `VERB:VALUE`."""
    return {"action_id": action_id, "options": [[label, f"{doing}:{value}"] for doing, label in doings.items()]}


def why_now(item: DayItem, words: str = "") -> Mrkdwn:
    """Why a thing stands there today."""
    return mrkdwn("{}: {}", "Why now (late)" if item.row.late else "Why now", words or item.row.why)


def done_row(title: Mrkdwn, what: str) -> Row:
    """What was acted on since, by whomever."""
    return day_row(mrkdwn("✓ {}: {}", title, what), done=True)
