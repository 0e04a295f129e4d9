"""What is told of what somebody else did, as lines with a button each: what every noun's words are made of. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storage.base.plurals import counted
from templates.blocks.day import Row, button
from templates.blocks.mrkdwn import Mrkdwn, mrkdwn
from templates.blocks.words import joined

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was done: words behind who did it ("gave you Acme"), and the button that comes next.

    `stands`: it is still so; else `since` says what became of it, where that is known.
    """

    words: Mrkdwn
    stands: bool = True
    since: Mrkdwn = Mrkdwn("")  # noqa: RUF009 - a text
    buttons: tuple[Row, ...] = ()


def line(by: Mrkdwn, parts: Sequence[Said]) -> Row:
    """A line of a message: who, what, and what became of it since."""
    since = [part.since for part in parts if part.since]
    if not since and not any(part.stands for part in parts):
        since = [Mrkdwn("It is no longer so.")]
    text = mrkdwn("{} {}.", by, joined([part.words for part in parts], "; "))
    buttons = next((part.buttons for part in parts if part.buttons), ())
    return a_line(Mrkdwn(" ".join([text, *dict.fromkeys(since)])), *buttons)


def a_line(text: Mrkdwn, *buttons: Row) -> Row:
    """A line as `line` of templates/blocks.json.j2 draws it."""
    return {"text": text, "buttons": list(buttons)}


def message(rows: Sequence[Row], several: str) -> dict[str, Any]:
    """What templates/account/told shows: one line is the text itself, of several their number."""
    summary = rows[0]["text"] if len(rows) == 1 else mrkdwn("{} {}", counted(len(rows), "thing"), several)
    return {"summary": summary, "head": None if len(rows) == 1 else summary, "rows": list(rows)}


def show_button(label: str, action_id: str, value: object) -> tuple[Row, ...]:
    """The one button of a line."""
    return (button(label, action_id, value),)
