"""What notes of all nouns share: who did it, and lists. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templates.blocks.mrkdwn import Mrkdwn, mrkdwn
from templates.blocks.words import person_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.base.person import Person

LISTED = 20


def by_words(person: Person | None) -> Mrkdwn:
    """Who did it, or that it was done at the terminal."""
    return person_words(person, "Somebody at the terminal")


def listed(lines: Sequence[Mrkdwn]) -> Mrkdwn | None:
    """Lines of a note as a list, cut where it would be long."""
    if not lines:
        return None
    more = [mrkdwn("and {} more", len(lines) - LISTED)] if len(lines) > LISTED else []
    return Mrkdwn("\n".join([*(mrkdwn("• {}", line) for line in lines[:LISTED]), *more]))
