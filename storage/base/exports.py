"""What is remembered, as plain records for spreadsheets and scripts: fields by name, people as e-mail.

Each noun hands in its own (`exports.py`, `EXPORTS` by name). Each streams from one snapshot. Amounts are in currency
units, days ISO, flags true or false. Used by `export` in the terminal.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from storage.base.money import cents_text
from storage.base.nouns import merged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date
    from sqlite3 import Connection, Row

    from storage.base.db import Unit
    from storage.base.policy import Policy

Record = dict[str, Any]


class Export(NamedTuple):
    """One export: its query, and how a row becomes a record. The query's order is the fields' order."""

    query: str
    shape: Callable[[Row, Policy], Record]


class Made(NamedTuple):
    """An export that no query alone can make: its fields in their order, and how its records are made.

    Fields that hang on what is kept are asked of the database.
    """

    fields: tuple[str, ...] | Callable[[Connection], tuple[str, ...]]
    records: Callable[[Connection, Policy, date], Iterator[Record]]


def address_of(alias: str) -> str:
    """A person's address in SQL, of the table `people` under an alias."""
    return f"coalesce({alias}.email, {alias}.slack_id, {alias}.name)"


_ENTRY = "at, who, action, subject, before, after, source"
_AUDIT = f"SELECT {_ENTRY} FROM audit ORDER BY id"
_PEOPLE = f"""
SELECT people.email, people.name, people.role, {address_of("manager")} AS manager, people.team, people.region,
    people.slack_id, people.zone AS timezone, people.deactivated, people.guest, people.away_until
FROM people
LEFT JOIN people AS manager ON manager.id = people.manager_id
ORDER BY people.id
"""


def _entry(row: Row, policy: Policy) -> Record:  # noqa: ARG001 - one shape for all
    return {**dict(row), "before": json.loads(row["before"]), "after": json.loads(row["after"])}


def _person(row: Row, policy: Policy) -> Record:
    record = dict(row)
    record["team"] = policy.team_of(record["email"], record["slack_id"]) or record["team"]
    return {**record, "deactivated": bool(record["deactivated"]), "guest": bool(record["guest"])}


def as_is(row: Row, policy: Policy) -> Record:  # noqa: ARG001 - one shape for all
    """The row as it is."""
    return dict(row)


class Amount(float):
    """An amount in currency units that writes itself with two decimals: 1234.50."""

    def __new__(cls, cents: int) -> Self:
        """Make it of cents."""
        made = super().__new__(cls, cents / 100)
        made.cents = cents
        return made

    cents: int

    def __str__(self) -> str:
        return cents_text(self.cents)


@cache
def exports() -> Mapping[str, Export | Made]:
    """All exports by name: the nouns', then those of what all nouns have. Raises ValueError for a name twice."""
    own = {"audit": Export(_AUDIT, _entry), "people": Export(_PEOPLE, _person)}
    return merged("storage", "exports", "EXPORTS") | own


@cache
def changes() -> Mapping[str, Export]:
    """What changed, as other systems take it, by their name (`CHANGES` of the nouns' exports)."""
    return merged("storage", "exports", "CHANGES")


def changed(
    db: Connection, system: str, policy: Policy, *, after: int, since: str
) -> tuple[tuple[str, ...], Iterator[Record]]:
    """The fields and records of what changed after an audit row, and from an instant on."""
    export = changes()[system]
    rows = db.execute(export.query, {"after": after, "since": since})
    return tuple(column[0] for column in rows.description), (export.shape(row, policy) for row in rows)


def exported(db: Connection, system: str) -> int:
    """Up to which audit row a system has had the changes; 0 for none."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (f"exported:{system}",)).fetchone()
    return int(row[0]) if row else 0


def keep_exported(unit: Unit, system: str, audit_id: int) -> None:
    """Remember up to which audit row a system has had the changes."""
    unit.db.execute(
        "INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (f"exported:{system}", str(audit_id)),
    )


def audit_after(db: Connection, audit_id: int) -> Iterator[Record]:
    """The audit's rows after one, with their ids, in order."""
    rows = db.execute(f"SELECT id, {_ENTRY} FROM audit WHERE id > ? ORDER BY id", (audit_id,))
    return ({**dict(row), "before": json.loads(row["before"]), "after": json.loads(row["after"])} for row in rows)


def last_change(db: Connection) -> int:
    """The newest audit row."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM audit").fetchone()[0])


def records(db: Connection, what: str, policy: Policy, today: date) -> tuple[tuple[str, ...], Iterator[Record]]:
    """The fields of an export in their order, and its records.

    `what` is one of `exports()`; a query may name :today, the day in the policy's zone.
    """
    export = exports()[what]
    if isinstance(export, Made):
        fields = export.fields(db) if callable(export.fields) else export.fields
        return fields, export.records(db, policy, today)
    rows = db.execute(export.query, {"today": today.isoformat()})
    hidden = {"csm_email", "csm_slack_id"}
    fields = tuple(column[0] for column in rows.description if column[0] not in hidden)
    return fields, (export.shape(row, policy) for row in rows)
