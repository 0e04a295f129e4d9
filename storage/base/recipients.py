"""Who is reminded: people as recipients, with their zone, mutes and stand-ins. Read by the planner and the preview."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from storage.base.keys import to_person
from storage.base.moments import is_zone, maybe_day
from storage.base.planning import AMONG, whose_may_reach
from storage.base.reminder import Recipient, operations

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from sqlite3 import Connection

    from storage.base.db import Unit


class _Person(NamedTuple):
    """As much of a person as it takes to remind them."""

    id: int
    address: str
    zone: str | None
    away_until: date | None
    backup_id: int | None
    manager_id: int | None
    deactivated: bool
    outside: bool
    """A guest, or of another workspace: told nothing."""


def _stands_in(person: _Person) -> int | None:
    """Who is reminded in their stead, if anybody."""
    if person.deactivated:
        return person.manager_id
    return person.backup_id if person.away_until else None


def stood_in_for(db: Connection, timezone: str, person_id: int, now: datetime) -> list[int]:
    """Whose reminders come to a person at an instant beside their own: of those away or gone, at whatever hand."""
    found = whose_may_reach(db, person_id)
    directory, to = Directory(db, timezone), to_person(person_id)
    directory.read(found)
    return [i for i in found if i != person_id and directory.csm(i).at(now).destination == to]


def put_off_by(unit: Unit, person_id: int, csm_id: int | None) -> dict[str, Any]:
    """The payload of what somebody put off: the CSM's, put off by whoever is there, goes where the account goes.

    Others want it themselves.
    """
    directory = Directory(unit.db, unit.policy.timezone)
    there = directory.csm(csm_id).at(unit.now).destination
    is_theirs = person_id == csm_id or there == to_person(person_id)
    return {"later": True, "owner": directory.csm(csm_id).destination} if is_theirs else {"later": True}


class Directory:
    """Recipients by person id, read in bulk when first asked for, as of one unit of work or one pass.

    Somebody away is stood in for by the backup, somebody gone by the manager, else by operations; who stands in and is
    away, too, by whoever is there for them. What somebody gone had muted is no wish of who stands in for good.
    """

    def __init__(self, db: Connection, timezone: str) -> None:
        self.db = db
        self._timezone = timezone
        self._people: dict[int, _Person] = {}
        self._mutes: dict[int, frozenset[str]] = {}
        self._recipients: dict[int, Recipient] = {}
        self.operations = operations(timezone)

    def read(self, ids: Iterable[int | None]) -> None:
        """Read these people, and those who stand in for them, a level at a time."""
        wanted = {i for i in ids if i is not None} - self._people.keys()
        while wanted:
            found = self._read_people(wanted)
            self._people |= found
            self._read_mutes(wanted)
            wanted = {i for p in found.values() if (i := _stands_in(p)) is not None} - self._people.keys()

    def recipient(self, person_id: int | None) -> Recipient | None:
        """The recipient of a person's id; None for none."""
        if person_id is None:
            return None
        found = self._recipients.get(person_id)
        if found is None:
            if person_id not in self._people:
                self.read((person_id,))
            found = self._recipients[person_id] = self._make(self._people[person_id])
        return found

    def csm(self, person_id: int | None) -> Recipient:
        """The recipient of a CSM's or owner's id; operations for none."""
        known = self._recipients.get(person_id) if person_id is not None else self.operations
        return known or self.recipient(person_id) or self.operations

    def _make(self, person: _Person, others: frozenset[int] = frozenset()) -> Recipient:
        """`others`: for whom this one stands in, at second or third hand; who stands in for each other is there."""
        away_until = date.max if person.deactivated else person.away_until
        stand_in = self._people.get(_stands_in(person) or 0)
        if stand_in is not None and not (stand_in.deactivated or stand_in.outside):
            others |= {person.id}
            there = self._plain(stand_in) if stand_in.id in others else self._make(stand_in, others)
            return self._plain(person, away_until, there)
        return self._plain(person, away_until, self.operations if person.deactivated else None)

    def _plain(self, person: _Person, away_until: date | None = None, stand_in: Recipient | None = None) -> Recipient:
        return Recipient(
            address=person.address,
            destination=f"person:{person.id}",
            zone=person.zone if person.zone and is_zone(person.zone) else self._timezone,
            muted=frozenset() if person.deactivated else self._mutes.get(person.id, frozenset()),
            away_until=away_until if stand_in else None,
            stand_in=stand_in,
        )

    def _read_people(self, ids: set[int]) -> dict[int, _Person]:
        rows = self.db.execute(
            "SELECT id, coalesce(nullif(email, ''), name), zone, away_until, backup_id, manager_id, deactivated,"
            " guest + is_foreign"
            f" FROM people WHERE id {AMONG}",
            (json.dumps(sorted(ids)),),
        )
        return {
            row[0]: _Person(row[0], row[1], row[2], maybe_day(row[3]), row[4], row[5], bool(row[6]), bool(row[7]))
            for row in rows
        }

    def _read_mutes(self, ids: set[int]) -> None:
        rows = self.db.execute(f"SELECT person_id, kind FROM mutes WHERE person_id {AMONG}", (json.dumps(sorted(ids)),))
        for person_id, kind in rows:
            self._mutes[person_id] = self._mutes.get(person_id, frozenset()) | {kind}
