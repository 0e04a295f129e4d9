"""What stands in a CSM's day of the sales side: meetings that were to be, and of which nobody said how they went."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from storage.base import people
from storage.base.switches import area_on
from storage.sales import store
from storage.sales.record import AREA, Pair

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.base.person import Person
    from storage.base.policy import Policy


class Unanswered(NamedTuple):
    """A CSM and an AE with a meeting that was to be on a day; the AE, where known."""

    pair: Pair
    on: date
    ae: Person | None


def unanswered(db: Connection, policy: Policy, person_ids: Sequence[int], today: date) -> list[Unanswered]:
    """Those of these CSMs."""
    if not area_on(policy, AREA):
        return []
    found = store.unanswered(db, policy, person_ids, today)
    known = people.many(db, [one.ae_id for one in found])
    days = [(one, one.planned.scheduled_on if one.planned else None) for one in found]
    return [Unanswered(one, on, known.get(one.ae_id)) for one, on in days if on]
