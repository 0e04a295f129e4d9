"""Onboarding as plain records: one of each account of which anything of it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.base import people
from storage.base.exports import Made, Record
from storage.onboarding import store as onboarding
from storage.onboarding.settings import Onboarding
from storage.success import store as lives
from storage.success.record import COLUMNS, stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from sqlite3 import Connection

    from storage.base.policy import Policy

_OF_MILESTONES = tuple(
    name
    for milestone, column in COLUMNS.items()
    for name in (column, f"{column.removesuffix('_on')}_source", f"{column.removesuffix('_on')}_target")
)
FIELDS = (
    "account",
    "crm_id",
    "segment",
    "csm",
    "stage",
    "started_on",
    "by_hand",
    *_OF_MILESTONES,
    "delays",
    "purchase_intent",
    "original_licences",
    "adopted_on",
    "territory",
    "tier",
)
_BATCH = 1000


def _records(db: Connection, policy: Policy, today: date) -> Iterator[Record]:
    ids = [
        row[0]
        for row in db.execute(
            "SELECT id FROM accounts WHERE coalesce(started_on, customer_since) IS NOT NULL ORDER BY id"
        )
    ]
    window = policy.settings(Onboarding).window_days
    for first in range(0, len(ids), _BATCH):
        some = accounts.many(db, ids[first : first + _BATCH])
        known = lives.lives(db, [account.id for account in some], today)
        standing = onboarding.of_accounts(db, policy, some, today)
        csms = people.many(db, [account.csm_id for account in some])
        for account in some:
            life = known[account.id]
            record: Record = {
                "account": account.name,
                "crm_id": account.crm_id,
                "segment": account.segment,
                "csm": csms[account.csm_id].address if account.csm_id in csms else None,
                "stage": stage(life, today, window),
                "started_on": _text(life.started_on),
                "by_hand": life.by_hand,
            }
            for milestone, column in COLUMNS.items():
                stem, one = column.removesuffix("_on"), standing[account.id][milestone]
                record[column] = _text(one.reached_on)
                record[f"{stem}_source"] = one.source or None
                record[f"{stem}_target"] = _text(one.target_on)
            late = [one.delay for one in standing[account.id].values() if one.delay]
            said = "; ".join(f"{d.milestone} until {d.expected_on} {d.caused_by} {d.reason}" for d in late)
            yield record | {
                "delays": said or None,
                "purchase_intent": lives.BETWEEN.join(life.intent) or None,
                "original_licences": life.original_licences,
                "adopted_on": _text(life.adopted_on),
                "territory": life.territory,
                "tier": life.tier,
            }


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


EXPORTS = {"onboarding": Made(FIELDS, _records)}
