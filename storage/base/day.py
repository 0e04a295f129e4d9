"""One thing of somebody's day: an outbox row with today's facts behind it, read when it is shown.

Asked by delivery's messages and by Home; each kind of reminder says how its facts are read (`Kind.read`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from storage.base import outbox
from storage.base.dialect import field_of
from storage.base.errors import NotFound
from storage.base.keys import key_of, to_person
from storage.base.outbox_row import OutboxRow
from storage.base.planning import AMONG
from storage.base.recipients import Directory, stood_in_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
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


_PUT_OFF = f"{field_of('payload', 'later')} IS NOT NULL"
_OWNER, _INSTEAD = field_of("payload", "owner"), field_of("payload", "instead_of")

Readers = Mapping[str, Callable[[Behind, OutboxRow], Any]]
"""How the facts behind a row are read, by kind."""
StandsWith = Callable[[Directory, "Policy", DayItem, "datetime"], frozenset[str]]
"""In whose day a row stands at an instant, as destinations."""


def items(db: Connection, policy: Policy, rows: Sequence[OutboxRow], today: date, readers: Readers) -> list[DayItem]:
    """The rows with today's facts, in their order; without those of a record that was taken back with its import."""
    behind = Behind(db, policy, today)
    found = []
    for row in rows:
        with suppress(NotFound):
            found.append(DayItem(row, readers[row.kind](behind, row) if row.kind in readers else None))
    return found


def rows_to_do(
    db: Connection, person_ids: Sequence[int], kinds: Sequence[str], since: str, until: str, limit: int
) -> list[OutboxRow]:
    """Reminders of these kinds that may be these people's in a span of instants, the latest morning first.

    To whomever they went: whose they are by now hangs on the facts. Within a morning they stand in their message's
    order. Whether they are done is for the view.
    """
    of_kind, to = ",".join("?" * len(kinds)), json.dumps([to_person(i) for i in person_ids])
    ids = json.dumps(list(person_ids))
    found = db.execute(
        f"SELECT {outbox.COLUMNS} FROM outbox WHERE op = 'post' AND kind IN ({of_kind})"
        " AND state NOT IN ('cancelled', 'expired', 'blocked') AND post_at BETWEEN ? AND ?"
        f" AND (destination {AMONG} OR account_id IN (SELECT id FROM accounts WHERE coalesce(csm_id, ae_id) {AMONG})"
        f" OR cta_id IN (SELECT id FROM ctas WHERE owner_id {AMONG}) OR {_OWNER} {AMONG})"
        " ORDER BY post_at DESC, id LIMIT ?",
        (*kinds, since, until, to, ids, ids, to, limit),
    )
    return [outbox.from_row(row) for row in found]


def passed_on(db: Connection, person_id: int, since: str, until: str) -> list[OutboxRow]:
    """Rows of a span of instants that came to a person since nobody before them in line can be reached."""
    found = db.execute(
        f"SELECT {outbox.COLUMNS} FROM outbox WHERE destination = ? AND op = 'post' AND {_INSTEAD} IS NOT NULL"
        " AND state NOT IN ('cancelled', 'expired', 'blocked') AND post_at BETWEEN ? AND ?",
        (to_person(person_id), since, until),
    )
    return [outbox.from_row(row) for row in found]


def of_whom(db: Connection, timezone: str, person_id: int, passed_on: Sequence[OutboxRow], now: datetime) -> list[int]:
    """Whose day it is that somebody reads: theirs, and that of those whose reminders come to them.

    `passed_on` are rows that may have come since nobody before them in line can be reached.
    """
    theirs = {row.owner_id for row in passed_on if row.payload.get("tried") and row.destination == to_person(person_id)}
    found = {*theirs, *stood_in_for(db, timezone, person_id, now)} - {person_id, None}
    return [person_id, *sorted(one for one in found if one is not None)]


def put_off_to(db: Connection, row: OutboxRow) -> date | None:
    """The day for which its reader put a reminder off, if they did; or whoever was there for whose it is."""
    also = f" OR {_OWNER} IS NOT NULL" if "owner" in row.payload else ""
    found = db.execute(
        f"SELECT dedupe_key FROM outbox WHERE account_id = ? AND kind = ? AND (destination = ?{also}) AND id > ?"
        f" AND state NOT IN ('cancelled', 'expired', 'blocked') AND {_PUT_OFF}"
        " ORDER BY id DESC LIMIT 1",
        (row.account_id, row.kind, row.destination, row.id),
    ).fetchone()
    return key_of(found[0]).later_on if found else None
