"""One thing of somebody's day: an outbox row with today's facts behind it, read when it is shown.

Asked by delivery's messages and by Home; each kind of reminder says how its facts are read (`Kind.read`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from storage.base import outbox
from storage.base.dialect import field_of
from storage.base.keys import destination_of, key_of, to_person
from storage.base.outbox_row import OutboxRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.base.policy import Policy

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class DayItem:
    """One outbox row and today's facts behind it: a record of its noun's, None where they are gone."""

    row: OutboxRow
    facts: Any = None


@dataclass(frozen=True, slots=True)
class Behind:
    """What is read of the facts behind rows: the database, the policy and the reader's day; each fact only once."""

    db: Connection
    policy: Policy
    today: date
    _seen: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, key: Hashable, read: Callable[[], Found]) -> Found:
        """What `read` gives, remembered under a key: several rows may be about one record."""
        if key not in self._seen:
            self._seen[key] = read()
        found: Found = self._seen[key]
        return found


Readers = Mapping[str, Callable[[Behind, OutboxRow], Any]]
"""How the facts behind a row are read, by kind."""


def items(db: Connection, policy: Policy, rows: Sequence[OutboxRow], today: date, readers: Readers) -> list[DayItem]:
    """The rows with today's facts, in their order."""
    behind = Behind(db, policy, today)
    return [DayItem(row, readers[row.kind](behind, row) if row.kind in readers else None) for row in rows]


def rows_to_do(
    db: Connection, person_ids: Sequence[int], kinds: Sequence[str], since: str, until: str, limit: int
) -> list[OutboxRow]:
    """Reminders of these kinds for these people in a span of instants, the latest morning first.

    Within one they stand in their message's order. Whether they are done is for the view.
    """
    of_kind, to = ",".join("?" * len(kinds)), ",".join("?" * len(person_ids))
    found = db.execute(
        f"SELECT {outbox.COLUMNS} FROM outbox WHERE destination IN ({to}) AND op = 'post' AND kind IN ({of_kind})"
        " AND state NOT IN ('cancelled', 'expired', 'blocked') AND post_at BETWEEN ? AND ?"
        " ORDER BY post_at DESC, id LIMIT ?",
        (*(to_person(i) for i in person_ids), *kinds, since, until, limit),
    )
    return [outbox.from_row(row) for row in found]


_PUT_OFF = f"{field_of('payload', 'later')} IS NOT NULL"
_OWNER = field_of("payload", "owner")


def stood_in_for(db: Connection, person_id: int, since: str, until: str) -> list[int]:
    """Whose reminders came to this person instead in a span of instants."""
    found = db.execute(
        f"SELECT DISTINCT {_OWNER} FROM outbox WHERE destination = ? AND op = 'post'"
        " AND state NOT IN ('cancelled', 'expired', 'blocked') AND post_at BETWEEN ? AND ?"
        f" AND {_OWNER} <> ?",
        (to_person(person_id), since, until, to_person(person_id)),
    )
    owners = (destination_of(owner).person_id for (owner,) in found)
    return sorted(owner for owner in owners if owner is not None)


def put_off_to(db: Connection, row: OutboxRow) -> date | None:
    """The day for which its reader put a reminder off, if they did."""
    found = db.execute(
        "SELECT dedupe_key FROM outbox WHERE account_id = ? AND kind = ? AND destination = ? AND id > ?"
        f" AND state NOT IN ('cancelled', 'expired', 'blocked') AND {_PUT_OFF}"
        " ORDER BY id DESC LIMIT 1",
        (row.account_id, row.kind, row.destination, row.id),
    ).fetchone()
    return key_of(found[0]).later_on if found else None
