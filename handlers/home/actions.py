"""What can be done with one's reminders: a kind is muted for oneself, or comes again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.door.actions import Outcome
from storage.base import mutes

if TYPE_CHECKING:
    from storage.base.db import Unit
    from storage.base.person import Person


def mute(unit: Unit, person: Person, kind: str) -> Outcome:
    """No reminders of this kind for the person."""
    mutes.mute(unit, person.id, kind)
    return Outcome("Muted.")


def unmute(unit: Unit, person: Person, kind: str) -> Outcome:
    """Reminders of this kind come to the person again."""
    mutes.unmute(unit, person.id, kind)
    return Outcome("Not muted any more.")
