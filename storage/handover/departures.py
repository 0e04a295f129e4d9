"""What is left by somebody who has gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base import outbox, people
from storage.base.outbox_row import OPERATIONS, Draft
from storage.base.plurals import counted
from storage.handover.store import belongings

if TYPE_CHECKING:
    from sqlite3 import Connection

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


def still_theirs(db: Connection, person: Person) -> str:
    """What is to be handed over before somebody is forgotten; empty for nothing."""
    left = belongings(db, person.id)
    if not left.accounts and not left.ctas:
        return ""
    has = f"{counted(left.accounts, 'account')} and {counted(left.ctas, 'open CTA')}"
    return f"{person.name} still has {has}: hand them over first (/account handover), while there is a name to find."
