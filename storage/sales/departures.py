"""What somebody had themselves reminded of ends when they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.sales import routines

if TYPE_CHECKING:
    from storage.base.db import Unit
    from storage.base.person import Person


def has_left(unit: Unit, person: Person) -> None:
    """It is forgotten; who comes back chooses anew."""
    routines.forget(unit, person.id)
