"""The timeline of an account in words: who noted what, when and on what. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templates.blocks.mrkdwn import Mrkdwn, clip, lived_day_words, mrkdwn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from storage.account.notes import Noted

LONGEST = 300


def note_lines(notes: Sequence[Noted], today: date, longest: int = LONGEST) -> list[Mrkdwn]:
    """`Mon 23 Nov · Ann on Expand: CI: met the new CTO`, each note cut where it is long."""
    return [_line(note, today, longest) for note in notes]


def _line(note: Noted, today: date, longest: int) -> Mrkdwn:
    whose = " on ".join(piece for piece in (note.who or "somebody", note.about) if piece)
    return mrkdwn("{} · {}: {}", lived_day_words(note.on, today), whose, clip(note.text, longest))
