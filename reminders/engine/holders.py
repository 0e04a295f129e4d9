"""Whom something concerns that is told to people for their part in a record: its owner, their manager, the AE, the SA.

By the reader's morning that part may be another's. Who has which is handed in by nouns (`reminders/<noun>/kinds.py`,
`HOLDERS`); a row's payload names the `parts` that its reader had.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from storage.base.errors import NotFound
from storage.base.keys import destination_of
from storage.base.nouns import merged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from sqlite3 import Connection

    from storage.base.outbox_row import OutboxRow
    from storage.base.person import Person
    from storage.base.policy import Policy


@cache
def _holders() -> Mapping[str, Callable[[Connection, Policy, OutboxRow], Person | None]]:
    return merged("reminders", "kinds", "HOLDERS")


def heirs(db: Connection, policy: Policy, row: OutboxRow) -> tuple[Person, ...] | None:
    """Those who have by now what a row's reader was told for; None where the reader has it still.

    Nobody is told of what they did themselves. What went to the next in line, since the first could not be reached, is
    for whoever that is.
    """
    parts = row.payload.get("parts")
    if not parts or row.op != "post" or "instead_of" in row.payload:
        return None
    try:
        found = {one.id: one for part in parts if (one := _holders()[part](db, policy, row))}
    except NotFound:
        return ()
    if destination_of(row.destination).person_id in found:
        return None
    return tuple(one for one in found.values() if not one.deactivated and one.id != row.payload.get("by"))
