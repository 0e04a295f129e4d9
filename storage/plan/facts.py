"""What the manager's question hangs on: submitted plans, and when each is next looked at."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from storage.base import people
from storage.base.marks import NEVER, DueRecord, marked
from storage.base.moments import day, instant_text
from storage.base.planning import AMONG, known, pages
from storage.base.switches import covered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.base.policy import Policy
    from storage.base.recipients import Directory
    from storage.base.reminder import Recipient

_WAITING = "FROM plans JOIN accounts ON accounts.id = account_id WHERE submitted_on IS NOT NULL"
_PAGE = f"SELECT plans.id {_WAITING} AND plans.id > ? ORDER BY plans.id LIMIT ?"


class SubmittedFacts(NamedTuple):
    """A plan with its account. `submitted_on` None: it waits for nobody; `managed`: the area is on for the account."""

    id: int
    account_id: int
    account_name: str
    account_crm_id: str | None
    submitted_on: date | None
    submitted_at: str
    managed: bool
    manager: Recipient
    known_at: datetime


def submitted_facts(
    db: Connection, directory: Directory, policy: Policy, ids: Sequence[int], *, known_by: datetime | None = None
) -> list[SubmittedFacts]:
    """The facts of these plans, in the order of their ids."""
    latest = None if known_by is None else instant_text(known_by)
    rows = db.execute(
        "SELECT plans.id, account_id, name, crm_id, submitted_on, submitted_at, csm_id, segment,"
        " archived_at IS NULL AND churned_on IS NULL, written_at FROM plans JOIN accounts ON accounts.id = account_id"
        f" WHERE plans.id {AMONG} ORDER BY plans.id",
        (json.dumps(list(ids)),),
    ).fetchall()
    managers = manager_ids(db, policy, [row[6] for row in rows])
    directory.read(managers.values())
    return [
        SubmittedFacts(
            id=row[0],
            account_id=row[1],
            account_name=row[2],
            account_crm_id=row[3],
            submitted_on=day(row[4]) if row[4] else None,
            submitted_at=row[5] or "",
            managed=bool(row[8]) and row[6] is not None and covered(policy, "plans", row[7]),
            manager=directory.csm(managers.get(row[6])),
            known_at=known(row[5] or row[9], latest),
        )
        for row in rows
    ]


def manager_ids(db: Connection, policy: Policy, csm_ids: Iterable[int | None]) -> dict[int | None, int | None]:
    """Whom each of these CSMs reports to; None: operations hear."""
    found: dict[int | None, int | None] = {}
    for csm in people.many(db, csm_ids).values():
        manager = people.manager_of(db, policy, csm)
        found[csm.id] = manager.id if manager else None
    return found


def due(db: Connection, now: datetime, limit: int) -> list[DueRecord]:
    """Plans due for a look, those that changed first."""
    rows = db.execute(
        "SELECT plans.id, csm_id, plans.look_at = '' FROM plans JOIN accounts ON accounts.id = account_id"
        " WHERE plans.look_at <= ? ORDER BY plans.look_at LIMIT ?",
        (instant_text(now), limit),
    )
    return [DueRecord(row[0], row[1], bool(row[2])) for row in rows]


def looked(unit: Unit, looks: Iterable[tuple[datetime | None, int]]) -> None:
    """Set when plans are next due for a look."""
    unit.db.executemany("UPDATE plans SET look_at = ? WHERE id = ?", marked(looks))


def next_look(db: Connection) -> str:
    """The earliest mark of a plan."""
    row = db.execute("SELECT look_at FROM plans ORDER BY look_at LIMIT 1").fetchone()
    return str(row[0]) if row else NEVER


def look_again(unit: Unit) -> None:
    """The rules have changed: look at all plans again."""
    unit.db.execute("UPDATE plans SET look_at = '' WHERE look_at <> ''")


def pages_of_plans(db: Connection, size: int) -> Iterator[list[int]]:
    """The ids of all submitted plans, page by page."""
    return pages(db, _PAGE, size)


def of_account(db: Connection, account_id: int) -> list[int]:
    """The submitted plan of an account: its news is a morning's, and no rehearsal of an account shows those."""
    del db, account_id
    return []


def of_people(db: Connection, people_ids: Sequence[int | None]) -> list[int]:
    """All submitted plans: those whom a changed person leads, by import or policy, are among them."""
    del people_ids
    return [row[0] for row in db.execute(f"SELECT plans.id {_WAITING}")]


def owner_of(db: Connection, plan_id: int) -> int | None:
    """The CSM's id."""
    row = db.execute(
        "SELECT csm_id FROM plans JOIN accounts ON accounts.id = account_id WHERE plans.id = ?", (plan_id,)
    ).fetchone()
    return row[0] if row else None


def of_news(db: Connection, outbox_id: int) -> list[int]:
    """The plans that a morning's row is about."""
    rows = db.execute(
        "SELECT CAST(substr(subject, 6) AS INTEGER) FROM outbox_news WHERE outbox_id = ? AND subject LIKE 'plan:%'",
        (outbox_id,),
    )
    return [row[0] for row in rows]
