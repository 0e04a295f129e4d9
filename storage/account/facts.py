"""Accounts as reminders hang on them: their facts, and when each is next due for a look.

Read in bulk by the walk (reminders/engine/walk.py).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from storage.base.marks import Looks
from storage.base.moments import instant, instant_text, maybe_day
from storage.base.planning import AMONG, known
from storage.base.reminder import AccountFacts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.base.recipients import Directory

ACTIVE = "archived_at IS NULL AND churned_on IS NULL"
LOOKS = Looks("accounts", f"SELECT id FROM accounts WHERE id > ? AND {ACTIVE} ORDER BY id LIMIT ?", whose="csm_id")


def account_facts(
    db: Connection, directory: Directory, ids: Sequence[int], *, known_by: datetime | None = None
) -> list[AccountFacts]:
    """The facts of these accounts, in the order of their ids.

    `known_by`: what became known later than that instant counts as known then (a preview's `--now`).
    """
    rows = db.execute(
        "SELECT id, name, crm_id, archived_at IS NULL AND churned_on IS NULL, csm_id, ae_id, sa_id, renewal_on,"
        " renewal_known_at, segment, customer_since, last_ebr_on, ebr_cadence_months, ebr_known_at, known_at,"
        " notice_days, auto_renews"
        f" FROM accounts WHERE id {AMONG} ORDER BY id",
        (json.dumps(ids),),
    ).fetchall()
    directory.read(person_id for row in rows for person_id in (row[4], row[5], row[6]))
    latest = None if known_by is None else instant_text(known_by)
    return [
        AccountFacts(
            id=row[0],
            account_name=row[1],
            account_crm_id=row[2],
            active=bool(row[3]),
            csm=directory.csm(row[4]),
            ae=directory.recipient(row[5]),
            sa=directory.recipient(row[6]),
            renewal_on=maybe_day(row[7]),
            renewal_known_at=known(row[8], latest),
            segment=row[9],
            customer_since=maybe_day(row[10]),
            last_ebr_on=maybe_day(row[11]),
            ebr_cadence_months=row[12],
            ebr_known_at=known(row[13], latest),
            known_at=known(row[14], latest),
            notice_days=row[15],
            auto_renews=None if row[16] is None else bool(row[16]),
        )
        for row in rows
    ]


def csm_ids(db: Connection) -> list[int | None]:
    """Everybody with an active account, and None if there are active accounts without a CSM."""
    rows = db.execute(
        f"SELECT id FROM people WHERE EXISTS (SELECT 1 FROM accounts WHERE csm_id = people.id AND {ACTIVE})"
    )
    found: list[int | None] = [row[0] for row in rows]
    orphan = db.execute(f"SELECT 1 FROM accounts WHERE csm_id IS NULL AND {ACTIVE} LIMIT 1").fetchone()
    return [*found, None] if orphan else found


def of_csm(csm_id: int | None) -> tuple[str, tuple[int, ...]]:
    """The condition for a CSM's accounts, or for those of nobody, and its values."""
    return ("csm_id IS NULL", ()) if csm_id is None else ("csm_id = ?", (csm_id,))


def csm_known_at(db: Connection, csm_id: int | None) -> datetime | None:
    """When the first of a CSM's active accounts became known; None if there is none."""
    whose, values = of_csm(csm_id)
    text = db.execute(f"SELECT min(known_at) FROM accounts WHERE {whose} AND {ACTIVE}", values).fetchone()[0]
    return None if text is None else instant(text)


def accounts_of(db: Connection, people: Iterable[int | None]) -> list[int]:
    """The active accounts of which one of these people is CSM, AE where there is none, or at a scheduled review."""
    rows = db.execute(
        f"SELECT id FROM accounts WHERE csm_id IN (SELECT value FROM json_each(?1)) AND {ACTIVE}"
        f" UNION SELECT id FROM accounts WHERE csm_id IS NULL AND {ACTIVE}"
        "   AND ae_id IN (SELECT value FROM json_each(?1))"
        " UNION SELECT accounts.id FROM reviews JOIN accounts ON accounts.id = account_id"
        f"  WHERE state = 'scheduled' AND {ACTIVE}"
        "   AND (ae_id IN (SELECT value FROM json_each(?1)) OR sa_id IN (SELECT value FROM json_each(?1)))",
        (json.dumps(list(people)),),
    )
    return [row[0] for row in rows]


def mark_of_person(unit: Unit, person_id: int) -> None:
    """Look again at all accounts of which somebody is CSM."""
    unit.db.execute("UPDATE accounts SET look_at = '' WHERE csm_id = ? AND look_at <> ''", (person_id,))
