"""Cells about accounts as what is kept: segment and health."""

from __future__ import annotations

from handlers.door.values import TEXT_LENGTH, Wrong, short, text_of
from storage.account.record import HEALTHS


def segment(text: str) -> str:
    """A segment, in lower case as the policy names it."""
    return text_of(TEXT_LENGTH)(text).casefold()


def health(text: str) -> str:
    """Green, yellow or red."""
    found = {"amber": "yellow", "g": "green", "y": "yellow", "r": "red"}.get(text.casefold(), text.casefold())
    if found not in HEALTHS:
        raise Wrong(f"'{short(text)}' is not a health; use {', '.join(HEALTHS)}")
    return found
