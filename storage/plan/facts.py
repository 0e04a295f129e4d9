"""What the manager's question hangs on: submitted plans, and when each is next looked at."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from storage.base import people
from storage.base.marks import Looks
from storage.base.moments import day, instant_text
from storage.base.planning import AMONG, known, records_of_news
from storage.base.switches import covered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime
    from sqlite3 import Connection

    from storage.base.policy import Policy
    from storage.base.recipients import Directory
    from storage.base.reminder import Recipient

_WAITING = "FROM plans JOIN accounts ON accounts.id = account_id WHERE submitted_on IS NOT NULL"
LOOKS = Looks("plans", page=f"SELECT plans.id {_WAITING} AND plans.id > ? ORDER BY plans.id LIMIT ?")
of_news = partial(records_of_news, what="plan")


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


def of_people(db: Connection, people_ids: Sequence[int | None]) -> list[int]:
    """All submitted plans: those whom a changed person leads, by import or policy, are among them."""
    del people_ids
    return [row[0] for row in db.execute(f"SELECT plans.id {_WAITING}")]
