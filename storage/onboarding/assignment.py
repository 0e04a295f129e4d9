"""Accounts that nobody looks after: whose manager is asked for a CSM, and of which."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storage.account import store as accounts
from storage.base.dialect import HOLDING, holding
from storage.base.moments import instant, instant_text
from storage.onboarding.store import AREA
from storage.success.store import segments

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.day import Behind
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy

_ACTIVE = "accounts.archived_at IS NULL AND accounts.churned_on IS NULL AND accounts.csm_id IS NULL"


@dataclass(frozen=True, slots=True)
class WithoutCsm:
    """The accounts of a manager's region that have no CSM, the latest known first."""

    accounts: tuple[Account, ...]


def managers(db: Connection, _policy: Policy) -> list[int | None]:
    """The manager of each region, and operations for accounts of none."""
    return [*_by_region(db).values(), None]


def known_at(db: Connection, policy: Policy, manager_id: int | None) -> datetime | None:
    """When the first of the accounts of a manager's regions that have no CSM became known; None for none."""
    where, values = _condition(db, policy, manager_id)
    text = db.execute(f"SELECT min(known_at) FROM accounts WHERE {where}", values).fetchone()[0]
    return instant(text) if text else None


def looked_at(db: Connection, address: str, before: datetime) -> datetime | None:
    """The last morning before an instant of which it was judged whether to ask this manager; None for none."""
    text = db.execute(
        f"SELECT max(not_before) FROM outbox WHERE kind = 'assignment' AND dedupe_key {HOLDING} AND not_before < ?",
        (holding(f"assignment:{address}:"), instant_text(before)),
    ).fetchone()[0]
    return instant(text) if text else None


def is_new(db: Connection, policy: Policy, manager_id: int | None, since: datetime, until: datetime) -> bool:
    """Whether one of them became known after one instant and by another."""
    where, values = _condition(db, policy, manager_id)
    found = db.execute(
        f"SELECT 1 FROM accounts WHERE {where} AND known_at > ? AND known_at <= ? LIMIT 1",
        (*values, instant_text(since), instant_text(until)),
    ).fetchone()
    return found is not None


def read(behind: Behind, row: OutboxRow) -> WithoutCsm:
    """What is behind a manager's row."""
    owner = row.owner_id
    where, values = _condition(behind.db, behind.policy, owner)
    rows = behind.db.execute(
        f"SELECT {accounts.COLUMNS} FROM accounts WHERE {where} ORDER BY known_at DESC, id DESC", values
    )
    return WithoutCsm(tuple(accounts.from_row(one) for one in rows))


def _by_region(db: Connection) -> dict[str, int]:
    """The manager of each region, in lower case; of several the first by e-mail."""
    rows = db.execute(
        "SELECT lower(region), id FROM people WHERE role = 'manager' AND region IS NOT NULL AND deactivated = 0"
        " ORDER BY email IS NULL, email, id"
    )
    found: dict[str, int] = {}
    for region, person_id in rows:
        found.setdefault(region, person_id)
    return found


def without_csm(db: Connection, manager_id: int, named: Sequence[str]) -> list[Account]:
    """The accounts without a CSM of a manager's regions, and those of no manager's, of these segments; by name."""
    found = []
    for whom in (manager_id, None):
        where, values = _of_segments(db, whom, named)
        query = f"SELECT {accounts.COLUMNS} FROM accounts WHERE {where} ORDER BY name_key, id"
        found += [accounts.from_row(row) for row in db.execute(query, values)]
    return found


def _condition(db: Connection, policy: Policy, manager_id: int | None) -> tuple[str, tuple[Any, ...]]:
    return _of_segments(db, manager_id, policy.area(AREA).segments)


def _of_segments(db: Connection, manager_id: int | None, named: Sequence[str]) -> tuple[str, tuple[Any, ...]]:
    regions = _by_region(db)
    of_segments, more = segments(named)
    mine = [region for region, person_id in regions.items() if manager_id in (None, person_id)]
    among = "IN" if manager_id is not None else "NOT IN"
    region = f"lower(coalesce(accounts.region, '')) {among} (SELECT value FROM json_each(?))"
    return f"{_ACTIVE} AND {region} AND {of_segments}", (json.dumps(mine), *more)
