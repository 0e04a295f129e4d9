"""The milestone that follows from usage: first value, with enough licences in use; handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.usage.adopted import rules
from storage.usage.first_days import first_days
from storage.usage.record import FIRST_VALUE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from sqlite3 import Connection

PLACE = 5
FIRST_SEEN = True


def derive(db: Connection, starts: Mapping[int, tuple[date, bool]]) -> dict[int, dict[str, tuple[date, str]]]:
    """The first usage day with enough licences in use; where onboarding was begun by hand, the first from then on."""
    if (policy := rules(db)) is None:
        return {}
    found = first_days(db, policy, starts)
    return {
        one: {"first_value": (days[FIRST_VALUE], "its usage")} for one, days in found.items() if FIRST_VALUE in days
    }
