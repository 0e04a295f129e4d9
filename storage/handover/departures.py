"""What is left by somebody who has gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base import outbox, people
from storage.base.outbox_row import OPERATIONS, Draft
from storage.handover.store import belongings

if TYPE_CHECKING:
    from storage.base.db import Unit
    from storage.base.person import Person


def has_left(unit: Unit, person: Person) -> None:
    """Tell the manager (else operations), once, that the accounts of somebody who left need a home."""
    left = belongings(unit.db, person.id)
    if not left.accounts and not left.ctas:
        return
    manager = people.manager_of(unit.db, unit.policy, person)
    heir = manager if manager and not manager.deactivated else None
    outbox.put(
        unit,
        Draft(
            dedupe_key=f"notice:needs_home:{person.id}",
            kind="notice",
            destination=f"person:{heir.id}" if heir else OPERATIONS,
            recipient=heir.address if heir else OPERATIONS,
            not_before=unit.now,
            why=f"{person.name} has left",
            payload={"notice": "needs_home", "person": person.id},
        ),
    )
